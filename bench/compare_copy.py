#!/usr/bin/env python3
"""compare_copy.py [--bin DIR] [--rows N] [--runs N]: weir ingest into PostgreSQL beside psql's \\copy of the same CSV.

Starts a PostgreSQL of its own in a temporary directory, as the tests do, and writes a month with weir-sample. Then both load
it in turn, each time into a database made for it: weir into its schema, \\copy into one plain table with typed columns and no
index (tags as text, since COPY cannot read a list). Timed are the whole processes. Each also tells its CPU time and that of
the server meanwhile, which mean something on a busy machine, too. Counts are compared: a wrong one ends the run.
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests" / "e2e"))
from servers import PostgresServer  # noqa: E402

TABLE = ("CREATE TABLE events (id text, timestamp timestamp with time zone, email text, country text, ip text, uri text, "
         "action text, tags text)")
TICKS = os.sysconf("SC_CLK_TCK")


def server_seconds(server):
    """CPU time of the server's processes, those that ended included. A session's is added when it has ended."""
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / TICKS


def child_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measured(server, command):
    """Seconds, CPU seconds of the program, CPU seconds of the server."""
    server.run("psql", "-XAtq", "-h", server.directory, "-U", "weir", "-d", "postgres", "-c", "CHECKPOINT")
    time.sleep(0.2)  # for sessions to end
    served, used, began = server_seconds(server), child_seconds(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds, used = time.perf_counter() - began, child_seconds() - used
    time.sleep(0.2)
    return seconds, used, server_seconds(server) - served


def ingest(server, weir, path, name):
    url = server.create_database(name)
    subprocess.run([weir, "db", "init", "--db", url], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return measured(server, [weir, "ingest", path, "--period", "2021-04", "--db", url, "-q"])


def copy(server, _, path, name):
    server.create_database(name)
    server.ask(name, TABLE)
    psql = [server.PROGRAMS / "psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-h", server.directory, "-U", "weir", "-d", name]
    return measured(server, [*psql, "-c", f"\\copy events from '{path}' with (format csv, header)"])


def loaded(server, load, weir, path, name, rows):
    """What one load into a database of its own took; the database is gone again. A wrong count ends the run."""
    figure = load(server, weir, path, name)
    [there] = server.ask(name, "SELECT count(*) FROM events")
    if int(there) != rows:
        sys.exit(f"{load.__name__} loaded {there} rows of {rows}")
    server.run("dropdb", "-h", server.directory, "-U", "weir", name)
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--rows", type=int, default=1_200_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    weir = options.bin.resolve() / "weir"
    ways = {"weir ingest": ingest, "psql \\copy": copy}
    figures = {way: [] for way in ways}
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        os.chmod(folder, 0o711)  # the server may run as another user
        path = f"{folder}/events.csv"
        subprocess.run([options.bin / "weir-sample", "--month", "2021-04", "--rows", str(options.rows), "-o", path], check=True)
        size = os.path.getsize(path)
        server = PostgresServer(pathlib.Path(folder) / "server")
        try:
            for run in range(options.runs + 1):
                for way, load in ways.items():
                    figure = loaded(server, load, weir, path, f"run_{run}_{load.__name__}", options.rows)
                    if run > 0:  # the first warms the page cache
                        figures[way].append(figure)
        finally:
            server.close()
    print(f"{options.rows:,} rows, {size / 1e6:.0f} MB, {os.cpu_count()} processors, {options.runs} runs, medians")
    medians = {way: [statistics.median(column) for column in zip(*runs)] for way, runs in figures.items()}
    for way, (seconds, used, served) in medians.items():
        spread = f"{min(run[0] for run in figures[way]):.2f}-{max(run[0] for run in figures[way]):.2f}"
        print(f"{way:12} {seconds:6.2f} s ({spread})   CPU: program {used:5.2f} s, server {served:5.2f} s")
    ratio = medians["weir ingest"][0] / medians["psql \\copy"][0]
    print(f"weir ingest takes {ratio:.2f} times as long as \\copy")


if __name__ == "__main__":
    main()
