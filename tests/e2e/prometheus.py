"""A strict reader of Prometheus' text format (version 0.0.4), as node_exporter's textfile collector takes it: refuses what
that would refuse, and what is bad manners besides."""

import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|[-+]?Inf|NaN")
TYPES = {"counter", "gauge", "histogram", "summary", "untyped"}


class Malformed(Exception):
    pass


def samples(text):
    """{(name, ((label, value), …)): number}, in the file's order. The labels of a sample are sorted."""
    found, helped, typed, ended = {}, set(), set(), set()
    family = None
    if not text.endswith("\n"):
        raise Malformed("the last line does not end")
    for line in text.split("\n")[:-1]:
        if described := re.fullmatch(rf"# (HELP|TYPE) ({NAME}) (.+)", line):
            kind, name, rest = described.groups()
            seen = helped if kind == "HELP" else typed
            if name in seen or name in ended or kind == "TYPE" and (rest not in TYPES or family != name):
                raise Malformed(f"twice, late, or no type: {line}")
            if family is not None and family != name:
                ended.add(family)
            family = name
            seen.add(name)
            continue
        sample = SAMPLE.fullmatch(line)
        if not sample or not NUMBER.fullmatch(sample[sample.lastindex]):
            raise Malformed(f"no sample: {line!r}")
        if sample[1] != family or family not in helped & typed:
            raise Malformed(f"outside its family: {line}")
        pairs = re.findall(LABEL, sample[2] or "")
        labels = tuple(sorted((name, value.replace("\\n", "\n").replace('\\"', '"').replace("\\\\", "\\"))
                              for name, value in pairs))
        if len({name for name, _ in labels}) < len(labels) or (sample[1], labels) in found:
            raise Malformed(f"twice: {line}")
        found[sample[1], labels] = float(sample[sample.lastindex])
    return found
