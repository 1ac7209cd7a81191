#!/usr/bin/env python3
"""compare_months.py [--bin DIR] [--months N] [--rows N] [--runs N]: answers over years beside plain SQL, in PostgreSQL.

Starts a PostgreSQL of its own, loads N months with weir, then asks the same in turn: `weir top users`, and GROUP BY over the
rows through psql, for all time and since the sixth month. Both are timed as whole processes. Counts are compared: a wrong
answer ends the run. Needs some 350 MB of disk a million rows, and figures of a busy machine say little.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/e2e"))
from servers import PostgresServer  # noqa: E402

FIRST_YEAR = 2019
SINCE = "2019-06"
GROUP_BY = "SELECT email, count(*) AS n FROM events {where} GROUP BY email ORDER BY n DESC, email COLLATE \"C\" LIMIT 10"


class Server(PostgresServer):
    SHARED_BUFFERS = "1GB"


def months(count):
    return [f"{FIRST_YEAR + i // 12}-{i % 12 + 1:02}" for i in range(count)]


def timed(command, **more):
    began = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **more)
    return time.perf_counter() - began, done.stdout


def load(options, folder, environment):
    """Seconds of each month's ingest."""
    seconds = []
    for month in months(options.months):
        path = f"{folder}/events.csv"
        subprocess.run([options.bin / "weir-sample", "--month", month, "--rows", str(options.rows), "-o", path], check=True)
        seconds.append(timed([options.bin / "weir", "ingest", "-q", path, "--period", month], env=environment)[0])
        os.unlink(path)
        print(f"\rloaded {month} in {seconds[-1]:.1f} s ", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return seconds


def rows_of_weir(text):
    return [(row["key"], row["events"]) for row in json.loads(text)["rows"]]


def rows_of_psql(text):
    return [(key or "(none)", int(events)) for key, events in (line.rsplit("|", 1) for line in text.splitlines())]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--rows", type=int, default=1_200_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-bench-") as folder:
        os.chmod(folder, 0o711)
        server = Server(pathlib.Path(folder) / "postgres")
        try:
            url = server.create_database("bench")
            environment = {**os.environ, "WEIR_DB": url}
            ingests = load(options, folder, environment)
            server.ask("bench", "VACUUM ANALYZE")
            psql = [server.PROGRAMS / "psql", "-XAtq", url, "-c"]
            figures = {}
            for run in range(options.runs + 1):
                for name, flags, where in (("all time", [], ""), (f"since {SINCE}", ["--since", SINCE], f"WHERE day >= '{SINCE}-01'")):
                    ours, text = timed([options.bin / "weir", "top", "users", "-f", "json", *flags], env=environment)
                    theirs, rows = timed([*psql, GROUP_BY.format(where=where)])
                    if rows_of_weir(text) != rows_of_psql(rows):
                        sys.exit(f"the counts differ, {name}:\n{text}\n{rows}")
                    if run > 0:  # the first warms the page cache
                        figures.setdefault(name, []).append((ours, theirs))
            insights = timed([options.bin / "weir", "insights"], env=environment)[0]
            sizes = server.ask("bench", "SELECT pg_size_pretty(sum(pg_table_size(c.oid))) FROM pg_class AS c WHERE relname LIKE "
                               "'event_rows%' AND relkind = 'r' UNION ALL SELECT pg_size_pretty(pg_table_size('key_runs'))")
        finally:
            server.close()
    print(f"{options.months} months of {options.rows:,} rows, {os.cpu_count()} threads, {options.runs} runs, medians")
    print(f"rows {sizes[0]}, rollups {sizes[1]}; ingest of a month {statistics.median(ingests):.2f} s, at most {max(ingests):.2f} s")
    for name, pairs in figures.items():
        ours, theirs = (statistics.median(side) for side in zip(*pairs))
        print(f"top users, {name:14} weir {ours:7.3f} s   GROUP BY {theirs:7.3f} s   {theirs / ours:6.1f} x")
    print(f"insights, all seven questions   {insights:.3f} s")


if __name__ == "__main__":
    main()
