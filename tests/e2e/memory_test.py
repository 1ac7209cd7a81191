#!/usr/bin/python3
"""Memory grows with distinct keys, never with the size of a dump; of an ingest also with rows that carry tags, up to a bound.

Two dumps with the same users, one four times as long; both hold most of the users there are.
"""

import json

from programs import WeirTest, main

MONTH = "2021-04"
ROWS, TIMES = 300000, 4
USERS = 5000
GROWTH_MAX_MB = 40  # the long dump is 130 MB longer than the short one
INGEST_GROWTH_MAX_MB = 80  # some 50 bytes for each row with tags, until its month is known (docs/decisions/0013)
INSIGHTS_MAX_MB = 400
INGEST_MAX_MB = 1200


class Memory(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = ["--users", str(USERS)]
        cls.short = cls.sample("short.csv", MONTH, ROWS, 1, *users)
        cls.long = cls.sample("long.csv", MONTH, ROWS * TIMES, 1, *users)
        cls.zipped = cls.sample("long.csv.gz", MONTH, ROWS * TIMES, 1, "--gzip", *users)

    def check(self, name, short_mb, long_mb, max_mb, growth_max_mb=GROWTH_MAX_MB):
        print(f"{name}: {short_mb:.0f} MB for {ROWS} rows, {long_mb:.0f} MB for {ROWS * TIMES}")
        self.assertLess(long_mb, max_mb)
        self.assertLess(long_mb - short_mb, growth_max_mb)

    def test_dumps_differ_in_length_only(self):
        self.assertGreater(self.long.stat().st_size, self.short.stat().st_size + 3 * GROWTH_MAX_MB * 1e6)
        found = [self.insights(path)["questions"] for path in (self.short, self.long)]
        for short, long in zip(*found):
            self.assertLess(long["distinct"], 1.1 * short["distinct"] + 10, short["question"])

    def test_insights(self):
        self.check("insights", self.measure("insights", self.short).peak_mb,
                   self.measure("insights", self.long).peak_mb, INSIGHTS_MAX_MB)

    def test_insights_of_gzip(self):
        self.check("insights of gzip", self.measure("insights", self.short).peak_mb,
                   self.measure("insights", self.zipped).peak_mb, INSIGHTS_MAX_MB)

    def test_ingest(self):
        """DuckDB's buffers fill up to its limit; below it the size of a dump shows, so the limit is one that both reach."""
        peaks = [self.measure("ingest", path, "--period", MONTH, "--db", f"duckdb:{path.stem}.duckdb",
                              "--memory-limit", "48MB").peak_mb for path in (self.short, self.long)]
        self.check("ingest", *peaks, INGEST_MAX_MB, INGEST_GROWTH_MAX_MB)

    def test_answers_of_database(self):
        peaks = []
        for path in (self.short, self.long):
            database = f"duckdb:answers-{path.stem}.duckdb"
            self.weir("ingest", path, "--period", MONTH, "--db", database)
            peaks.append(self.measure("insights", "--db", database, "--memory-limit", "128MB").peak_mb)
        self.check("insights of a database", *peaks, INGEST_MAX_MB)


class Spill(WeirTest):
    """Beyond --memory-limit keys go to disk, and the answer is the same."""

    USERS, LIMIT_MB = 5_000_000, 256

    def test_five_million_users(self):
        path = self.directory / "users.csv"
        with path.open("w", encoding="ascii") as file:
            file.write("timestamp,email\n")
            for first in range(0, self.USERS, 50_000):
                file.writelines(f"2021-04-{i % 30 + 1:02d},person.number{i}@company{i % 5000}.com\n"
                                for i in range(first, first + 50_000))
            file.writelines(f"2021-04-30,person.number{i}@company{i % 5000}.com\n" for i in range(3) for _ in range(3 - i))
        run = self.measure("top", "users", path, "-n", "4", "-f", "json", "-o", "answer.json", "--memory-limit", f"{self.LIMIT_MB}MB")
        print(f"{self.USERS} users: {run.peak_mb:.0f} MB")
        self.assertLess(run.peak_mb, self.LIMIT_MB)
        answer = json.loads((self.directory / "answer.json").read_text())
        self.assertEqual((answer["distinct"], answer["events"]), (self.USERS, self.USERS + 6))
        self.assertEqual([(row["key"], row["events"]) for row in answer["rows"]],
                         [(f"person.number{i}@company{i}.com", 4 - i) for i in range(3)]
                         + [("person.number1000000@company0.com", 1)])


if __name__ == "__main__":
    main()
