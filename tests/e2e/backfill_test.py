#!/usr/bin/python3
"""Which dumps there are, found by listing a real S3 server: a backfill over years with gaps, late and changed months, keys of
every kind. What it costs is counted in requests.
"""

import urllib.parse

from buckets import CountingProxy, MemoryBucket
from programs import WeirTest, main
from servers import S3Server

MONTHS = [f"{year}-{month:02}" for year in (2019, 2020, 2021) for month in range(1, 13)]
GAPS = ["2019-02", "2019-07", "2019-08", "2019-09", "2020-03", "2020-12", "2021-05", "2021-11"]
THERE = [month for month in MONTHS if month not in GAPS]
DUMP = "id,timestamp,email,country\n{month}-a,{month}-03,ann@example.com,France\n{month}-b,{month}-04,bob@example.org,Peru\n"
AGAIN_LIMIT_S = 1.0
ODD = "dumps of 'us' + \"them\"/100%/%2F+/a=b&c/é€😀/{YYYY}/month={MM}/events (1).csv"


class Backfill(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s3 = S3Server(cls.directory / "swift")
        cls.addClassCleanup(cls.s3.stop)
        cls.proxy = CountingProxy(cls.s3.facts["host"])
        cls.addClassCleanup(cls.proxy.stop)
        cls.environment.update({**cls.s3.environment, "AWS_ENDPOINT_URL": cls.proxy.url, "no_proxy": "*"})

    def setUp(self):
        self.database = f"{self._testMethodName}.duckdb"
        self.proxy.take_requests()

    def template(self, key):
        return f"s3://{self.s3.bucket}/{key}"

    def put(self, template, month, more=""):
        path = self.directory / "dump.csv"
        path.write_text(DUMP.format(month=month) + more)
        self.s3.put(template.format(YYYY=month[:4], MM=month[5:]), path)

    def outcomes(self, template, *arguments, status=0):
        return {ingestion["period"]: ingestion["outcome"] for ingestion in
                self.ingest(self.database, *arguments, "--source", self.template(template), status=status)}

    def plan(self, template, *arguments):
        found = self.weir("plan", *arguments, "--source", self.template(template), "--db", f"duckdb:{self.database}", "-f",
                          "json").json()
        return {dump["period"]: dump["change"] for dump in found["plan"]}

    def test_28_of_36_months(self):
        template = "{YYYY}/{MM}/events.csv"
        for month in THERE:
            self.put(template, month)
        command = ["ingest", "2019-01..2021-12", "--source", self.template(template), "--db", f"duckdb:{self.database}", "-f",
                   "json"]
        done = self.weir(*command)
        found = {ingestion["period"]: ingestion["outcome"] for ingestion in done.json()["ingestions"]}
        self.assertEqual(list(found.items()), [(month, "missing" if month in GAPS else "loaded") for month in MONTHS])
        self.assertIn("36 dumps: 28 loaded, 8 missing (2019-02, 2019-07..2019-09, 2020-03, 2020-12, 2021-05, 2021-11)", done.err)
        listings, others = self.proxy.take_requests()
        self.assertEqual(len(listings), 1)
        self.assertEqual(len(others), len(THERE), others)
        check = self.weir("status", "--check", "--db", f"duckdb:{self.database}", status=4)
        for month in GAPS:
            self.assertIn(month, check.err)

        again = self.weir(*command)
        listings, others = self.proxy.take_requests()
        self.assertEqual([ingestion["outcome"] for ingestion in again.json()["ingestions"]],
                         ["missing" if month in GAPS else "unchanged" for month in MONTHS])
        self.assertEqual((len(listings), others), (1, []), "nothing is read again")
        self.assertLess(again.seconds, AGAIN_LIMIT_S)
        print(f"again: {again.seconds:.2f} s, {len(listings)} request")

    def test_late_and_changed_months_in_any_order(self):
        template = "late/{YYYY}-{MM}.csv"
        for month in ("2020-06", "2020-04"):
            self.put(template, month)
        self.assertEqual(self.outcomes(template, "--new"), {"2020-04": "loaded", "2020-06": "loaded"})
        self.put(template, "2020-05")
        self.put(template, "2019-01")
        self.put(template, "2020-04", "more,2020-04-05,cy@example.com,Palau\n")
        expected = {"2019-01": "new", "2020-04": "changed", "2020-05": "new"}
        self.assertEqual(self.plan(template, "--new"), expected)
        self.assertEqual(self.plan(template, "2020-04..2020-07"),
                         {"2020-04": "changed", "2020-05": "new", "2020-06": "unchanged", "2020-07": "missing"})
        self.assertEqual(self.outcomes(template, "--new"), {"2019-01": "loaded", "2020-04": "replaced", "2020-05": "loaded"})
        self.assertEqual(self.outcomes(template, "--new"), {})
        self.assertEqual(self.weir("top", "dates", "--db", f"duckdb:{self.database}", "-f", "json").json()["events"], 9)

    def test_days(self):
        template = "daily/{YYYY}/{MM}/{DD}.csv"
        path = self.directory / "day.csv"
        path.write_text("timestamp\n2021-02-27\n")
        for day in ("2021/02/27", "2021/02/28", "2021/03/02"):
            self.s3.put(f"daily/{day}.csv", path)
        found = self.outcomes(template, "2021-02..2021-03-03")
        self.assertEqual(len(found), 31)
        self.assertEqual([day for day, outcome in found.items() if outcome == "loaded"], ["2021-02-27", "2021-02-28", "2021-03-02"])
        listings, others = self.proxy.take_requests()
        self.assertEqual((len(listings), len(others)), (1, 3))
        self.assertEqual(self.outcomes(template, "--new"), {})

    def test_every_key_that_s3_allows(self):
        for month in ("2021-01", "2021-03"):
            self.put(ODD, month)
        months = {"2021-01": "loaded", "2021-02": "missing", "2021-03": "loaded"}
        self.assertEqual(self.outcomes(ODD, "2021-01..2021-03"), months)
        self.assertEqual(self.outcomes(ODD, "--new"), {})
        prefix = ODD[:ODD.index("{YYYY}")]
        found = self.insights(self.template(prefix + "2021/*/events (1).csv"))
        self.assertEqual(found["events"], 4)

    def test_one_that_fails_does_not_stop_the_others(self):
        template = "bad/{YYYY}/{MM}.csv"
        for month in ("2021-01", "2021-02", "2021-03"):
            self.put(template, month, "bad\n" * 50 if month == "2021-02" else "")
        done = self.weir("ingest", "2021-01..2021-03", "--source", self.template(template), "--db", f"duckdb:{self.database}",
                         "-f", "json", status=3)
        self.assertEqual([ingestion["outcome"] for ingestion in done.json()["ingestions"]], ["loaded", "failed", "loaded"])
        self.assertIn("3 dumps: 2 loaded, 1 failed (2021-02)", done.err)

    def test_where_nothing_may_be_read(self):
        """Not even listed: each is looked at, and says so."""
        template = "private/{YYYY}/{MM}.csv"
        for month in ("2021-01", "2021-02", "2021-03"):
            self.put(template, month)
        facts = self.s3.facts
        other = {**self.environment, "AWS_ACCESS_KEY_ID": facts["other_access_key"],
                 "AWS_SECRET_ACCESS_KEY": facts["other_secret_key"]}
        done = self.weir("ingest", "2021-01..2021-03", "--source", self.template(template), "--db", f"duckdb:{self.database}",
                         "-f", "json", status=5, env=other)
        self.assertEqual([ingestion["outcome"] for ingestion in done.json()["ingestions"]], ["failed"] * 3)
        listings, others = self.proxy.take_requests()
        self.assertEqual(len(listings), 1)
        self.assertGreaterEqual(len(others), 3)


class VeryManyKeys(WeirTest):
    """100,000 keys, of which 24 are dumps, on a server in memory: it is weir that is measured."""

    KEYS = 100_000
    MEMORY_MB = 8.0  # more than for a bucket of one page

    def setUp(self):
        dumps = [f"events/{year}/{month:02}/events.csv" for year in (2020, 2021) for month in range(1, 13)]
        others = [f"events/{2020 + i % 2}/{1 + i // 2 % 12:02}/part-{i:06}.csv" for i in range(self.KEYS - 2000)]
        others += [f"attic/{i:06}.csv" for i in range(2000 - len(dumps))]
        self.bucket = MemoryBucket(dumps + others, b"timestamp\n2021-04-01\n")
        self.addCleanup(self.bucket.stop)
        self.keys = {"AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s", "AWS_REGION": "eu-test-1",
                     "AWS_ENDPOINT_URL": self.bucket.url, "no_proxy": "*"}
        self.environment = {**self.environment, **self.keys}

    def test_only_what_the_template_can_name_is_listed(self):
        plan = self.weir("plan", "--new", "--source", "s3://b/events/{YYYY}/{MM}/events.csv", "-f", "json").json()["plan"]
        self.assertEqual(len(plan), 24)
        listings, others = self.bucket.take_requests()
        self.assertLessEqual(len(listings), 25, "of 98 pages")
        self.assertEqual(others, [])
        for path in listings:
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
            self.assertTrue(query["prefix"][0].startswith("events/"), path)

        self.weir("plan", "2021-03..2021-05", "--source", "s3://b/events/{YYYY}/{MM}/events.csv")
        listings, others = self.bucket.take_requests()
        self.assertLessEqual(len(listings), 4)
        for path in listings:
            query = urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)
            self.assertTrue(query["prefix"][0].startswith("events/2021/0"), path)

    def test_memory_does_not_grow_with_the_bucket(self):
        peaks = {}
        for pattern in ("s3://b/attic/00000*.csv", "s3://b/*/2021/04/e*.csv"):
            peaks[pattern] = self.measure("top", "dates", pattern, "-q").peak_mb
        listings, _ = self.bucket.take_requests()
        self.assertGreaterEqual(len(listings), 1 + self.KEYS // MemoryBucket.PAGE)
        few, many = peaks.values()
        print(f"peak: {few:.0f} MB for one page of keys, {many:.0f} MB for {self.KEYS}")
        self.assertLess(many - few, self.MEMORY_MB)

    def test_all_failures_are_of_access(self):
        self.bucket.refused = {f"events/2021/{month:02}/events.csv" for month in range(1, 13)}
        command = ["ingest", "2021-01..2021-04", "--source", "s3://b/events/{YYYY}/{MM}/events.csv", "--db", "duckdb:a.duckdb"]
        self.assertEqual(self.weir(*command, status=5).err.count("AccessDenied"), 4)
        self.bucket.refused = {"events/2021/02/events.csv"}
        self.assertIn("4 dumps: 3 loaded, 1 failed (2021-02)", self.weir(*command, status=5).err)


if __name__ == "__main__":
    main()
