#!/usr/bin/python3
"""Readers that leave, standard streams that are closed, disks that are full."""

import os
import resource
import subprocess

import expected
from programs import WeirTest, main

MONTH = "2021-04"
SMALL_ROWS, LARGE_ROWS = 5000, 250000
FILE_LIMIT_BYTES = 6 << 20  # room for the small dump, not for the large one
DISK_BYTES = 8 << 20


class Streams(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.small = cls.sample("small.csv", MONTH, SMALL_ROWS)
        cls.right = expected.insights(expected.read_dump(cls.small).events)

    def check_counts(self, database):
        self.assert_insights(self.insights("--db", f"duckdb:{database}"), self.right, database)

    def test_reader_leaves(self):
        """A closed pipe is no error, from a file or a database."""
        self.ingest("head.duckdb", self.small, "--period", MONTH)
        for source in ([self.small], ["--db", "duckdb:head.duckdb"]):
            for form in ("table", "csv", "json", "ndjson", "markdown"):
                process = self.start("insights", *source, "-n", "all", "-f", form)
                process.stdout.read(1)  # more than a pipe holds is still to come
                process.stdout.close()
                _, err = process.communicate(timeout=60)
                self.assertEqual((process.returncode, err), (0, b""), form)

    def test_reader_has_left(self):
        reading, writing = os.pipe()
        os.close(reading)
        finished = self.weir("top", "actions", self.small, stdout=writing)
        os.close(writing)
        self.assertEqual(finished.err, "")

    def test_full_output(self):
        with open("/dev/full", "wb") as full:
            finished = self.weir("insights", self.small, status=1, stdout=full)
        self.assertIn("cannot write standard output: No space left on device", finished.err)

    def test_closed_output(self):
        finished = self.weir("insights", self.small, status=1, stdout=None, preexec_fn=lambda: os.close(1))
        self.assertIn("cannot write standard output", finished.err)

    def test_closed_streams_never_stand_for_the_database(self):
        """What is open as 0, 1 and 2 in the middle of a load is none of the database's files."""
        self.ingest("closed.duckdb", self.small, "--period", MONTH)
        with open(self.small, "rb") as file:
            text = file.read()
        fifo = self.directory / "stalled.csv"
        os.mkfifo(fifo)
        process = self.start("ingest", fifo, "--period", "2021-05", "--db", "duckdb:closed.duckdb", "--progress", "log",
                             stdin=None, stdout=None, stderr=None, preexec_fn=lambda: os.closerange(0, 3))
        with open(fifo, "wb") as pipe:
            pipe.write(text[:len(text) // 2])
            pipe.flush()
            self.assertTrue(self.wait_until_open(process, self.directory / "closed.duckdb"))
            held = [os.readlink(f"/proc/{process.pid}/fd/{number}") for number in range(3)]
            self.assertEqual(held, ["/dev/null"] * 3)
            pipe.write(text[len(text) // 2:])
        process.wait(timeout=60)
        found = self.insights("--db", "duckdb:closed.duckdb")
        self.assertEqual(found["coverage"]["periods"], [MONTH, "2021-05"])
        self.assertEqual(found["events"], 2 * SMALL_ROWS)

    def check_no_room(self, database, words, **options):
        """The large dump has no room: said in `words`, exit 1, nothing changed but the ledger."""
        large = self.sample("large.csv", MONTH, LARGE_ROWS, 2)
        finished = self.weir("ingest", large, "--period", MONTH, "--db", f"duckdb:{database}", status=1, **options)
        self.assertRegex(finished.err, words)
        self.assertEqual(finished.err.count("weir: "), 1, finished.err)  # one message
        self.check_counts(database)
        statuses = [row["status"] for row in self.ledger(database)]
        self.assertEqual(statuses, ["loaded", "failed"])
        return large

    def check_goes_on(self, database, large):
        [ingestion] = self.ingest(database, large, "--period", MONTH)
        self.assertEqual((ingestion["outcome"], ingestion["rows_loaded"]), ("replaced", LARGE_ROWS))
        self.assertEqual(self.insights("--db", f"duckdb:{database}")["events"], LARGE_ROWS)

    def test_file_that_may_not_grow(self):
        self.ingest("limited.duckdb", self.small, "--period", MONTH)
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT_BYTES, FILE_LIMIT_BYTES))
        large = self.check_no_room("limited.duckdb", "File too large", preexec_fn=limit)
        self.check_goes_on("limited.duckdb", large)

    def test_full_disk(self):
        disk = self.directory / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "weir-e2e", disk],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:  # as in most containers; test_file_that_may_not_grow goes the same way through weir
            self.skipTest(f"no disk of its own: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        database = disk / "full.duckdb"
        self.ingest(database, self.small, "--period", MONTH)
        large = self.check_no_room(database, "[Dd]isk is full|No space left")
        subprocess.run(["mount", "-o", "remount,size=256m", disk], check=True)
        self.check_goes_on(database, large)


if __name__ == "__main__":
    main()
