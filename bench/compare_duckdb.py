#!/usr/bin/env python3
"""compare_duckdb.py [--bin DIR] [--rows N] [--runs N]: weir beside DuckDB's own CSV reader, on the same file.

Writes a month with weir-sample, then runs both in turn and prints medians and ratios. weir is timed as a whole process;
DuckDB, through the library that weir is built with, only while its query runs, with as many threads. Counts are compared:
a wrong answer ends the run. Each also tells its CPU time, on all threads: on a busy machine that means something, and
seconds say little.
"""

import argparse
import ctypes
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so"
GROUPINGS = {
    "country": "SELECT country, count(*) AS n FROM {csv} GROUP BY country",
    "country, user, action, date": "SELECT country, email, action, timestamp, count(*) AS n FROM {csv} GROUP BY GROUPING SETS "
    "((country), (email), (action), (timestamp))",
}


class Watch:
    def __init__(self, who):
        self.who, self.cpu, self.began = who, self.cpu_seconds(who), time.perf_counter()

    @staticmethod
    def cpu_seconds(who):
        usage = resource.getrusage(who)
        return usage.ru_utime + usage.ru_stime

    def taken(self):
        """Seconds, CPU seconds."""
        return time.perf_counter() - self.began, self.cpu_seconds(self.who) - self.cpu


class DuckDb:
    """One in-memory database. query() returns what it took; a failure raises."""

    def __init__(self, threads):
        self.api = ctypes.CDLL(str(LIBRARY))
        self.api.duckdb_result_error.restype = ctypes.c_char_p
        self.api.duckdb_value_varchar.restype = ctypes.c_char_p
        database, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        if self.api.duckdb_open(None, ctypes.byref(database)) or self.api.duckdb_connect(
            database, ctypes.byref(self.connection)
        ):
            raise RuntimeError("cannot open DuckDB")
        self.query(f"SET threads = {threads}")

    def query(self, sql):
        return self.run(sql)[0]

    def one_number(self, sql):
        return self.run(sql)[1]

    def run(self, sql):
        result = ctypes.create_string_buffer(256)  # a duckdb_result, and room to spare
        watch = Watch(resource.RUSAGE_SELF)
        if self.api.duckdb_query(self.connection, sql.encode(), result):
            raise RuntimeError(self.api.duckdb_result_error(result).decode())
        taken = watch.taken()
        text = self.api.duckdb_value_varchar(result, ctypes.c_uint64(0), ctypes.c_uint64(0))
        self.api.duckdb_destroy_result(result)
        return taken, text and int(text) if text and text.isdigit() else None


def run_weir(command):
    watch = Watch(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return watch.taken()


def check_counts(weir, duckdb, csv, path):
    answer = json.loads(subprocess.run([weir, "top", "countries", path, "-n", "all", "-f", "json"], check=True,
                                       capture_output=True).stdout)
    events = duckdb.one_number(f"SELECT count(*) FROM {csv}")
    countries = duckdb.one_number(f"SELECT count(DISTINCT coalesce(country, '(none)')) FROM {csv}")
    if (answer["events"], answer["distinct"]) != (events, countries):
        sys.exit(f"the counts differ: weir {answer['events']}, {answer['distinct']}; DuckDB {events}, {countries}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--rows", type=int, default=1_200_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    weir, threads = str(options.bin / "weir"), os.cpu_count()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        path = f"{folder}/events.csv"
        subprocess.run([options.bin / "weir-sample", "--month", "2021-04", "--rows", str(options.rows), "-o", path], check=True)
        csv = f"read_csv('{path}', header = true, all_varchar = true)"
        duckdb = DuckDb(threads)
        check_counts(weir, duckdb, csv, path)
        figures = {}
        for run in range(options.runs + 1):
            taken = {f"DuckDB: {name}": duckdb.query(sql.format(csv=csv)) for name, sql in GROUPINGS.items()}
            taken["weir top countries"] = run_weir([weir, "top", "countries", path])
            taken["weir insights (all seven questions)"] = run_weir([weir, "insights", path])
            if run > 0:  # the first warms the page cache
                for name, value in taken.items():
                    figures.setdefault(name, []).append(value)
        size = os.path.getsize(path)
    print(f"{options.rows:,} rows, {size / 1e6:.0f} MB, {threads} threads, {options.runs} runs, medians")
    medians = {name: [statistics.median(column) for column in zip(*values)] for name, values in figures.items()}
    insights, insights_cpu = medians["weir insights (all seven questions)"]
    for name, (seconds, cpu) in medians.items():
        spread = f"{min(figures[name])[0]:.3f}-{max(figures[name])[0]:.3f}"
        print(f"{name:36} {seconds:6.3f} s ({spread}) {seconds / insights:5.2f} x insights   "
              f"CPU {cpu:6.3f} s {cpu / insights_cpu:5.2f} x insights")


if __name__ == "__main__":
    main()
