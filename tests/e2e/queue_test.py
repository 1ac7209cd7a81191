#!/usr/bin/python3
"""Several processes on one database: each dump is loaded once, readers see whole dumps only, waiting names the holder."""

import collections
import subprocess
import threading
import time

import expected
from programs import WeirTest, main

TEMPLATE = "{YYYY}/{MM}/events.csv"
WAIT = ["--wait", "300"]  # the machine may be busy; what is tested is the order, not the speed
MONTHS = {"2021-01": 11000, "2021-02": 13000, "2021-03": 17000, "2021-04": 23000, "2021-05": 31000}
SAME_MONTH_ROWS = 60000


class Reader(threading.Thread):
    """Asks for all insights again and again until it is stopped, and keeps what it saw."""

    def __init__(self, ask):
        super().__init__()
        self.ask, self.seen, self.failure, self.stopping = ask, [], None, threading.Event()

    def run(self):
        while not self.stopping.is_set():
            try:
                self.seen.append(self.ask())
            except AssertionError as failure:  # raised again by the test, on its own thread
                self.failure = failure
                return

    def stop(self):
        self.stopping.set()
        self.join()


class Queue(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paths = {month: cls.sample(TEMPLATE.format(YYYY="2021", MM=month[5:]), month, rows)
                     for month, rows in MONTHS.items()}
        cls.changed = cls.sample("changed.csv", "2021-01", 19000, 2)

    def start_ingest(self, database, *arguments, **options):
        return self.start("ingest", *arguments, "--db", f"duckdb:{database}", "-f", "json", "-q", **options)

    def test_eight_load_the_same_month(self):
        dump = self.sample("same/2021/06/events.csv", "2021-06", SAME_MONTH_ROWS)
        processes = [self.start_ingest("same.duckdb", "2021-06", "--source", "same/" + TEMPLATE, *WAIT)
                     for _ in range(8)]
        ingestions = [self.finish(process).json()["ingestions"][0] for process in processes]
        self.assertEqual(collections.Counter(ingestion["outcome"] for ingestion in ingestions),
                         {"loaded": 1, "unchanged": 7})
        self.assertEqual({(ingestion["id"], ingestion["rows_loaded"]) for ingestion in ingestions},
                         {(1, SAME_MONTH_ROWS)})
        self.assertEqual([row["status"] for row in self.ledger("same.duckdb")], ["loaded"])
        self.assert_insights(self.insights("--db", "duckdb:same.duckdb"),
                             expected.insights(expected.read_dump(dump).events), "the month, loaded once")

    def test_four_months_and_a_changed_one_under_readers(self):
        events = {month: expected.read_dump(path).events for month, path in self.paths.items()}
        changed = expected.read_dump(self.changed).events
        self.ingest("months.duckdb", "2021-01", "--source", TEMPLATE)
        ask = lambda: self.insights("--db", "duckdb:months.duckdb", *WAIT)
        readers = [Reader(ask), Reader(ask)]
        for reader in readers:
            reader.start()
            self.addCleanup(reader.stop)
        self.paths["2021-01"].write_bytes(self.changed.read_bytes())
        processes = {month: self.start_ingest("months.duckdb", month, "--source", TEMPLATE, *WAIT) for month in MONTHS}
        outcomes = {month: self.finish(process).json()["ingestions"][0]["outcome"]
                    for month, process in processes.items()}
        for reader in readers:
            reader.stop()
        self.assertEqual(outcomes, {**dict.fromkeys(MONTHS, "loaded"), "2021-01": "replaced"})
        states = set()
        for reader in readers:
            if reader.failure is not None:
                raise reader.failure
            self.assertTrue(reader.seen)
            for found in reader.seen:
                states.add(self.check_whole(found, events, changed))
        print(f"readers: {[len(reader.seen) for reader in readers]} answers of {len(states)} states")
        final = self.check_whole(self.insights("--db", "duckdb:months.duckdb"), events, changed)
        self.assertEqual(final, (tuple(MONTHS), True))

    def check_whole(self, found, events, changed):
        """`found` stands on whole dumps: those that its coverage names, and of January the old one or the new one."""
        months = found["coverage"]["periods"]
        self.assertIn("2021-01", months)
        others = [event for month in months[1:] for event in events[month]]
        sums = {len(others) + len(events["2021-01"]): False, len(others) + len(changed): True}
        self.assertIn(found["events"], sums, months)
        is_changed = sums[found["events"]]
        january = changed if is_changed else events["2021-01"]
        self.assert_insights(found, expected.insights(january + others), f"{months}, January changed: {is_changed}")
        return tuple(months), is_changed

    def test_waiting_names_the_holder(self):
        self.ingest("held.duckdb", "2021-01", "--source", TEMPLATE)
        text = self.paths["2021-03"].read_bytes()
        holder = self.start_ingest("held.duckdb", "-", "--period", "2021-03", stdin=subprocess.PIPE)
        holder.stdin.write(text[:len(text) // 2])  # returns when most of it has been read: it is in the middle of its load
        holder.stdin.flush()
        others = {"ingest": ["ingest", "2021-02", "--source", TEMPLATE], "drop": ["drop", "2021-01"],
                  "top": ["top", "users"], "insights": ["insights"]}
        for wait_s in (0, 1):
            for command, arguments in others.items():
                began = time.monotonic()
                finished = self.weir(*arguments, "--db", "duckdb:held.duckdb", "--wait", str(wait_s), status=1)
                self.assertGreaterEqual(time.monotonic() - began, wait_s, command)
                self.assertIn(str(holder.pid), finished.err, command)
                self.assertIn("loading events 2021-03", finished.err, command)
                self.assertIn("--wait", finished.err, command)
        holder.stdin.write(text[len(text) // 2:])
        [ingestion] = self.finish(holder).json()["ingestions"]
        self.assertEqual((ingestion["outcome"], ingestion["rows_loaded"]), ("loaded", MONTHS["2021-03"]))


if __name__ == "__main__":
    main()
