#!/usr/bin/python3
"""PostgreSQL behind the same commands: the same answers as DuckDB, byte for byte, and whatever breaks is whole again after
the next ingest."""

import random
import signal
import time

import expected
from programs import WeirTest, main
from servers import PostgresServer

ROWS = 20000
MONTHS = ("2021-01", "2021-02", "2021-03")
TEMPLATE = "{YYYY}/{MM}/events.csv"
LARGE = "large/events.csv"
LARGE_ROWS = 150000
ANSWERS = [
    ["insights", "-n", "all"], ["top", "users", "--since", "2021-02", "-n", "all"], ["top", "countries", "--sort", "key"],
    ["top", "dates", "--by", "week", "-n", "all"], ["top", "dates", "--by", "month", "--until", "2021-02-14"],
    ["top", "tags", "--missing", "drop", "--where", "country=France", "--where", "country=Palau"],
    ["top", "companies", "--fill", "company=nobody", "-n", "all"], ["top", "uris", "--where", "tag=travel", "-n", "3"],
    ["top", "actions", "--where", "email=", "--where", "date=2021-03-01"], ["status"], ["rejects"],
]


class Postgres(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgresServer(cls.directory / "server")
        cls.addClassCleanup(lambda: cls.server.close())
        cls.paths = {month: cls.sample(TEMPLATE.format(YYYY=month[:4], MM=month[5:]), month, ROWS) for month in MONTHS}
        with open(cls.paths["2021-02"], "a", encoding="utf-8") as dump:
            dump.write("not,an,event\n")
        cls.large = expected.insights(expected.read_dump(cls.sample(LARGE, "2021-04", LARGE_ROWS)).events)

    def setUp(self):
        self.url = self.server.create_database(self._testMethodName)

    def load(self, *arguments, status=0):
        finished = self.weir("ingest", *arguments, "--db", self.url, "-f", "json", "-q", status=status)
        return [ingestion["outcome"] for ingestion in finished.json()["ingestions"]]

    def statuses(self):
        rows = self.weir("status", "--ledger", "--db", self.url, "-f", "json").json()["ingestions"]
        return [row["status"] for row in rows]

    def start_large(self):
        return self.start("ingest", LARGE, "--period", "2021-04", "--force", "--db", self.url, "-f", "json", "-q")

    def check_large(self, about):
        self.assert_insights(self.insights("--db", self.url), self.large, about)
        [sums] = self.server.ask(self._testMethodName, "SELECT count(*), (SELECT sum(rows_loaded) FROM ingestions "
                                 "WHERE status = 'loaded') FROM events")
        self.assertEqual(sums, f"{LARGE_ROWS}|{LARGE_ROWS}", about)

    def wait_for_rows(self):
        """Until a load copies its rows."""
        for _ in range(1000):
            found = self.server.ask("postgres", "SELECT pid FROM pg_stat_activity WHERE query ~ '^\\s*-- Straight' "
                                    "AND state = 'active'")
            if found:
                return found[0]
            time.sleep(0.01)
        return self.fail("no load copies its rows")

    def test_same_answers_as_duckdb(self):
        databases = {"postgres": self.url, "duckdb": "duckdb:same.duckdb"}
        for url in databases.values():
            self.weir("db", "init", "--db", url)
            # One thread loads one month at a time, so that ids follow the months in both.
            self.weir("ingest", "2021-01..2021-03", "--source", TEMPLATE, "--db", url, "-q", "--threads", "1")
            again = self.weir("ingest", "--new", "--source", TEMPLATE, "--db", url, "-q", "-f", "json").json()
            self.assertEqual(again["ingestions"], [])
        for arguments in ANSWERS:
            found = {name: self.weir(*arguments, "--db", url, "-f", "json").out for name, url in databases.items()}
            if arguments == ["status"]:
                found = {name: [line for line in out.splitlines() if '_at"' not in line] for name, out in found.items()}
            self.assertTrue(found["postgres"] == found["duckdb"], f"{arguments}\n{found['postgres'][:500]}\n{found['duckdb'][:500]}")
        for url in databases.values():
            self.weir("drop", "2021-02", "--db", url, "-q")
            self.weir("status", "--check", "--db", url, status=4)
        found = {self.weir("insights", "-n", "all", "--db", url, "-f", "json").out for url in databases.values()}
        self.assertEqual(len(found), 1, "after a drop")

    def test_verify(self):
        """What somebody else does to the tables is found, and named."""
        self.weir("ingest", "2021-01..2021-02", "--source", TEMPLATE, "--db", self.url, "-q", "--threads", "1")
        [rows] = self.server.ask(self._testMethodName, "SELECT rows_loaded FROM ingestions WHERE id = 2")

        def verdicts(status):
            findings = self.weir("verify", "--db", self.url, "-f", "json", status=status).json()["findings"]
            return {finding["about"]: (finding["verdict"], finding["text"]) for finding in findings}
        right = verdicts(0)
        self.assertEqual({verdict for verdict, _ in right.values()}, {"ok"})
        self.assertEqual(len(right), 2 + 7 + 2, right)  # months, questions, sources
        self.server.ask(self._testMethodName, "DELETE FROM event_rows WHERE ctid = (SELECT min(ctid) FROM event_rows WHERE "
                        "ingestion_id = 2) AND ingestion_id = 2; DELETE FROM rejected_rows")
        wrong = verdicts(1)
        self.assertEqual(wrong["2021-01 of events"][0], "ok")
        self.assertEqual(wrong["2021-02 of events"], ("problem", f"rows: {int(rows):,} in the ledger, {int(rows) - 1:,} stored; "
                                                      "rejects: 1 in the ledger, 0 stored"))
        self.assertEqual(wrong["countries"][0], "problem")
        self.assertEqual(wrong["source of 2021-02"][0], "ok")

    def test_environment_alone_says_where(self):
        self.load(LARGE, "--period", "2021-04")
        environment = {**self.environment, "PGHOST": str(self.server.directory), "PGUSER": "weir",
                       "PGDATABASE": self._testMethodName, "WEIR_DB": "postgresql://"}
        found = self.weir("insights", "-n", "all", "-f", "json", env=environment).json()
        self.assert_insights(found, self.large, "PG* variables")

    def test_a_database_that_is_not_there(self):
        url = self.url.replace(self._testMethodName, "nowhere")
        finished = self.weir("status", "--db", url, status=1)
        self.assertIn('"nowhere" does not exist', finished.err)
        self.assertIn("createdb", finished.err)

    def test_passwords_are_refused_and_not_shown(self):
        self.server.ask("postgres", "CREATE ROLE ann LOGIN PASSWORD 'right'")
        rules = self.server.directory / "data" / "pg_hba.conf"
        trusting = rules.read_text(encoding="utf-8")
        self.addCleanup(lambda: (rules.write_text(trusting, encoding="utf-8"), self.reload()))
        rules.write_text("local all ann scram-sha-256\n" + trusting, encoding="utf-8")
        self.reload()
        for url, words in [(self.url.replace("weir@", "ann:s3cret@"), "password authentication failed"),
                           (self.url.replace("weir@", "ann@"), "no password supplied")]:
            finished = self.weir("status", "--db", url, status=5)
            self.assertIn(words, finished.err)
            self.assertIn("PGPASSWORD", finished.err)
            self.assertNotIn("s3cret", finished.out + finished.err)

    def reload(self):
        self.server.ask("postgres", "SELECT pg_reload_conf()")
        time.sleep(0.5)

    def test_many_processes_and_one_month(self):
        arguments = ["ingest", LARGE, "--period", "2021-04", "--db", self.url, "-f", "json", "-q"]
        others = [["ingest", month, "--source", TEMPLATE, "--db", self.url, "-f", "json", "-q"] for month in MONTHS]
        same = [self.start(*arguments) for _ in range(5)]
        different = [self.start(*other) for other in others]
        outcomes = [self.finish(process).json()["ingestions"][0]["outcome"] for process in same]
        self.assertEqual(sorted(outcomes), ["loaded"] + ["unchanged"] * 4)
        outcomes = [self.finish(process).json()["ingestions"][0]["outcome"] for process in different]
        self.assertEqual(outcomes, ["loaded"] * len(MONTHS))
        self.assertEqual(self.statuses(), ["loaded"] * (1 + len(MONTHS)))

    def test_kills_at_random_instants(self):
        self.assertEqual(self.load(LARGE, "--period", "2021-04"), ["loaded"])
        instants = random.Random(7)
        for attempt in range(8):
            process = self.start_large()
            time.sleep(instants.uniform(0.02, 1.5))
            process.kill()
            process.communicate()
            self.check_large(f"kill {attempt}")
        self.assertEqual(self.load(LARGE, "--period", "2021-04", "--force"), ["replaced"])
        self.check_large("after the kills")
        self.assertNotIn("loading", self.statuses())
        self.assertEqual(self.statuses().count("loaded"), 1)

    def test_a_lost_connection(self):
        self.load(LARGE, "--period", "2021-04")
        process = self.start_large()
        self.server.ask("postgres", f"SELECT pg_terminate_backend({self.wait_for_rows()})")
        finished = self.finish(process, status=1)
        self.assertIn("cannot load into postgresql://weir@/", finished.err)
        self.assertEqual(self.statuses(), ["loaded", "failed"])
        self.check_large("a lost connection")
        self.assertEqual(self.load(LARGE, "--period", "2021-04", "--force"), ["replaced"])
        self.check_large("after a lost connection")

    def test_a_server_that_stops_at_once(self):
        self.load(LARGE, "--period", "2021-04")
        process = self.start_large()
        self.wait_for_rows()
        self.server.stop()
        self.finish(process, status=1)
        self.server.start()
        self.assertEqual(self.statuses(), ["loaded", "failed"])
        self.check_large("a stopped server")
        self.assertEqual(self.load(LARGE, "--period", "2021-04", "--force"), ["replaced"])
        self.check_large("after a stopped server")
        self.assertEqual(self.statuses(), ["superseded", "failed", "loaded"])

    def test_an_interrupt(self):
        process = self.start_large()
        self.wait_for_rows()
        process.send_signal(signal.SIGINT)
        self.finish(process, status=130)
        self.assertEqual(self.statuses(), ["failed"])
        self.assertEqual(self.load(LARGE, "--period", "2021-04"), ["loaded"])
        self.check_large("after an interrupt")

    def test_readers_see_whole_dumps_only(self):
        self.load(LARGE, "--period", "2021-04")
        process = self.start_large()
        counts = set()
        while process.poll() is None:
            counts.update(self.server.ask(self._testMethodName, "SELECT count(*) FROM events"))
        self.finish(process)
        self.assertEqual(counts, {str(LARGE_ROWS)})

    def test_tables_explain_themselves(self):
        self.weir("db", "init", "--db", self.url)
        tables = self.server.ask(self._testMethodName, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
                                 "AND relkind IN ('r', 'p', 'v') AND obj_description(oid, 'pg_class') IS NULL")
        self.assertEqual(tables, [])


if __name__ == "__main__":
    main()
