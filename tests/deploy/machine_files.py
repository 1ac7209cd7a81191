"""Readers of crontabs and of systemd's units, as cron(8)'s crontab(5) and systemd.syntax(7) have it."""

import re
import shlex
import typing


class Job(typing.NamedTuple):
    """What every deployment file says of the load: its environment and its command, weir's own name left out in clouds."""
    variables: dict
    command: list


class Crontab(typing.NamedTuple):
    variables: dict
    times: list
    commands: list  # as cron hands them to sh


def read_crontab(text):
    table = Crontab({}, [], [])
    for line in text.splitlines():
        if len(line) > 999:
            raise ValueError(f"a line of {len(line)} characters, which cron cuts")
        if not line or line.startswith("#"):
            continue
        if match := re.fullmatch(r"([A-Z_]+)=(.*)", line):
            table.variables[match[1]] = unquoted(match[2])
            continue
        *times, command = line.split(" ", 5)
        if len(times) != 5 or not all(re.fullmatch(r"[\d*,-]+", time) for time in times):
            raise ValueError(f"not a line of a crontab: {line}")
        table.times.append(" ".join(times))
        table.commands.append(until_percent(command))
    return table


def unquoted(value):
    if value[:1] in {'"', "'"}:
        if value[-1] != value[0] or value[0] in value[1:-1]:
            raise ValueError(f"cron does not take {value}")
        return value[1:-1]
    if value != value.strip(" \t"):
        raise ValueError(f"cron would strip {value!r}")
    return value


def until_percent(command):
    """Vixie's reading: a backslash takes a % or a backslash after it as it is; a bare % ends the command."""
    out, at = "", 0
    while at < len(command) and command[at] != "%":
        if command[at] == "\\" and command[at + 1:at + 2] in {"%", "\\"}:
            at += 1
        out += command[at]
        at += 1
    return out


def read_crontab_job(text):
    table = read_crontab(text)
    words = shlex.split(table.commands[0])
    if words[:2] != ["flock", "-n"] or words[-2:] != [">", "/dev/null"]:
        raise ValueError(f"not what was meant to run: {words}")
    return Job(table.variables, words[3:-2])


def read_unit(text):
    """{(section, name): [value, …]}, values as they stand."""
    found, section = {}, None
    for line in text.splitlines():
        if not line or line.startswith(("#", ";")):
            continue
        if match := re.fullmatch(r"\[(\w+)\]", line):
            section = match[1]
        elif match := re.fullmatch(r"([A-Za-z]+)=(.*)", line):
            if line.endswith("\\"):
                raise ValueError(f"the next line would go on with {line}")
            found.setdefault((section, match[1]), []).append(match[2])
        else:
            raise ValueError(f"not a line of a unit: {line}")
    return found


def words_of(text, variables):
    """Splits, unquotes, and reads %%, and $$ where variables are substituted: in all words but the first."""
    words, word, quote, at = [], None, None, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
            if text[at] not in '\\"':
                raise ValueError(f"an escape that was not meant: {text}")
            word = (word or "") + text[at]
        elif quote is None and char == " ":
            words, word = (words if word is None else [*words, word]), None
        elif char == '"' and (quote or word is None):
            quote, word = (None if quote else '"'), word or ""
        elif quote is None and char in "\"';":
            raise ValueError(f"{char} outside of quotes: {text}")
        elif char == "%" or (char == "$" and variables and words):
            at += 1
            if text[at:at + 1] != char:
                raise ValueError(f"{char} that stands for something else: {text}")
            word = (word or "") + char
        else:
            word = (word or "") + char
        at += 1
    if quote:
        raise ValueError(f"a quote is open: {text}")
    return words if word is None else [*words, word]


def read_service(unit):
    variables = {}
    for value in unit["Service", "Environment"]:
        if value == "PGPASSFILE=%d/pgpass":
            continue
        [word] = words_of(value, False)
        name, value = word.split("=", 1)
        variables[name] = value
    [command] = unit["Service", "ExecStart"]
    return Job(variables, words_of(command, True))


def read_service_text(text):
    return read_service(read_unit(text.split("\n# /etc/systemd/system/weir-events.timer\n")[0]))
