#!/usr/bin/python3
"""`weir query` on a real PostgreSQL and on DuckDB: streamed, stopped on the server, confined."""

import json
import os
import signal
import subprocess
import time

from programs import WEIR, WeirTest, main
from servers import PostgresServer

ROWS = 3_000_000
PEAK_MB = 150  # DuckDB's library alone takes some 50


class Query(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgresServer(cls.directory / "server")
        cls.addClassCleanup(lambda: cls.server.close())
        cls.dump = cls.sample("2021/04/events.csv", "2021-04", 2000)
        cls.urls = {"postgres": cls.server.create_database("events"), "duckdb": "duckdb:events.duckdb"}
        for url in cls.urls.values():
            subprocess.run([WEIR, "ingest", cls.dump, "--period", "2021-04", "--db", url, "-q"], env=cls.environment,
                           cwd=cls.directory, check=True, stdout=subprocess.DEVNULL)

    def query(self, engine, sql, *arguments, **options):
        return self.weir("query", sql, "--db", self.urls[engine], *arguments, **options)

    @staticmethod
    def many(engine):
        series = "generate_series(1, {})" if engine == "postgres" else "range(1, {} + 1)"
        return f"SELECT i, repeat('x', 40) AS t FROM {series.format(ROWS)} AS s(i)"

    def wait_for_statement(self, text):
        for _ in range(200):
            if self.server.ask("events", f"SELECT 1 FROM pg_stat_activity WHERE query LIKE '%{text}%' AND state = 'active' "
                                         "AND pid <> pg_backend_pid()"):
                return
            time.sleep(0.05)
        self.fail(f"no statement with {text} runs")

    def statements(self, text):
        return self.server.ask("events", f"SELECT query FROM pg_stat_activity WHERE query LIKE '%{text}%' AND "
                                         "state <> 'idle' AND pid <> pg_backend_pid()")

    def test_same_rows_on_both_in_every_format(self):
        sql = ("SELECT id, timestamp, day, email, company, country, ip, uri, action, tags, ingestion_id FROM events "
               "ORDER BY id, timestamp")
        for name in ("json", "ndjson", "csv", "markdown", "table"):
            found = {engine: self.query(engine, sql, "-f", name).out for engine in self.urls}
            self.assertTrue(found["postgres"] == found["duckdb"], f"{name}\n{found['postgres'][:300]}\n{found['duckdb'][:300]}")
        rows = json.loads(self.query("postgres", sql, "-f", "json").out)
        self.assertEqual(len(rows), 2000)
        lines = self.query("duckdb", sql, "-f", "ndjson").out.splitlines()
        self.assertEqual([json.loads(line) for line in lines], rows)

    def test_memory_does_not_grow_with_the_rows(self):
        for engine in self.urls:
            for name in ("csv", "table"):
                measured = self.measure("query", self.many(engine), "--db", self.urls[engine], "-f", name)
                self.assertLess(measured.peak_mb, PEAK_MB, f"{engine} {name}")
                with open(self.directory / "measured.out", "rb") as out:
                    self.assertEqual(sum(1 for _ in out), ROWS + 1, f"{engine} {name}")

    def test_a_closed_pipe_ends_it_with_success(self):
        for engine in self.urls:
            process = self.start("query", self.many(engine), "--db", self.urls[engine], "-f", "csv")
            self.assertEqual(process.stdout.readline(), b"i,t\n")
            process.stdout.close()
            self.assertEqual(process.wait(timeout=60), 0, engine)
        self.assertEqual(self.statements("repeat"), [])

    def test_ctrl_c_stops_it_on_the_server(self):
        process = self.start("query", "SELECT pg_sleep(600), 'to be stopped'", "--db", self.urls["postgres"])
        self.wait_for_statement("to be stopped")
        process.send_signal(signal.SIGINT)
        finished = self.finish(process, status=130)
        self.assertEqual(finished.out, "")
        self.assertIn("interrupted", finished.err)
        self.assertEqual(self.statements("to be stopped"), [])

    def test_ctrl_c_stops_it_while_nobody_reads(self):
        for engine in self.urls:
            process = self.start("query", self.many(engine), "--db", self.urls[engine], "-f", "csv")
            process.stdout.read(1)  # and then no more: the pipe is full
            time.sleep(1)
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(timeout=30), 130, engine)

    def test_time_is_limited(self):
        finished = self.query("postgres", "SELECT pg_sleep(600), 'too slow'", "--timeout", "0.5", status=1)
        self.assertIn("it took longer than 0.5 s", finished.err)
        self.assertLess(finished.seconds, 20)
        self.assertEqual(self.statements("too slow"), [])

    def test_what_a_read_only_transaction_does_not_stop(self):
        self.server.ask("events", "CREATE EXTENSION dblink")
        victim = subprocess.Popen([self.server.PROGRAMS / "psql", "-XAtq", "-h", self.server.directory, "-U", "weir", "-d",
                                   "events", "-c", "SELECT pg_backend_pid(), pg_sleep(600)"], stdout=subprocess.DEVNULL)
        self.addCleanup(victim.wait)
        self.addCleanup(victim.kill)
        self.wait_for_statement("pg_sleep(600)")
        written = self.directory / "server" / "written"
        for sql in ("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%'",
                    f"SELECT lo_export(lo_from_bytea(0, 'x'), '{written}')",
                    f"COPY (SELECT 1) TO '{written}'", f"COPY (SELECT 1) TO PROGRAM 'touch {written}'",
                    "SELECT pg_read_file('PG_VERSION')", "SELECT pg_reload_conf()", "SELECT pg_advisory_lock(1)",
                    "SELECT * FROM dblink('dbname=events host=/nowhere', 'DELETE FROM ingestions') AS t(a text)",
                    "SELECT query_to_xml('SELECT pg_reload_conf()', true, true, '')",
                    "SELECT set_config('transaction_read_only', 'off', false), lo_create(0)",
                    'SELECT pg_catalog."pg_reload_conf"/* */()', r'SELECT U&"pg_reload\005fconf"()',
                    "DO $$ BEGIN PERFORM pg_reload_conf(); END $$", "NOTIFY someone"):
            finished = self.query("postgres", sql, status=1)
            self.assertEqual(finished.out, "", sql)
            self.assertRegex(finished.err, r"it calls |returns no rows", sql)
        self.assertIsNone(victim.poll(), "the session was ended")
        self.assertFalse(written.exists())

    def test_functions_that_only_read_are_let_through(self):
        finished = self.query("postgres", "SELECT random() < 2 AS r, clock_timestamp() >= now() AS c, "
                              "pg_size_pretty(pg_total_relation_size('ingestions')) IS NOT NULL AS s, "
                              "gen_random_uuid() IS NOT NULL AS u", "-f", "csv")
        self.assertEqual(finished.out, "r,c,s,u\ntrue,true,true,true\n")

    def test_nothing_of_a_session_is_left(self):
        before = self.server.ask("events", "SELECT count(*) FROM pg_locks")
        self.query("postgres", "SELECT count(*) FROM events")
        self.assertEqual(self.server.ask("events", "SELECT count(*) FROM pg_locks"), before)

    def test_sql_from_standard_input(self):
        read, write = os.pipe()
        with os.fdopen(write, "wb") as pipe:
            pipe.write(b"SELECT count(*) AS n\nFROM events; -- all\n")
        with os.fdopen(read, "rb") as source:
            self.assertEqual(self.query("postgres", "-", "-f", "csv", stdin=source).out, "n\n2000\n")


if __name__ == "__main__":
    main()
