#!/usr/bin/env python3
"""Runs golden cases of the command line: what is typed, and what is answered, to the byte.

    tests/cases/run_case.py --bin DIR CASE…            runs them; a diff for each that differs
    tests/cases/run_case.py --bin DIR --update CASE…   writes what was answered into the cases; read the diff
    tests/cases/run_case.py --self-test                proves that a wrong expectation fails

DIR holds the programs; it comes first in PATH. Exit 0: as expected. Exit 1: not. Python's standard library only.

A case is a text file:

    # What it shows.
    --- file april.csv                the lines below, in a fresh folder; folders on the way are made
    timestamp,country
    2021-04-01,France
    --- file odd.csv escaped          as above, with \\n \\r \\t \\\\ and \\x00 … \\xff; a line that ends in \\ goes on
    timestamp\\x00
    --- $ weir top countries april.csv    run by bash in that folder; lines below go on with the script
    --- stdout                        left out where nothing is expected
    …
    --- stderr                        likewise
    …
    --- exit 0                        lines below that begin with # say what comes next

A case may have many commands; each sees what those before it left in the folder. The environment is clean: HOME is the
folder, LANG is C.UTF-8, TZ is UTC, and nothing of AWS, PG or weir is set. Standard input is empty.

In output, control characters and bytes that are no UTF-8 stand as <1b> (\\x1b is text that says so), a line that begins
with `--- ` as `\\--- `, and a last line without an end is followed by `\\ no end of line`. What differs from run to run is
replaced: see VARYING.
"""

import argparse
import contextlib
import difflib
import io
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

TIMEOUT_S = 30

# What differs from run to run, and what stands for it. Dates before 2026 are data, and stay.
VARYING = [
    (re.compile(r"20(?:2[6-9]|[3-9]\d)-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+00(?::00)?)?"), "TIME"),
    (re.compile(r'("seconds":)\d+(?:\.\d+)?(?:e-?\d+)?'), r"\1SECONDS"),
    (re.compile(r"(?:<|\b)\d+(?:\.\d+)? (?:s|ms)\b"), "SECONDS"),
    # The csv of `weir ingest`: outcome, three counts of rows, bytes, seconds.
    (re.compile(r"(,(?:loaded|replaced|unchanged|missing|failed)(?:,\d+){4},)\d+(?:\.\d+)?(?:e-?\d+)?,"), r"\1SECONDS,"),
    (re.compile(r"\b(process|pid) \d+"), r"\1 PID"),
    (re.compile(r"weir \d+\.\d+\.\d+ \(Public Suffix List [^)]+\)"), "weir VERSION (Public Suffix List VERSION)"),
]

NO_END = "\\ no end of line\n"


class CaseError(Exception):
    pass


class Section:
    """One `--- ` line and the lines below it."""

    def __init__(self, header):
        self.header = header  # without "--- "; "" before the first
        self.lines = []

    def text(self):
        return ("--- " + self.header + "\n" if self.header else "") + "".join(self.lines)


def sections_of(text):
    sections = [Section("")]
    for line in text.splitlines(keepends=True):
        if line.startswith("--- "):
            sections.append(Section(line[4:].rstrip("\n")))
        else:
            sections[-1].lines.append(line)
    return sections


def unescaped(text):
    named = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\", "\n": b""}
    out = bytearray()
    at = 0
    for match in re.finditer(r"\\(?:x([0-9a-fA-F]{2})|([nrt\\\n]))", text):
        out += text[at:match.start()].encode()
        out += bytes([int(match[1], 16)]) if match[1] else named[match[2]]
        at = match.end()
    return bytes(out + text[at:].encode())


def write_file(folder, section):
    words = section.header.split()
    escaped = words[2:] == ["escaped"]
    if len(words) < 2 or words[2:] and not escaped:
        raise CaseError(f"--- {section.header}: write it as `--- file NAME` or `--- file NAME escaped`")
    path = folder / words[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(section.lines)
    path.write_bytes(unescaped(text) if escaped else text.encode())


def shown(output, folder):
    """Output as it stands in a case."""
    text = output.replace(os.fsencode(folder), b"FOLDER").decode("utf-8", "surrogateescape")
    text = re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\udc80-\udcff]", lambda match: f"<{ord(match[0]) & 0xff:02x}>", text)
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    text = re.sub(r"^--- ", r"\\--- ", text, flags=re.MULTILINE)
    return text if not text or text.endswith("\n") else text + "\n" + NO_END


def clean_environment(folder, bin_folder):
    here = pathlib.Path(__file__).resolve().parent
    return {"HOME": str(folder), "LANG": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(folder), "TERM": "xterm",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PATH": f"{bin_folder}:{here / 'programs'}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}


def answer(script, folder, environment):
    """Runs a command; the sections that tell what it did."""
    with subprocess.Popen(["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as shell:
        try:
            stdout, stderr = shell.communicate(timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            os.killpg(shell.pid, signal.SIGKILL)  # the shell, and what it started
            raise CaseError(f"not done after {TIMEOUT_S} s: {script}") from error
    sections = []
    for name, output in [("stdout", stdout), ("stderr", stderr)]:
        if output:
            section = Section(name)
            section.lines = [shown(output, folder)]
            sections.append(section)
    return sections + [Section(f"exit {shell.returncode}")]


def answered(text, folder, bin_folder):
    """The whole case, with what was answered in place of what was expected."""
    environment = clean_environment(folder, bin_folder)
    out = []
    commands = 0
    for section in sections_of(text):
        word = section.header.split(" ", 1)[0]
        if word in {"stdout", "stderr"}:
            continue
        if word == "exit":  # it is told anew; what is said below it stays
            out[-1].lines += section.lines
            continue
        out.append(section)
        if word == "file":
            write_file(folder, section)
        elif word == "$":
            commands += 1
            out += answer(section.header[2:] + "\n" + "".join(section.lines), folder, environment)
        elif word:
            raise CaseError(f"--- {section.header}: no such part of a case")
    if commands == 0:
        raise CaseError("there is no command in it")
    return "".join(section.text() for section in out)


def run(path, bin_folder, update):
    """True when the case holds, or was brought up to date."""
    expected = path.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="weir-case-") as folder:
        try:
            actual = answered(expected, pathlib.Path(folder), bin_folder)
        except CaseError as error:
            print(f"{path}: {error}")
            return False
    if actual == expected:
        return True
    if update:
        path.write_text(actual, encoding="utf-8")
        print(f"{path}: updated")
        return True
    sys.stdout.writelines(difflib.unified_diff(expected.splitlines(keepends=True), actual.splitlines(keepends=True),
                                               f"{path} (expected)", f"{path} (answered)", n=8))
    return False


# The self-test: a case, and whether it holds.
SELF_TEST = [
    (True, "# says\n--- $ echo a; echo b >&2; exit 3\n--- stdout\na\n--- stderr\nb\n--- exit 3\n# more\n--- $ true\n--- exit 0\n"),
    (False, "--- $ echo a\n--- stdout\nb\n--- exit 0\n"),
    (False, "--- $ echo a\n--- exit 0\n"),
    (False, "--- $ true\n--- stdout\na\n--- exit 0\n"),
    (False, "--- $ echo a >&2\n--- stdout\na\n--- exit 0\n"),
    (False, "--- $ exit 1\n--- exit 0\n"),
    (False, "--- $ true\n"),
    (False, "--- $ printf a\n--- stdout\na\n--- exit 0\n"),
    (False, "--- file a\nb\n"),
    (False, "--- fil a\n--- $ true\n--- exit 0\n"),
    (True, "--- $ printf a\n--- stdout\na\n" + NO_END + "--- exit 0\n"),
    (True, "--- file d/a\nb\n\n--- $ od -An -c d/a\n--- stdout\n   b  \\n  \\n\n--- exit 0\n"),
    (True, "--- file a escaped\nb\\x00\\r\\n\\\nc\\\n--- $ od -An -c a\n--- stdout\n   b  \\0  \\r  \\n   c\n--- exit 0\n"),
    (True, "--- $ printf '\\033[m\\377\\x1b\\302\\233\\\\x1b\\n'\n--- stdout\n<1b>[m<ff><1b><9b>\\x1b\n--- exit 0\n"),
    (True, "--- $ echo '--- a'\n--- stdout\n\\--- a\n--- exit 0\n"),
    (True, "--- $ cat <<END\na\nEND\n--- stdout\na\n--- exit 0\n"),
    (True, '--- $ echo \'{"seconds":0.25}\' 1.5 s 2030-01-02T03:04:05.678Z $HOME\n'
           '--- stdout\n{"seconds":SECONDS} SECONDS TIME FOLDER\n--- exit 0\n'),
    (False, "--- $ echo 2021-01-02T03:04:05Z\n--- stdout\nTIME\n--- exit 0\n"),
]


def self_test():
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        case = pathlib.Path(folder, "self.case")
        for holds, text in SELF_TEST:
            case.write_text(text, encoding="utf-8")
            with contextlib.redirect_stdout(io.StringIO()):
                held = run(case, pathlib.Path(folder), update=False)
            if held != holds:
                print(f"this should {'hold' if holds else 'fail'}:\n{text}")
                wrong += 1
        case.write_text("# kept\n--- $ echo a\n--- stdout\nb\n--- exit 1\n# kept\n", encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()):
            run(case, pathlib.Path(folder), update=True)
        if case.read_text(encoding="utf-8") != "# kept\n--- $ echo a\n--- stdout\na\n--- exit 0\n# kept\n":
            print("an update should keep all but what was answered")
            wrong += 1
    print(f"{wrong} of {len(SELF_TEST) + 1} self-tests are wrong" if wrong else "self-test: cases hold and fail as they should")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description="Runs golden cases of the command line.")
    parser.add_argument("--bin", type=pathlib.Path, help="the folder of the programs")
    parser.add_argument("--update", action="store_true", help="write what was answered into the cases")
    parser.add_argument("--self-test", action="store_true", help="prove that a wrong expectation fails")
    parser.add_argument("cases", nargs="*", type=pathlib.Path, metavar="CASE")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.bin or not arguments.cases:
        parser.error("name --bin DIR and a CASE")
    results = [run(path, arguments.bin.resolve(), arguments.update) for path in arguments.cases]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
