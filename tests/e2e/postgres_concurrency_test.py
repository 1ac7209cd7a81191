#!/usr/bin/python3
"""Many processes on one PostgreSQL database: each dump is loaded once, those of different months side by side, and whoever
reads meanwhile sees whole dumps. Locks go with the process that holds them.
"""

import collections
import signal
import subprocess
import time

import expected
from postgres_checks import MONTH, PostgresTest, Watcher
from programs import main

ROWS = 15000
MONTHS = {"2021-01": 21000, "2021-02": 23000, "2021-03": 19000, "2021-05": 26000}
TEMPLATE = "{YYYY}/{MM}/events.csv"
WAIT = ["--wait", "300"]  # the machine may be busy; what is tested is the order, not the speed
SOON_S = 10.0


class PostgresConcurrency(PostgresTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old, cls.new = cls.versions(ROWS)
        cls.paths = {month: cls.sample(TEMPLATE.format(YYYY=month[:4], MM=month[5:]), month, rows)
                     for month, rows in MONTHS.items()}

    def outcomes(self, processes):
        ingestions = [self.finish(process).json()["ingestions"][0] for process in processes]
        return collections.Counter(ingestion["outcome"] for ingestion in ingestions)

    def start_held(self):
        """A load that holds its month in the middle of its dump, which comes through a pipe."""
        process = self.start_ingest("-", "--period", MONTH, "--force", stdin=subprocess.PIPE)
        process.stdin.write(self.new.text[:len(self.new.text) // 2])
        process.stdin.flush()
        self.wait_for_rows()
        return process

    def finish_held(self, process, status=0):
        process.stdin.write(self.new.text[len(self.new.text) // 2:])
        return self.finish(process, status)

    def lock_holder(self):
        """The server process that holds the lock of the month."""
        return self.wait_for("SELECT pid FROM pg_stat_activity WHERE application_name ~ 'loading events 2021-04'",
                             "nobody loads")

    def test_eight_load_the_same_month(self):
        """Into a database without a schema: one of them makes that too."""
        self.publish(self.old)
        processes = [self.start_ingest(self.dump, "--period", MONTH, *WAIT) for _ in range(8)]
        self.assertEqual(self.outcomes(processes), {"loaded": 1, "unchanged": 7})
        self.assertEqual(self.statuses(), ["loaded"])
        self.check_holds(self.old, "eight loads")

    def test_eight_replace_the_same_month(self):
        self.publish(self.old)
        self.outcome(self.dump, "--period", MONTH)
        watcher = Watcher(self.server, self.name)
        self.addCleanup(watcher.psql.kill)
        self.publish(self.new)
        processes = [self.start_ingest(self.dump, "--period", MONTH, *WAIT) for _ in range(8)]
        self.assertEqual(self.outcomes(processes), {"replaced": 1, "unchanged": 7})
        self.check_holds(self.new, "eight replacements")
        self.assertLessEqual(watcher.stop(), {f"1:{self.old.events}", f"2:{self.new.events}"})

    def test_four_months_and_a_changed_one_under_readers(self):
        self.publish(self.old)
        self.outcome(self.dump, "--period", MONTH)
        watcher = Watcher(self.server, self.name)
        self.addCleanup(watcher.psql.kill)
        self.publish(self.new)
        processes = [self.start_ingest(month, "--source", TEMPLATE, *WAIT) for month in MONTHS]
        processes.append(self.start_ingest(self.dump, "--period", MONTH, *WAIT))
        answers = []
        while any(process.poll() is None for process in processes):
            answers.append(self.insights("--db", self.url))
        self.assertEqual(self.outcomes(processes), {"loaded": len(MONTHS), "replaced": 1})
        self.check_answers(answers + [self.insights("--db", self.url)])
        self.check_states(watcher.stop())
        print(f"{len(answers)} answers; the watcher looked {watcher.asked} times and saw {len(watcher.seen)} states")

    def check_answers(self, answers):
        """Each stands on whole dumps: those that its coverage names, April's old one or its new one."""
        events = {month: expected.read_dump(path).events for month, path in self.paths.items()}
        april = {version.events: version for version in (self.old, self.new)}
        rights = {}
        for found in answers:
            months = tuple(month for month in found["coverage"]["periods"] if month != MONTH)
            self.assertEqual(len(found["coverage"]["periods"]), len(months) + 1, "April is neither there nor gone")
            others = [event for month in months for event in events[month]]
            of_april = found["events"] - len(others)
            self.assertIn(of_april, april, months)
            if (months, of_april) not in rights:
                text = self.directory / "april.csv"
                text.write_bytes(april[of_april].text)
                rights[months, of_april] = expected.insights(expected.read_dump(text).events + others)
            self.assert_insights(found, rights[months, of_april], f"{months} and {of_april} events of April")
        self.assertEqual((months, of_april), (tuple(MONTHS), self.new.events))

    def check_states(self, seen):
        """Whole dumps only, and April always: once."""
        ledger = {f"{row['id']}:{row['rows_loaded']}": row["period"] for row in self.ledger()}
        for state in seen:
            periods = collections.Counter(ledger.get(one, f"a part of a dump: {one}") for one in state.split())
            self.assertLessEqual(set(periods), {MONTH, *MONTHS}, state)
            self.assertEqual(periods[MONTH], 1, state)
            self.assertEqual(set(periods.values()), {1}, state)

    def test_a_killed_loader_leaves_no_lock(self):
        self.publish(self.old)
        holder = self.start_held()
        waiting = self.start_ingest(self.dump, "--period", MONTH, *WAIT)
        finished = self.finish(self.start_ingest(self.dump, "--period", MONTH, "--wait", "0"), status=1)
        self.assertIn(f"process {holder.pid} is loading events {MONTH}", finished.err)
        holder.kill()
        began = time.monotonic()
        self.assertEqual(self.outcomes([waiting]), {"loaded": 1})
        self.assertLess(time.monotonic() - began, SOON_S)
        self.assertEqual([(row["status"], row["error"]) for row in self.check_holds(self.old, "a killed loader")],
                         [("failed", "interrupted"), ("loaded", None)])

    def test_a_stopped_loader_keeps_its_lock(self):
        """It is asleep, not dead."""
        self.publish(self.old)
        holder = self.start_held()
        holder.send_signal(signal.SIGSTOP)
        self.assertEqual(self.statuses(), ["loading"])
        self.finish(self.start_ingest(self.dump, "--period", MONTH, "--wait", "1"), status=1)
        holder.send_signal(signal.SIGCONT)
        self.finish_held(holder)
        self.check_holds(self.new, "a stopped loader")

    def test_a_lost_lock_that_nobody_took(self):
        holder = self.start_held()
        self.server.ask("postgres", f"SELECT pg_terminate_backend({self.lock_holder()})")
        self.assertEqual(self.statuses(), ["failed"])  # as far as anybody can tell
        self.finish_held(holder)
        self.check_holds(self.new, "a lost lock")

    def test_a_lost_lock_that_somebody_took(self):
        """Who lost it must not commit any more."""
        self.publish(self.old)
        holder = self.start_held()
        self.server.ask("postgres", f"SELECT pg_terminate_backend({self.lock_holder()})")
        self.assertEqual(self.outcome(self.dump, "--period", MONTH), "loaded")
        finished = self.finish_held(holder, status=1)
        self.assertIn("somebody took it for dead", finished.err)
        self.assertEqual([(row["status"], row["error"]) for row in self.check_holds(self.old, "a lock taken over")],
                         [("failed", "interrupted"), ("loaded", None)])


if __name__ == "__main__":
    main()
