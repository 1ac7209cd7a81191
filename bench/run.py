#!/usr/bin/env python3
"""run.py [--bin DIR] [--rows N] [--runs N] [--large] [--only WORK,…] [--install] [--results FILE]: weir beside its peers.

Makes the data with weir-sample, and has weir and every peer that is installed do the same work on it in turn, so that what
else the machine does falls on all of them alike. Prints medians and ratios, checks every answer against weir's (a wrong one
ends the run), and writes bench/results.md with the machine's description, the peers' versions and the goals. A peer that is
not installed has a row that says so; --install installs them all, with apt and npm.

weir, scripts and tools are timed as whole processes. DuckDB and ClickHouse are libraries in a process of their own, timed
only while their query runs. Page cache and engines are warm. CPU time is that of all threads: on a busy machine it means
something, and seconds say little. --large measures ten million rows and more, too: 12,000,000 take 2 GB of disk.
"""

import argparse
import dataclasses
import datetime
import os
import pathlib
import platform
import signal
import statistics
import subprocess
import sys
import tempfile

import peers
import works

ROOT = peers.ROOT
LARGE_ROWS = 12_000_000
PACKAGES = ["isal", "miller", "pigz", "postgresql-15", "python3-pandas"]


@dataclasses.dataclass
class Figure:
    """Of one contender in one work. `way`: the one of its ways that was fastest. `peak_bytes`: of its first run."""

    name: str
    way: str
    seconds: list
    cpu_seconds: list
    peak_bytes: int

    def median_seconds(self):
        return statistics.median(self.seconds)

    def median_cpu_seconds(self):
        return statistics.median(self.cpu_seconds)

    def label(self):
        return f"{self.name}, {self.way}" if self.way else self.name


class Medians:
    """Of the results, which are by work: `of` a figure is what goals compare. KeyError where something was not measured."""

    def __init__(self, results, of):
        self.results, self.of = results, of

    def __call__(self, work, name):
        return self.of(self.results[work].figures[name])

    def faster_engine(self, work):
        """DuckDB has to be there; ClickHouse may be missing."""
        there = self.results[work].figures.keys() & works.ENGINES.keys()
        return min([self(work, "DuckDB")] + [self(work, name) for name in there])

    def rows_a_second(self, work, name):
        return self.results[work].work.rows / self(work, name)


@dataclasses.dataclass
class Goal:
    """`ratio`: of Medians. `limit`: what it may be, at least, or where `at_most` is set, at most."""

    title: str
    ratio: object
    limit: float
    at_most: bool = False

    def row(self, results):
        sign = "≤" if self.at_most else "≥"
        try:
            ratio, in_cpu = (self.ratio(Medians(results, of)) for of in (Figure.median_seconds, Figure.median_cpu_seconds))
        except KeyError as missing:
            return [self.title, f"{sign} {self.limit:g}×", "not measured", "", f"without {missing.args[0]}"]
        met = ratio <= self.limit if self.at_most else ratio >= self.limit
        return [self.title, f"{sign} {self.limit:g}×", f"{ratio:.2f}×", f"{in_cpu:.2f}×", "met" if met else "**not met**"]


@dataclasses.dataclass
class MemoryGoal(Goal):
    def row(self, results):
        title, goal, measured, _, met = super().row(results)
        return [title, goal, measured, "", met]


def faster_than(work, weir, peer=None):
    """How many times as fast weir is as the peer, or as the faster engine."""
    return lambda medians: (medians(work, peer) if peer else medians.faster_engine(work)) / medians(work, weir)


def takes_as_long_as(work, weir, peer):
    return lambda medians: medians(work, weir) / medians(work, peer)


def beside_the_slower(medians):
    gunzip, plain = (medians("gzipped", name) for name in ("gunzip alone", "weir insights, plain"))
    return medians("gzipped", "weir insights, gzipped") / max(gunzip, plain)


def throughput_kept(medians):
    return medians.rows_a_second("large", "weir insights") / medians.rows_a_second("month", "weir insights")


def memory_beside_duckdb(medians):
    weir, duckdb = (medians.results["large"].figures[name].peak_bytes for name in ("weir insights", "DuckDB"))
    return weir / duckdb


GOALS = [
    Goal("month, all seven: speed of the faster of DuckDB and ClickHouse", faster_than("month", "weir insights"), 6),
    Goal("month, all seven: speed of pandas", faster_than("month", "weir insights", "pandas"), 25),
    Goal("large, all seven: speed of the faster of DuckDB and ClickHouse", faster_than("large", "weir insights"), 6),
    Goal("large, all seven: speed of pandas", faster_than("large", "weir insights", "pandas"), 25),
    Goal("large: rows a second, beside the month's", throughput_kept, 1),
    Goal("one question of few keys: speed of DuckDB", faster_than("countries", "weir top countries", "DuckDB"), 8),
    Goal("month gzipped: time of the slower of gunzip alone and the plain scan", beside_the_slower, 1.15, at_most=True),
    MemoryGoal("large: peak memory beside DuckDB's", memory_beside_duckdb, 0.5, at_most=True),
    Goal("loading DuckDB: time of CREATE TABLE AS", takes_as_long_as("load-duckdb", "weir ingest", "DuckDB CREATE TABLE AS"),
         1, at_most=True),
    Goal("loading PostgreSQL: time of \\copy", takes_as_long_as("load-postgres", "weir ingest", "psql \\copy"), 1,
         at_most=True),
    Goal("wide file: speed of DuckDB", faster_than("wide", "weir insights", "DuckDB"), 1),
    Goal("wide file, one question: speed of DuckDB", faster_than("wide-one", "weir top countries", "DuckDB"), 1),
    Goal("every field quoted: speed of DuckDB", faster_than("quoted", "weir insights", "DuckDB"), 1),
    Goal("CRLF: speed of DuckDB", faster_than("crlf", "weir insights", "DuckDB"), 1),
]


@dataclasses.dataclass
class Result:
    """`figures`: by contender. `missing`: why others are not among them."""

    work: works.Work
    figures: dict
    missing: dict

    def table(self):
        rows = [["", "seconds", "from–to", "× weir", "CPU seconds", "× weir", "peak MB", "million rows/s"]]
        for figure in self.figures.values():
            first = next(iter(self.figures.values()))
            seconds, cpu = figure.median_seconds(), figure.median_cpu_seconds()
            rows.append([figure.label(), f"{seconds:.3f}", f"{min(figure.seconds):.3f}–{max(figure.seconds):.3f}",
                         f"{seconds / first.median_seconds():.2f}", f"{cpu:.3f}", f"{cpu / first.median_cpu_seconds():.2f}",
                         f"{figure.peak_bytes / 1e6:.0f}" if figure.peak_bytes else "",
                         f"{self.work.rows / seconds / 1e6:.2f}"])
        return rows + [[name, why] + [""] * 6 for name, why in self.missing.items()]


def warm_up(contender):
    """Tries its ways, checks the answer of the fastest, and makes it the one to measure."""
    taken = {way: run() for way, run in contender.ways.items()}
    peak = next(iter(taken.values())).peak_bytes
    if len(taken) > 1:  # the first of them warmed the page cache for the others
        taken = {way: run() for way, run in contender.ways.items()}
    way = min(taken, key=lambda name: taken[name].seconds)
    if contender.check:
        contender.check(way)
    return Figure(contender.name, way, [], [], peak)


def measure(work, runs):
    """Warms up and checks, then runs all of them in turn. A peer that cannot do it is told with those not installed."""
    missing = {contender.name: contender.missing for contender in work.contenders if contender.missing}
    there = [contender for contender in work.contenders if not contender.missing]
    figures = {}
    try:
        for contender in there:
            say(f"{work.key}: {contender.name}, warming up")
            try:
                figures[contender.name] = warm_up(contender)
            except peers.Missing as why:
                missing[contender.name] = f"not measured ({why})"
        for number in range(runs):
            say(f"{work.key}: run {number + 1} of {runs}")
            for contender in there:
                if figure := figures.get(contender.name):
                    taken = contender.ways[figure.way]()
                    figure.seconds.append(taken.seconds)
                    figure.cpu_seconds.append(taken.cpu_seconds)
    finally:
        for contender in there:
            if contender.close:
                contender.close()
    return Result(work, figures, missing)


def say(text):
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def install():
    """As the project installs packages, and chDB by npm. DuckDB's library is there: weir is built with it."""
    script = f"set -euo pipefail; source scripts/setup.sh; install_packages {' '.join(PACKAGES)}"
    subprocess.run(["bash", "-c", script], cwd=ROOT, check=True)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=ROOT / "bench", check=True)


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "not installed"
    return (done.stdout + done.stderr).strip().splitlines()[0]


def engine_version(name, sql, folder):
    answer = folder / "version.answer"
    try:
        engine = peers.Engine(name)
    except peers.Missing as why:
        return f"not installed ({why})"
    try:
        engine.query(sql, answer)
    finally:
        engine.close()
    return answer.read_text().strip().strip('"')


def machine(weir, folder):
    """Facts, by what they are called."""
    info = pathlib.Path("/proc/cpuinfo").read_text()
    [(model, flags)] = {tuple(line.split(":", 1)[1].strip() for line in processor.splitlines()
                              if line.startswith(("model name", "flags"))) for processor in info.strip().split("\n\n")}
    vectors = "AVX-512" if "avx512bw" in flags else "AVX2" if "avx2" in flags else "no AVX2"
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        pandas = peers.pandas_version() + ", " + first_line(peers.PANDAS_PYTHON, "--version")
    except peers.Missing as why:
        pandas = f"not installed ({why})"
    commit = first_line("git", "-C", str(ROOT), "describe", "--always", "--dirty")
    return {
        "Processor": f"{model}, {os.cpu_count()} threads of it, {vectors}",
        "Memory": f"{memory / 2**30:.0f} GiB",
        "Kernel": f"{platform.system()} {platform.release()}",
        "weir": f"{first_line(str(weir), '--version')}, built from {commit}",
        "DuckDB": engine_version("duckdb", "SELECT version()", folder),
        "ClickHouse": engine_version("clickhouse", "SELECT version()", folder),
        "pandas": pandas,
        "miller": first_line("mlr", "--version"),
        "PostgreSQL": first_line(str(works.compare_copy.PostgresServer.PROGRAMS / "postgres"), "--version"),
        "igzip": first_line("igzip", "--version"),
        "pigz": first_line("pigz", "--version"),
        "gzip": first_line("gzip", "--version"),
    }


def loads():
    return ", ".join(f"{load:.2f}" for load in os.getloadavg())


def markdown(rows):
    header, *others = rows
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join(["---"] * len(header)) + " |"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in others])


def plain(rows):
    """A row of which all but two cells are empty says why there is nothing to say, and widens no column."""
    whole = [row for row in rows if any(row[2:])]
    widths = [max(len(row[column]) for row in whole) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]).rstrip()
        for row in rows)


def title(result):
    return f"{result.work.title}: {result.work.rows:,} rows, {result.work.size / 1e6:.0f} MB"


def goals_table(results):
    return [["Work", "Goal", "Seconds", "CPU seconds", ""]] + [goal.row(results) for goal in GOALS]


HOW = """Medians of {runs} runs, all contenders in turn, with page cache and engines warm. Every answer was compared to weir's,
key by key; what DuckDB loaded, by company, tags and time; what PostgreSQL
loaded, by its number of rows. `weir`, scripts and tools are timed as whole processes, DuckDB and
ClickHouse only while their query runs, asked in the way that was fastest in the warm-up (the row's name tells which). Peak
memory is that of the first run: an engine's includes the Python that holds it and those pages of its library that were
touched, and no program's shows as less than the 20 MB of the Python that starts it. CPU seconds are those of all threads.

Load average (1, 5, 15 minutes) when it began: {began}; when it ended: {ended}.
Where that is beyond the number of cores, others had a share of them, and CPU seconds say more than seconds."""


def page(options, facts, began, results):
    """bench/results.md."""
    flags = [f"--{name.replace('_', '-')} {value}" for name, value in vars(options).items()
             if name in ("rows", "runs", "large") and value]
    parts = [
        "# What was measured",
        f"Written by `bench/run.py {' '.join(flags)}` on {datetime.date.today()}; edits are lost.",
        HOW.format(runs=options.runs, began=began, ended=loads()),
        markdown([["Machine", ""]] + [[name, value] for name, value in facts.items()]),
        "## Goals",
        "Ratios of medians. What is met is told by seconds.",
        markdown(goals_table(results)),
    ]
    for result in results.values():
        parts += [f"## {title(result)}", markdown(result.table())]
    parts += ["## Commands", f"On files that `weir-sample --month {works.MONTH} --rows N` wrote:",
              "```\n" + COMMANDS.strip() + "\n```"]
    return "\n\n".join(parts) + "\n"


COMMANDS = f"""
weir insights events.csv
weir top countries events.csv
weir ingest events.csv --period {works.MONTH} --db URL -q        (after weir db init)
mlr -S --icsv --ocsv count-distinct -u -f {','.join(works.FIELDS)} events.csv
igzip -dc events.csv.gz > /dev/null                       (pigz, gzip)
psql -c "\\copy events from 'events.csv' with (format csv, header)"

DuckDB and ClickHouse, the four questions (one question: GROUP BY; UNION ALL: a SELECT each):
{works.grouping_sets(works.FIELDS, "…")}
  DuckDB:     FROM read_csv('events.csv', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"')
  ClickHouse: FROM file('events.csv', 'CSVWithNames', 'country String, …')
DuckDB, loading (and CHECKPOINT):
{works.TYPED_TABLE.format(path="events.csv")}

pandas (usecols: the four columns alone):
{peers.PANDAS.strip()}
"""


def arguments():
    names = [make.__name__.replace("_", "-") for make in works.ALL]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin", help="where weir and weir-sample are")
    parser.add_argument("--rows", type=int, default=1_200_000, help="of the month")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", type=int, nargs="?", const=LARGE_ROWS, default=0, metavar="ROWS",
                        help=f"a large dump besides; {LARGE_ROWS:,} rows")
    parser.add_argument("--only", default=",".join(names), metavar="WORK,…", help=f"some of {', '.join(names)}")
    parser.add_argument("--install", action="store_true", help="install the peers first")
    parser.add_argument("--results", type=pathlib.Path, default=ROOT / "bench/results.md")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if unknown := set(options.only) - set(names):
        parser.error(f"--only: no work is called {', '.join(unknown)}")
    return options


def main():
    options = arguments()
    if options.install:
        install()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by a signal"))  # so that servers end, and data are removed
    began, results = loads(), {}
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as name:
        os.chmod(name, 0o711)  # PostgreSQL may run as another user
        folder = pathlib.Path(name)
        facts = machine(options.bin / "weir", folder)
        dumps = works.Dumps(options.bin.resolve(), folder)
        wanted = [(make, options.rows) for make in works.ALL if make.__name__.replace("_", "-") in options.only]
        if options.large:
            wanted.append((works.large, options.large))
        for make, rows in wanted:
            result = measure(make(dumps, rows), options.runs)
            results[result.work.key] = result
            print(f"\n{title(result)}\n{plain(result.table())}\n", flush=True)
    print(plain(goals_table(results)))
    options.results.write_text(page(options, facts, began, results))


if __name__ == "__main__":
    main()
