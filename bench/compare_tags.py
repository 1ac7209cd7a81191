#!/usr/bin/env python3
"""compare_tags.py ENGINE [--bin DIR] [--months N] [--rows N] [--runs N] [--directory DIR]: who has a tag, over years.

ENGINE is postgres or duckdb. Loads N months with weir into a database of its own, then asks in turn for the users of a
frequent, a middle and a rare tag: `weir tags users TAG` from its index, and the engine's own SQL over the rows, for PostgreSQL
through psql, for DuckDB through `weir query`. Timed are whole processes; the CPU seconds of weir's (or psql's) are told too,
which mean something on a busy machine. Counts are compared: a wrong answer ends the run. Needs some 350 MB of disk a million
rows for PostgreSQL, 80 MB for DuckDB.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import sys
import tempfile

from compare_months import ROOT, Server, load, rows_of_psql, rows_of_weir, timed

SQL = {"postgres": "SELECT email, count(*) AS n FROM events WHERE {tag} = ANY (tags) GROUP BY email "
                   "ORDER BY n DESC, coalesce(email, '(none)') LIMIT 10",
       "duckdb": "SELECT email, count(*) AS n FROM events WHERE list_contains(tags, {tag}) GROUP BY email "
                 "ORDER BY n DESC, coalesce(email, '(none)') LIMIT 10"}
SIZES = "SELECT sum(octet_length(run)) AS n FROM "


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measured(command, environment):
    """Seconds, CPU seconds, what it said."""
    before = cpu_seconds()
    seconds, text = timed(command, env=environment)
    return seconds, cpu_seconds() - before, text


def by_sql(engine, weir, url, sql):
    if engine == "postgres":
        return [Server.PROGRAMS / "psql", "-XAtq", url, "-c", sql]
    return [weir, "query", sql, "-f", "json"]


def rows_of(engine, text):
    if engine == "postgres":
        return rows_of_psql(text)
    return [(row["email"] or "(none)", row["n"]) for row in json.loads(text)]


def compare(options, url, environment):
    weir = options.bin / "weir"
    tags = rows_of_weir(timed([weir, "top", "tags", "-n", "all", "--missing", "drop", "-f", "json"], env=environment)[1])
    for place, number in (("frequent", 0), ("middle", len(tags) // 2), ("rare", len(tags) - 1)):
        tag, events = tags[number]
        sql = SQL[options.engine].format(tag="'" + tag.replace("'", "''") + "'")
        figures = []
        for run in range(options.runs + 1):
            ours = measured([weir, "tags", "users", tag, "-f", "json"], environment)
            theirs = measured(by_sql(options.engine, weir, url, sql), environment)
            if rows_of_weir(ours[2]) != rows_of(options.engine, theirs[2]):
                sys.exit(f"the counts differ, {tag}:\n{ours[2]}\n{theirs[2]}")
            if run > 0:  # the first warms the page cache
                figures.append((*ours[:2], *theirs[:2]))
        ours, used, theirs, used_theirs = (statistics.median(side) for side in zip(*figures))
        print(f"{place:9} {tag:16} {events:>10,} events   weir {ours:7.3f} s (CPU {used:6.3f})   "
              f"SQL {theirs:7.3f} s (CPU {used_theirs:6.3f})   {theirs / ours:6.1f} x", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=sorted(SQL))
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--rows", type=int, default=1_200_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--directory", help="for the database and the dumps; else where temporary files are")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="weir-bench-", dir=options.directory) as folder:
        os.chmod(folder, 0o711)
        server = Server(pathlib.Path(folder) / "postgres") if options.engine == "postgres" else None
        try:
            url = server.create_database("bench") if server else f"duckdb:{folder}/bench.duckdb"
            environment = {**os.environ, "WEIR_DB": url}
            ingests = load(options, folder, environment)
            if server:
                server.ask("bench", "VACUUM ANALYZE")
            sizes = [json.loads(timed([options.bin / "weir", "query", SIZES + table, "-f", "json"], env=environment)[1])[0]["n"]
                     for table in ("key_runs", "tag_runs")]
            print(f"{options.engine}: {options.months} months of {options.rows:,} rows, {os.cpu_count()} threads, {options.runs} "
                  f"runs, medians; key runs {int(sizes[0]) / 1e6:.0f} MB, tag runs {int(sizes[1]) / 1e6:.0f} MB; "
                  f"ingest of a month {statistics.median(ingests):.2f} s, at most {max(ingests):.2f} s")
            compare(options, url, environment)
        finally:
            if server:
                server.close()


if __name__ == "__main__":
    main()
