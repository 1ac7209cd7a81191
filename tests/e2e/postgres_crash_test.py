#!/usr/bin/python3
"""weir killed at any instant of a load into PostgreSQL: every place that counts agrees with one version of the dump, whole.

The instants are shares of a load's duration, drawn from a fixed seed (WEIR_E2E_SEED for another). WEIR_E2E_KILLS and
WEIR_E2E_ROWS: the long run, labelled slow, has 200 kills of a dump of 200,000 rows.
"""

import os
import random
import time

from postgres_checks import MONTH, PostgresTest, Watcher
from programs import main

SEED = int(os.environ.get("WEIR_E2E_SEED", "20210424"))
KILLS = int(os.environ.get("WEIR_E2E_KILLS", "15"))
ROWS = int(os.environ.get("WEIR_E2E_ROWS", "40000"))
FIRST_KILLS = 4
INTERRUPTED_MIN = KILLS // 3  # fewer would prove little: the instants miss the loads


class PostgresCrash(PostgresTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        print(f"WEIR_E2E_SEED={SEED}: {KILLS} kills, {ROWS} rows")
        cls.versions = cls.versions(ROWS)

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.duration_s = 1.0  # of one whole ingest, as last seen

    def ingest_whole(self, version):
        self.publish(version)
        began = time.monotonic()
        outcome = self.outcome(self.dump, "--period", MONTH)
        if outcome != "unchanged":
            self.duration_s = time.monotonic() - began
        return outcome

    def ingest_killed(self, version):
        self.publish(version)
        process = self.start_ingest(self.dump, "--period", MONTH)
        time.sleep(self.random.uniform(0, 1.1 * self.duration_s))
        process.kill()
        self.finish(process, status=None)
        self.wait_until_gone()

    def version_there(self):
        """The number of the version that the ledger has as loaded; None when it has none."""
        loaded = [row["rows_loaded"] for row in self.ledger() if row["status"] == "loaded"]
        return {version.events: number for number, version in enumerate(self.versions)}[loaded[0]] if loaded else None

    def check_ledger(self, ledger, before, replaced):
        """At most one row more. What was cut short says so, and what was there stays, but for what was replaced."""
        self.assertEqual([row["id"] for row in ledger[:len(before)]], [row["id"] for row in before])
        self.assertLessEqual(len(ledger), len(before) + 1)
        for row, former in zip(ledger, before):
            as_it_was = (row["status"], row["error"]) == (former["status"], former["error"])
            self.assertTrue(as_it_was or replaced and (former["status"], row["status"]) == ("loaded", "superseded"),
                            (former, row))
        for row in ledger[len(before):]:
            if not replaced:
                self.assertEqual((row["status"], row["error"], row["rows_loaded"]), ("failed", "interrupted", 0))
        return len(ledger) - len(before) if not replaced else 0

    def test_kills_while_replacing(self):
        self.assertEqual(self.ingest_whole(self.versions[1]), "loaded")
        self.assertEqual(self.ingest_whole(self.versions[0]), "replaced")
        watcher = Watcher(self.server, self.name)
        self.addCleanup(watcher.psql.kill)
        there, interrupted, committed = 0, 0, 0
        ledger = self.check_holds(self.versions[there], "before the kills")
        for kill in range(KILLS):
            self.ingest_killed(self.versions[1 - there])
            found = self.version_there()
            after = self.check_holds(self.versions[found], f"kill {kill}")
            interrupted += self.check_ledger(after, ledger, found != there)
            committed += found != there
            there, ledger = found, after
        self.assertEqual(self.ingest_whole(self.versions[1 - there]), "replaced")
        ledger = self.check_holds(self.versions[1 - there], "after the kills")
        stored = self.server.ask(self.name, "SELECT status, count(*) FROM ingestions GROUP BY 1 ORDER BY 1")
        self.assertEqual(stored, [f"failed|{interrupted}", "loaded|1", f"superseded|{2 + committed}"])
        self.check_seen(watcher.stop(), ledger)
        print(f"{KILLS} kills: {interrupted} interrupted a load, {committed} came after its commit; the watcher looked "
              f"{watcher.asked} times and saw {len(watcher.seen)} states")
        self.assertGreaterEqual(interrupted, INTERRUPTED_MIN, "too few kills met a load")

    def check_seen(self, seen, ledger):
        """One ingestion at a time, whole, and none that failed."""
        whole = {f"{row['id']}:{row['rows_loaded']}" for row in ledger if row["status"] in ("loaded", "superseded")}
        self.assertLessEqual(seen, whole)

    def test_kills_of_first_loads(self):
        """There may be no schema yet; the next ingest makes whatever is missing."""
        version, first_name, first_url = self.versions[0], self.name, self.url
        for kill in range(FIRST_KILLS):
            self.name = f"{first_name}_{kill}"
            self.server.create_database(self.name)
            self.url = first_url.replace(f"/{first_name}?", f"/{self.name}?")
            self.ingest_killed(version)
            finished = self.weir("insights", "--db", self.url, "-f", "json", status=None)
            if finished.status == 0:
                self.assertIn(finished.json()["events"], (0, version.events))
            else:
                self.assertEqual(finished.status, 1, finished.err)
                self.assertIn("load a dump first with `weir ingest", finished.err)
            self.assertIn(self.ingest_whole(version), ("loaded", "unchanged"))
            self.check_holds(version, f"after kill {kill} of a first load")


if __name__ == "__main__":
    main()
