"""What weir has to answer, computed without it: by the csv module, ast.literal_eval and a small reading of the Public
Suffix List. Slow and obvious; it shares no code with weir, nor the data that weir was built with.
"""

import ast
import collections
import csv
import datetime
import functools
import operator
import pathlib
import re
import sys
import typing

SUFFIX_LIST = pathlib.Path("/usr/share/publicsuffix/public_suffix_list.dat")
UNKNOWN_COMPANY = "Unknown company"
NONE = "(none)"
COLUMNS = ["id", "timestamp", "email", "country", "ip", "uri", "action", "tags"]


class Event(typing.NamedTuple):
    day: str
    user: typing.Optional[str]
    company: str
    country: typing.Optional[str]
    uri: typing.Optional[str]
    action: typing.Optional[str]
    tags: tuple


class Dump(typing.NamedTuple):
    events: list
    rejects: list  # the lines where rejected rows begin


@functools.lru_cache(maxsize=None)
def suffix_rules():
    lines = SUFFIX_LIST.read_text(encoding="utf-8").splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("//")}


def labels_in_suffix(labels):
    """As https://publicsuffix.org/list/ puts it: an exception wins, else the longest rule, else one label."""
    longest = 1
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        if "!" + name in suffix_rules():
            return len(labels) - start - 1
        wildcard = ".".join(["*", *labels[start + 1:]])
        if name in suffix_rules() or wildcard in suffix_rules():
            longest = max(longest, len(labels) - start)
    return longest


@functools.lru_cache(maxsize=None)
def company_of_domain(domain):
    labels = domain.lower().split(".")
    if not all(re.fullmatch(r"[\w-]{1,63}", label) for label in labels) or labels[-1].isdigit():
        return UNKNOWN_COMPANY
    before = len(labels) - labels_in_suffix(labels)
    return labels[before - 1] if before > 0 and len(labels) > 1 else UNKNOWN_COMPANY


def company_of(email):
    if email is None or "@" not in email:
        return UNKNOWN_COMPANY
    return company_of_domain(email.rpartition("@")[2])


@functools.lru_cache(maxsize=None)
def tags_of(text):
    text = text.strip()
    if not text.startswith("["):
        parts = re.split(r"[;|]", text)
    else:
        try:
            parts = ast.literal_eval(text)
        except (SyntaxError, ValueError):
            parts = [text]
    return tuple(sys.intern(part) for part in dict.fromkeys(part.strip() for part in parts) if part)


@functools.lru_cache(maxsize=None)
def day_of(text):
    """None when `text` is no time."""
    text = text.strip()
    utc = datetime.timezone.utc
    if re.fullmatch(r"\d{10}|\d{13}", text):
        seconds = int(text[:10])
        return datetime.datetime.fromtimestamp(seconds, utc).date().isoformat()
    try:
        time = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=utc)).astimezone(utc).date().isoformat()


def text_of(field):
    return sys.intern(field.strip()) or None


def event_of(row):
    """None when the row is to be rejected."""
    if len(row) != len(COLUMNS) or any("\0" in field for field in row):
        return None
    if any("\udc80" <= character <= "\udcff" for field in row if not field.isascii() for character in field):
        return None  # bytes that are no UTF-8, by surrogateescape
    day = day_of(row[1])
    if day is None:
        return None
    email = text_of(row[2])
    return Event(day, email, company_of(email), text_of(row[3]), text_of(row[5]), text_of(row[6]), tags_of(row[7]))


def read_dump(path):
    dump = Dump([], [])
    with open(path, newline="", encoding="utf-8", errors="surrogateescape") as lines:
        rows = csv.reader(lines)
        assert next(rows) == COLUMNS
        line = rows.line_num + 1
        for row in rows:
            if row:
                event = event_of(row)
                if event is None:
                    dump.rejects.append(line)
                else:
                    dump.events.append(event)
            line = rows.line_num + 1
    return dump


QUESTIONS = {
    "countries": operator.attrgetter("country"), "users": operator.attrgetter("user"),
    "companies": operator.attrgetter("company"), "dates": operator.attrgetter("day"),
    "actions": operator.attrgetter("action"), "uris": operator.attrgetter("uri"), "tags": None,
}


def answer_of(question, counts, events):
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0].encode()))
    return {"question": question, "distinct": len(rows), "events": events,
            "rows": [{"key": key, "events": count} for key, count in rows]}


def counts_of(question, events):
    if question == "tags":
        counts = collections.Counter(tag for event in events for tag in event.tags or (None,))
    else:
        counts = collections.Counter(map(QUESTIONS[question], events))
    if None in counts:
        counts[NONE] += counts.pop(None)
    return counts


def insights(events):
    """`weir insights -n all -f json` without its coverage."""
    return {"events": len(events), "questions": [
        answer_of(question, counts_of(question, events), len(events)) for question in QUESTIONS]}


def selected(events, since="0", until="9", where=None):
    """`since` and `until` are days; `where` maps a field of Event to the values it may have."""
    def fits(event):
        if not since <= event.day <= until:
            return False
        for field, values in (where or {}).items():
            has = (event.tags or (None,)) if field == "tags" else (getattr(event, field),)
            if not any(value in values for value in has):
                return False
        return True
    return [event for event in events if fits(event)]


def days_of(events):
    days = [event.day for event in events]
    return (min(days), max(days)) if days else (None, None)
