#!/usr/bin/env python3
"""The rules of the house that no compiler checks: who may include whom, what a header looks like, where SQL lives.

    tests/house_rules.py              checks the project, one line a breach: FILE:LINE: RULE: what is wrong
    tests/house_rules.py --self-test  proves on small trees that each rule can fail, and that a good tree passes

Exit 0: kept. Exit 1: broken. Python's standard library only.
"""

import os
import pathlib
import re
import sys
import tempfile

# Each layer and the layers whose headers it may include, besides its own and the contracts in include/weir. Linking
# follows the same table. The stages see only base: what they tell each other is said in the contracts.
STAGES = ["source", "decode", "clean", "count", "store", "insight", "render"]
MAY_INCLUDE = {
    "base": [],
    **{stage: ["base"] for stage in STAGES},
    "store/duckdb": ["base", "store"],
    "store/postgres": ["base", "store"],
    "fetch": ["base", "source"],
    "lambda": ["base", "source"],
    "parquet": ["base", "decode"],
    "scan": ["base", "decode", "clean", "parquet"],
    "convert": ["base", "clean", "decode", "parquet", "scan"],
    "ask": ["base", "clean", "count", "insight", "scan"],
    "ingest": ["base", "clean", "scan"],
    "sample": ["base"],
    "launch": [],
    "cli": ["base", *STAGES, "store/duckdb", "store/postgres", "fetch", "lambda", "scan", "convert",
            "ask", "ingest"],
}
# Contracts of include/weir that another stage keeps: weir/rollup.h is counting, which stores write down and read back;
# weir/question.h names the questions.
MAY_ALSO_LINK = {"store": ["count"], "count": ["insight"]}
# A stage's folders that are layers of their own.
INNER_LAYERS = [layer for layer in MAY_INCLUDE if "/" in layer]

# Vendor headers that our headers may include (a file, or a folder that ends in /), and why.
VENDOR_IN_HEADER = {
    ("include/weir/result.h", "tl/expected.hpp"): "Result<T> is tl::expected",
    ("src/count/hash.h", "xxhash.h"): "the hash is inlined into the innermost loop of counting",
    ("src/store/sql_rollup_table.h", "fmt/format.h"): "a template, instantiated in each engine's adapter",
    ("src/store/sql_rollup_table.h", "fmt/ranges.h"): "the same",
    ("src/cli/", "CLI/App.hpp"): "a command declares its flags to CLI11, and nothing else includes the headers of cli",
}
# Not vendors: the C++ library has no dot in its names; these are C and the system.
SYSTEM_HEADER = re.compile(r"[a-z0-9_]+|std[a-z]+\.h|sys/[a-z]+\.h|[a-z0-9]*mmintrin\.h|"
                           r"(unistd|fcntl|signal|pthread|termios|errno|string|time|poll)\.h")

# SQL is text in .sql files, embedded in the program. Only conditions are put together, since they vary with the question.
SQL = re.compile(r'(?<!\\)"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER TABLE|DROP TABLE|TRUNCATE|COPY|WITH)\s')

LINES_MAX = 500
VAGUE_FOLDERS = {"util", "utils", "helper", "helpers", "misc", "common"}
# In pieces, so that this file keeps its own rules.
UNFINISHED = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")
REGISTRY = re.compile("|".join(host.replace(".", r"\.").replace("~", "") for host in [
    "registry.npm~js.org", "registry.yarn~pkg.com", "deb.deb~ian.org", "pypi.o~rg", "files.python~hosted.org",
    "crates.i~o", "proxy.gol~ang.org", "nodesou~rce.com", "arch~ive.ubuntu.com"]))
MACHINE_PATH = re.compile(r"(?<![\w.~$}*/-])/(?:work|root|Users|home/[a-z]+)/\w")

SKIPPED_FOLDERS = {".git", "build", "node_modules", "demo-data", "__pycache__"}
SOURCE_SUFFIXES = {".h", ".cpp", ".py", ".sh", ".sql", ".cmake", ".in", ".js", ".ts"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | {".md", ".json", ".toml", ".txt"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class File:
    """One file of the project: its path from the top, and its lines."""

    def __init__(self, top, path):
        self.path = path.relative_to(top).as_posix()
        self.suffix = path.suffix
        self.is_text = path.suffix in TEXT_SUFFIXES or path.suffix == "" and path.parent.name == ".ci"
        self.text = path.read_bytes().decode("utf-8", "replace") if self.is_text else ""
        self.lines = self.text.splitlines()

    def includes(self):
        for number, line in enumerate(self.lines, 1):
            if match := INCLUDE.match(line):
                yield number, match[1] == "<", match[2]


def files_of(top):
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(set(folders) - SKIPPED_FOLDERS)
        for name in sorted(names):
            path = pathlib.Path(folder, name)
            if not path.is_symlink():
                yield File(top, path)


def layer_of(path):
    """The layer of a path below src/; None for src/CMakeLists.txt."""
    for inner in INNER_LAYERS:
        if path.startswith(inner + "/"):
            return inner
    return path.split("/")[0] if "/" in path else None


def includes(file):
    if file.suffix not in {".h", ".cpp"}:
        return
    if file.path.startswith("include/weir/"):
        layer, allowed = "a contract", []
    elif file.path.startswith("src/"):
        layer = layer_of(file.path[len("src/"):])
        if layer not in MAY_INCLUDE:
            yield 1, f"no layer is called {layer}: add it to MAY_INCLUDE with what it may include"
            return
        allowed = [layer, *MAY_INCLUDE[layer]]
    else:
        return
    for number, angled, name in file.includes():
        target = layer_of(name)
        if target in MAY_INCLUDE and not angled and target not in allowed:
            yield number, f"{layer} may not include {name}; what stages share is a contract in include/weir"


def links(file):
    if not re.fullmatch(r"src/.+/CMakeLists\.txt", file.path):
        return
    layer = layer_of(file.path[len("src/"):])
    for number, line in enumerate(file.lines, 1):
        for name in re.findall(r"\bweir_([a-z_]+)\b", line.split("#")[0]):
            target = name.replace("store_", "store/")
            allowed = [layer, *MAY_INCLUDE.get(layer, []), *MAY_ALSO_LINK.get(layer, [])]
            if target in MAY_INCLUDE and target not in allowed:
                yield number, f"{layer} may not link weir_{name}"


def may_include_vendor(path, name):
    return any(name == vendor and (path == place or place.endswith("/") and path.startswith(place))
               for place, vendor in VENDOR_IN_HEADER)


def vendors(file):
    if file.suffix != ".h" or not file.path.startswith(("src/", "include/")):
        return
    for number, angled, name in file.includes():
        if angled and not SYSTEM_HEADER.fullmatch(name) and not may_include_vendor(file.path, name):
            yield number, f"<{name}> belongs in a .cpp file, or in VENDOR_IN_HEADER with a reason"


def headers(file):
    if file.suffix != ".h":
        return
    if not file.lines or not file.lines[0].startswith("// "):
        yield 1, "a header begins with a comment that says what it is"
    if "#pragma once" not in file.lines:
        yield 1, "#pragma once is missing"


def length(file):
    if file.suffix in SOURCE_SUFFIXES and len(file.lines) > LINES_MAX:
        yield LINES_MAX + 1, f"{len(file.lines)} lines; {LINES_MAX} are the limit: split it by what it does"


def folders(file):
    for name in file.path.split("/")[:-1]:
        if name in VAGUE_FOLDERS:
            yield 1, f"a folder called {name} says nothing about what is in it"


def matches(file, pattern, message):
    for number, line in enumerate(file.lines, 1):
        if match := pattern.search(line):
            yield number, f"{match[0].strip()}: {message}"


def unfinished(file):
    return matches(file, UNFINISHED, "finish it, or leave it out")


def registries(file):
    return matches(file, REGISTRY, "the machine's own configuration says where packages come from")


def machine_paths(file):
    return matches(file, MACHINE_PATH, "a path of one machine")


def sql(file):
    if file.path.startswith("src/") and file.suffix in {".h", ".cpp"}:
        yield from matches(file, SQL, "SQL belongs in a .sql file")


def newline(file):
    if file.text and not file.text.endswith("\n"):
        yield len(file.lines), "the last line does not end"


RULES = [includes, links, vendors, headers, length, folders, unfinished, registries, machine_paths, sql, newline]


def breaches_of(top):
    for file in files_of(top):
        for rule in RULES:
            for number, message in rule(file):
                yield rule.__name__, f"{file.path}:{number}: {rule.__name__}: {message}"


# The self-test. Each entry: the rule that must complain, and nobody else, about this file.
HEADER = "// What it is.\n#pragma once\n"
GOOD = {
    "include/weir/event.h": HEADER + "#include <string>\n#include \"weir/result.h\"\n",
    "include/weir/result.h": HEADER + "#include <tl/expected.hpp>\n",
    "src/base/text.h": HEADER,
    "src/count/lane.cpp": '#include <fmt/format.h>\n#include "base/text.h"\n#include "count/lane.h"\n',
    "src/store/duckdb/load.cpp": '#include <duckdb.h>\n#include "store/file_lock.h"\nconst char* s = "SELECTED ";\n',
    "src/store/duckdb/queries/ledger.sql": "SELECT 1\n",
    "src/store/CMakeLists.txt": "weir_stage(store LINK weir_base weir_count)\n",
    "src/store/duckdb/CMakeLists.txt": "weir_stage(store_duckdb LINK weir_store weir_base)\n",
    "src/store/filter_sql.cpp": 'const char* s = " AND day >= ";\n',
    "src/cli/flags.h": HEADER + "#include <CLI/App.hpp>\n",
    "src/cli/main.cpp": '#include "store/duckdb/duckdb_store.h"\n#include "ingest/ingest.h"\n',
    "tests/unit/count/lane_test.cpp": '#include "count/lane.h"\n#include "insight/questions.h"\n',
    "src/ask/ask.cpp": '#include "count/count.h"\n#include "scan/scan.h"\nauto s = "duckdb -c \\"COPY x";\n',
    "build/left.h": "anything",
}
BAD = [
    ("includes", "src/count/a.cpp", '#include "clean/clean.h"\n'),
    ("includes", "src/base/a.cpp", '#include "decode/decode.h"\n'),
    ("includes", "src/ingest/a.cpp", '#include "store/duckdb/load.h"\n'),
    ("includes", "src/store/a.cpp", '#include "store/duckdb/load.h"\n'),
    ("includes", "src/scan/a.cpp", '#include "ingest/ingest.h"\n'),
    ("includes", "src/ask/a.cpp", '#include "store/duckdb/load.h"\n'),
    ("includes", "src/nowhere/a.cpp", "int x;\n"),
    ("includes", "include/weir/a.h", HEADER + '#include "base/text.h"\n'),
    ("links", "src/count/CMakeLists.txt", "weir_stage(count LINK weir_base\n  PRIVATE_LINK weir_clean)\n"),
    ("links", "src/ingest/CMakeLists.txt", "weir_stage(ingest LINK weir_store_duckdb)\n"),
    ("links", "src/store/CMakeLists.txt", "weir_stage(store LINK weir_base weir_insight)\n"),
    ("vendors", "src/count/a.h", HEADER + "#include <fmt/format.h>\n"),
    ("vendors", "include/weir/a.h", HEADER + "#include <duckdb.h>\n"),
    ("vendors", "src/cli/a.h", HEADER + "#include <curl/curl.h>\n"),
    ("headers", "src/base/a.h", "#pragma once\n"),
    ("headers", "tests/a.h", "// What it is.\n"),
    ("length", "src/base/a.cpp", "int x;\n" * (LINES_MAX + 1)),
    ("folders", "src/base/utils/a.cpp", "int x;\n"),
    ("unfinished", "docs/a.md", "TO" "DO: write\n"),
    ("unfinished", "src/base/a.cpp", "// FIX" "ME\n"),
    ("registries", "scripts/a.sh", "curl https://registry.npm" "js.org/x\n"),
    ("machine_paths", "docs/a.md", "see /wo" "rk/main\n"),
    ("machine_paths", "src/base/a.cpp", 'auto x = "/ho' 'me/ann/x";\n'),
    ("sql", "src/store/duckdb/a.cpp", 'auto x = "SELECT 1";\n'),
    ("sql", "src/cli/a.cpp", 'auto x = R"(\n";\nauto y = "DELETE FROM events";\n'),
    ("newline", "src/base/a.cpp", "int x;"),
    ("newline", "src/base/CMakeLists.txt", "x()"),
]


def complaints_about(tree):
    with tempfile.TemporaryDirectory() as folder:
        top = pathlib.Path(folder)
        for path, text in tree.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text)
        return list(breaches_of(top))


def self_test():
    wrong = [f"a good tree: {line}" for _, line in complaints_about(GOOD)]
    for rule, path, text in BAD:
        found = complaints_about({**GOOD, path: text})
        if not found or {name for name, _ in found} != {rule} or not all(path in line for _, line in found):
            wrong.append(f"{path} should break `{rule}` alone, but: {[line for _, line in found]}")
    wrong += [f"no example breaks {rule.__name__}" for rule in RULES if rule.__name__ not in {name for name, _, _ in BAD}]
    print("\n".join(wrong) or f"house rules: {len(RULES)} rules can fail, by {len(BAD)} examples")
    return 1 if wrong else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    found = [line for _, line in breaches_of(pathlib.Path(__file__).resolve().parent.parent)]
    print("\n".join(found) or "house rules: kept")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
