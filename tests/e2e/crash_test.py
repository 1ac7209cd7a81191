#!/usr/bin/python3
"""weir ingest ended at any instant: the database answers from the old dump or the new one, exactly, and goes on.

Instants are random; SEED (WEIR_E2E_SEED to repeat a run) is printed.
"""

import os
import random
import signal
import subprocess
import time

import expected
from programs import WeirTest, main

ROWS = 60000
MONTH = "2021-04"
KILLS = 24
FIRST_KILLS = 8
INTERRUPTED_MIN = 6  # of KILLS, half of which are aimed at the load: fewer would prove nothing
SIGNALS = 3
SIGNAL_LIMIT_S = 2.0
SEED = int(os.environ.get("WEIR_E2E_SEED", str(time.time_ns() % 1000000)))


class Crash(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        print(f"WEIR_E2E_SEED={SEED}")
        cls.random = random.Random(SEED)
        cls.versions = [cls.sample(f"version-{seed}.csv", MONTH, ROWS + seed, seed) for seed in (1, 2)]
        cls.right = [expected.insights(expected.read_dump(path).events) for path in cls.versions]

    def setUp(self):
        self.database = f"{self._testMethodName}.duckdb"
        self.dump = self.directory / f"{self._testMethodName}.csv"
        self.duration_s = 1.0  # of one whole ingest, as last seen

    def publish(self, version):
        """As an uploader would: the whole dump at once."""
        new = self.dump.with_suffix(".new")
        new.write_bytes(self.versions[version].read_bytes())
        new.rename(self.dump)

    def start_ingest(self):
        return self.start("ingest", self.dump, "--period", MONTH, "--db", f"duckdb:{self.database}", "-q")

    def ingest_whole(self):
        began = time.monotonic()
        [ingestion] = self.ingest(self.database, self.dump, "--period", MONTH)
        if ingestion["outcome"] != "unchanged":
            self.duration_s = time.monotonic() - began
        return ingestion["outcome"]

    def sleep_into_load(self, process):
        """To a random instant of the time in which it reads the dump, most likely."""
        self.wait_until_open(process, self.dump)
        time.sleep(self.random.uniform(0, 0.2 * self.duration_s))

    def version_there(self):
        """Which dump the database answers from; fails when it is neither."""
        found = self.insights("--db", f"duckdb:{self.database}")
        version = {right["events"]: number for number, right in enumerate(self.right)}.get(found["events"])
        self.assertIsNotNone(version, f"{found['events']} events are neither dump")
        self.assert_insights(found, self.right[version], f"answers after the end of an ingest, version {version}")
        return version

    def check_ledger(self, former):
        """No row has vanished or come back to life; one is loaded, and what was cut short says so."""
        ledger = self.ledger(self.database)
        self.assertEqual([row["id"] for row in ledger], list(range(1, len(ledger) + 1)))
        self.assertGreaterEqual(len(ledger), len(former))
        for row, before in zip(ledger, former):
            self.assertTrue(row == before or (before["status"], row["status"]) == ("loaded", "superseded")
                            or before["error"] == "interrupted" and row["error"] == "interrupted", (before, row))
        self.assertEqual(sum(row["status"] == "loaded" for row in ledger), 1, ledger)
        for row in ledger:
            self.assertIn(row["status"], ("loaded", "superseded", "failed"))
            if row["status"] == "failed":
                self.assertEqual((row["error"], row["rows_loaded"]), ("interrupted", 0))
        return ledger

    def test_kill_while_replacing(self):
        self.publish(0)
        self.ingest_whole()
        there, interrupted, ledger = 0, 0, self.check_ledger([])
        for round_number in range(KILLS):
            new = 1 - there
            self.publish(new)
            process = self.start_ingest()
            if round_number % 2 == 0:
                time.sleep(self.random.uniform(0, 1.2 * self.duration_s))
            else:
                self.sleep_into_load(process)
            process.kill()
            self.finish(process, status=None)
            found = self.version_there()
            after = self.check_ledger(ledger)
            cut_short = [row for row in after[len(ledger):] if row["status"] == "failed"]
            interrupted += len(cut_short)
            self.assertFalse(cut_short and found == new, "the ledger calls a loaded dump interrupted")
            self.assertEqual(self.ingest_whole(), "unchanged" if found == new else "replaced")
            self.assertEqual(self.version_there(), new)
            there, ledger = new, self.check_ledger(after)
        print(f"{KILLS} kills: {interrupted} interrupted a load")
        self.assertGreaterEqual(interrupted, INTERRUPTED_MIN, "too few kills met a load")
        self.assertEqual(list(self.directory.glob(f"{self.database}.tmp-*")), [], "temporary directories are left")

    def test_kill_first_load(self):
        """There may be no database yet, or one without tables: that is said, and does not stop the next ingest."""
        self.publish(0)
        self.ingest_whole()
        for round_number in range(FIRST_KILLS):
            self.database = f"first-{round_number}.duckdb"
            process = self.start_ingest()
            time.sleep(self.random.uniform(0, self.duration_s))
            process.kill()
            self.finish(process, status=None)
            finished = self.weir("insights", "--db", f"duckdb:{self.database}", "-n", "all", "-f", "json", status=None)
            if finished.status == 0:
                self.assertIn(finished.json()["events"], (0, self.right[0]["events"]))
            else:
                self.assertEqual(finished.status, 1, finished.err)
                self.assertIn("load a dump first with `weir ingest", finished.err)
            self.assertIn(self.ingest_whole(), ("loaded", "unchanged"))
            self.assertEqual(self.version_there(), 0)
            self.check_ledger([])

    def check_signal(self, process, number):
        """130, soon, and the database as it was. False where the ingest was done before the signal came."""
        process.send_signal(number)
        finished = self.finish(process, status=None)
        if finished.status == 0:
            return False
        self.assertEqual(finished.status, 130, finished.err)
        self.assertLess(finished.seconds, SIGNAL_LIMIT_S)
        return True

    def signal_while_replacing(self, number):
        self.publish(0)
        self.ingest_whole()
        met = 0
        for _ in range(10 * SIGNALS):
            self.publish(1)
            process = self.start_ingest()
            self.sleep_into_load(process)
            if self.check_signal(process, number):
                met += 1
                self.assertEqual(self.version_there(), 0)
            self.assertIn(self.ingest_whole(), ("replaced", "unchanged"))
            self.publish(0)
            self.ingest_whole()
            if met == SIGNALS:
                break
        self.assertEqual(met, SIGNALS, "the signals came too late each time")
        self.assertEqual(self.version_there(), 0)
        self.check_ledger([])

    def signal_while_waiting_for_input(self, number):
        """Half a dump through a pipe, and then nothing: at first into an empty slot, then into a loaded one."""
        text = self.versions[0].read_bytes()
        for events in (0, self.right[0]["events"]):
            process = self.start("ingest", "-", "--period", MONTH, "--db", f"duckdb:{self.database}", "-q",
                                 stdin=subprocess.PIPE)
            process.stdin.write(text[:len(text) // 2])  # returns when all but a pipe's room of it has been read
            process.stdin.flush()
            process.send_signal(number)
            began = time.monotonic()
            self.assertEqual(process.wait(timeout=60), 130, process.stderr.read())
            self.assertLess(time.monotonic() - began, SIGNAL_LIMIT_S)
            self.assertEqual(self.insights("--db", f"duckdb:{self.database}")["events"], events)
            self.publish(0)
            self.ingest_whole()
            self.assertEqual(self.version_there(), 0)
            self.check_ledger([])

    def test_sigint_while_replacing(self):
        self.signal_while_replacing(signal.SIGINT)

    def test_sigterm_while_replacing(self):
        self.signal_while_replacing(signal.SIGTERM)

    def test_sigint_while_waiting_for_input(self):
        self.signal_while_waiting_for_input(signal.SIGINT)

    def test_sigterm_while_waiting_for_input(self):
        self.signal_while_waiting_for_input(signal.SIGTERM)


if __name__ == "__main__":
    main()
