#!/usr/bin/python3
"""Several dumps on their way into one PostgreSQL database at once, out of one `weir ingest`. They come through FIFOs, so that the
test decides which of them ends first.
"""

import os
import re
import signal
import time

from postgres_checks import PostgresTest
from programs import main

MONTHS = ["2021-01", "2021-02", "2021-03", "2021-04"]
HEADER = b"id,timestamp,email,country\n"
ROWS = 20000
SOON_S = 20.0


class InFlight(PostgresTest):
    def setUp(self):
        super().setUp()
        self.template = self.name + "/{YYYY}-{MM}.csv"
        self.writers = {}

    def path(self, month):
        path = self.directory / self.template.format(YYYY=month[:4], MM=month[5:])
        path.parent.mkdir(exist_ok=True)
        return path

    @staticmethod
    def rows(month):
        return b"".join(f"{i},{month}-{1 + i % 28:02},user{i}@example.com,France\n".encode() for i in range(ROWS))

    def start_backfill(self, *arguments):
        """The first two months come through FIFOs, the others are files."""
        for month in MONTHS[2:]:
            self.path(month).write_bytes(HEADER + self.rows(month))
        for month in MONTHS[:2]:
            os.mkfifo(self.path(month))
        process = self.start("ingest", "2021-01..2021-04", "--source", self.template, "--db", self.url, "-f", "json",
                             "--threads", "2", *arguments)
        for month in MONTHS[:2]:
            self.writers[month] = open(self.path(month), "wb")  # waits until weir reads it
            self.addCleanup(self.writers[month].close)
            self.writers[month].write(HEADER + self.rows(month))
            self.writers[month].flush()
        return process

    def wait_for_statuses(self, wanted):
        deadline = time.monotonic() + SOON_S
        while (found := sorted((row["period"], row["status"]) for row in self.ledger())) != wanted:
            self.assertLess(time.monotonic(), deadline, found)
            time.sleep(0.05)

    def test_two_are_loaded_side_by_side_and_told_in_order(self):
        process = self.start_backfill()
        self.wait_for_statuses([("2021-01", "loading"), ("2021-02", "loading")])
        self.writers["2021-02"].close()
        self.wait_for_statuses([("2021-01", "loading"), *((month, "loaded") for month in MONTHS[1:])])
        self.writers["2021-01"].close()
        done = self.finish(process)
        found = [(row["period"], row["outcome"], row["rows_loaded"]) for row in done.json()["ingestions"]]
        self.assertEqual(found, [(month, "loaded", ROWS) for month in MONTHS])
        self.assertEqual(re.findall(r"weir: (\S+): loaded", done.err), MONTHS)
        self.assertEqual(self.server.ask(self.name, "SELECT count(*) FROM events"), [str(ROWS * len(MONTHS))])

    def test_the_index_of_tags_is_added_up_by_one_of_them(self):
        """Every sum has its keys, also where four loads come to be due at once; and a loser leaves nothing behind."""
        self.sample(self.name, "2018-01..2020-12", 60)
        for turn in range(4):
            url = self.server.create_database(f"{self.name}_{turn}")
            self.weir("ingest", "2018-01..2020-12", "--source", self.name + "/{YYYY}/{MM}/events.csv", "--db", url, "-q",
                      "--threads", "4")
            ask = lambda sql: self.server.ask(f"{self.name}_{turn}", sql)
            self.assertEqual(ask("SELECT count(DISTINCT ingestion_ids), max(cardinality(ingestion_ids)) >= 12 FROM tag_sums"),
                             ["1|t"])
            self.assertEqual(ask("SELECT DISTINCT ingestion_ids FROM tag_sums"), ask("SELECT DISTINCT ingestion_ids FROM key_sums"))

    def test_an_interrupt_stops_all(self):
        process = self.start_backfill()
        self.wait_for_statuses([("2021-01", "loading"), ("2021-02", "loading")])
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        self.finish(process, status=130)
        self.assertLess(time.monotonic() - began, SOON_S)
        self.assertEqual([(row["status"], row["error"]) for row in self.ledger()], [("failed", "interrupted")] * 2)
        self.assertEqual(self.server.ask(self.name, "SELECT count(*) FROM events"), ["0"])

    def test_the_memory_limit_lets_one_go_at_a_time(self):
        process = self.start_backfill_of_one()
        self.wait_for_statuses([("2021-01", "loading")])
        time.sleep(1)
        self.assertEqual([row["period"] for row in self.ledger()], ["2021-01"])
        self.writers["2021-01"].close()
        self.finish(process)
        self.assertEqual(self.statuses(), ["loaded"] * len(MONTHS))

    def start_backfill_of_one(self):
        for month in MONTHS[1:]:
            self.path(month).write_bytes(HEADER + self.rows(month))
        os.mkfifo(self.path("2021-01"))
        process = self.start("ingest", "2021-01..2021-04", "--source", self.template, "--db", self.url, "-f", "json",
                             "--threads", "2", "--memory-limit", "50MB")
        self.writers["2021-01"] = open(self.path("2021-01"), "wb")
        self.addCleanup(self.writers["2021-01"].close)
        self.writers["2021-01"].write(HEADER + self.rows("2021-01"))
        self.writers["2021-01"].flush()
        return process

    def test_days_that_need_the_same_new_partition(self):
        for month in range(1, 13):
            for day in range(1, 9):
                path = self.directory / self.name / f"2021-{month:02}-{day:02}.csv"
                path.parent.mkdir(exist_ok=True)
                path.write_text(f"timestamp\n2021-{month:02}-{day:02}\n", encoding="utf-8")
        template = self.name + "/{YYYY}-{MM}-{DD}.csv"
        done = self.finish(self.start("ingest", "--new", "--source", template, "--db", self.url, "-f", "json", "-q", "--threads", "4"))
        self.assertEqual([row["outcome"] for row in done.json()["ingestions"]], ["loaded"] * 96)

    def test_one_that_fails_does_not_stop_the_others(self):
        for month in MONTHS:
            self.path(month).write_bytes(HEADER + (b"bad\n" * 50 if month == "2021-02" else self.rows(month)))
        done = self.finish(self.start("ingest", "2021-01..2021-04", "--source", self.template, "--db", self.url, "-f", "json",
                                      "--threads", "4"), status=3)
        self.assertEqual([row["outcome"] for row in done.json()["ingestions"]], ["loaded", "failed", "loaded", "loaded"])
        self.assertIn("4 dumps: 3 loaded, 1 failed (2021-02)", done.err)


if __name__ == "__main__":
    main()
