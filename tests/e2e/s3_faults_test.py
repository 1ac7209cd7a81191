#!/usr/bin/python3
"""A bucket behind a network that fails: once, and the answer is exact; for ever, and one message says so in time.

The S3 server is a real one; the proxy before it breaks requests and answers.
"""

import concurrent.futures
import os

import expected
import fault_proxy
from fault_proxy import FaultProxy
from programs import WeirTest, main
from servers import S3Server

MONTH = "2021-04"
ROWS = int(os.environ.get("WEIR_E2E_ROWS", "60000"))
OTHER_ROWS = ROWS - 1000
PART_BYTES = 8 << 20
ATTEMPTS, STALL_S = 3, 1
PATIENT = {"AWS_MAX_ATTEMPTS": "8", "WEIR_STALL_TIMEOUT_S": "2"}  # where all is to go well, on a busy machine too
# As the README puts it: every attempt may stall, and there are waits of 0.2 and 0.4 s in between. A call that needs a
# reason asks twice. The rest is for a busy machine.
LIMIT_S = 2 * (ATTEMPTS * STALL_S + 0.6) + 8
AT_ONCE = 4


class S3Faults(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dump = cls.sample("april.csv", MONTH, ROWS)
        cls.other = cls.sample("other.csv", MONTH, OTHER_ROWS, 2)
        assert min(cls.dump.stat().st_size, cls.other.stat().st_size) > PART_BYTES
        cls.right = expected.insights(expected.read_dump(cls.dump).events)
        cls.right_other = expected.insights(expected.read_dump(cls.other).events)
        cls.s3 = S3Server(cls.directory / "swift")
        cls.addClassCleanup(cls.s3.stop)
        cls.environment.update(cls.s3.environment, AWS_MAX_ATTEMPTS=str(ATTEMPTS), WEIR_STALL_TIMEOUT_S=str(STALL_S),
                               AWS_SESSION_TOKEN="a-token", no_proxy="*")
        cls.s3.put("2021/04/events.csv", cls.dump)
        cls.source = f"s3://{cls.s3.bucket}/{{YYYY}}/{{MM}}/events.csv"
        cls.uri = f"s3://{cls.s3.bucket}/2021/04/events.csv"
        cls.changing = f"s3://{cls.s3.bucket}/{{YYYY}}/{{MM}}/changing.csv"
        cls.changing_uri = f"s3://{cls.s3.bucket}/2021/04/changing.csv"

    def proxy(self, *arguments, **options):
        return FaultProxy(self.s3.facts["host"], *arguments, **options)

    def place(self, name):
        """A fresh directory with room for temporary files of its own, to see what is left in it."""
        place = self.directory / name
        (place / "tmp").mkdir(parents=True)
        return place

    def through(self, proxy, place, *arguments, status=0):
        environment = {**self.environment, "AWS_ENDPOINT_URL": proxy.endpoint, "TMPDIR": str(place / "tmp")}
        if not proxy.for_ever:
            environment.update(PATIENT)
        if proxy.fault is None:
            del environment["WEIR_STALL_TIMEOUT_S"]  # while an object is put in place of another, nothing else comes
        return self.weir(*arguments, status=status, cwd=place, env=environment)

    def ingest_through(self, proxy, place, status=0):
        return self.through(proxy, place, "ingest", MONTH, "--source", self.source, "--db", "duckdb:weir.duckdb",
                            "-f", "json", "-q", status=status)

    def check_counts(self, place, right, about):
        self.assert_insights(self.insights("--db", "duckdb:weir.duckdb", cwd=place), right, about)

    def check_nothing_left(self, place, about):
        """No rows, no temporary file: only the ledger that says what failed."""
        ledger = self.weir("status", "--ledger", "--db", "duckdb:weir.duckdb", "-f", "json", cwd=place).json()
        self.assertEqual({row["status"] for row in ledger["ingestions"]} - {"failed"}, set(), about)
        self.assertEqual(self.insights("--db", "duckdb:weir.duckdb", cwd=place)["events"], 0, about)
        self.assertEqual([path.name for path in (place / "tmp").iterdir()], [], about)
        left = {path.name for path in place.iterdir()} - {"tmp", "weir.duckdb", "weir.duckdb.lock"}
        self.assertEqual(left, set(), about)

    def each_fault(self, check):
        """Several at a time: most of what they do is wait."""
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            for done in [pool.submit(check, fault) for fault in fault_proxy.FAULTS]:
                done.result()

    def test_every_call_fails_once(self):
        def check(fault):
            name = f"once-{fault.__name__}"
            place = self.place(name)
            with self.proxy(fault) as proxy:
                [ingestion] = self.ingest_through(proxy, place).json()["ingestions"]
                self.assertEqual((ingestion["outcome"], ingestion["rows_loaded"]), ("loaded", ROWS), name)
                self.assertEqual(set(proxy.failed.values()), {1}, name)
                self.assertGreaterEqual(len([call for call in proxy.calls if call[0] == "GET"]),
                                        -(-self.dump.stat().st_size // PART_BYTES), name)
            self.check_counts(place, self.right, name)
        self.each_fault(check)

    def check_failure(self, finished, status, about):
        self.assertEqual(finished.status, status, f"{about}: {finished.err}")
        self.assertEqual(finished.err.count("weir: "), 1, f"{about}: {finished.err}")
        self.assertIn(self.uri, finished.err, about)
        self.assertLess(finished.seconds, LIMIT_S, about)

    def test_calls_fail_for_ever(self):
        def check(fault):
            name = f"ever-{fault.__name__}"
            place = self.place(name)
            with self.proxy(fault, for_ever=True) as proxy:
                finished = self.ingest_through(proxy, place, status=None)
            is_token = fault in (fault_proxy.expired_token, fault_proxy.forbidden_token)
            self.check_failure(finished, 5 if is_token else 1, name)
            self.assertNotIn(self.s3.facts["secret_key"], finished.err, name)
            self.assertNotIn("a-token", finished.err, name)
        self.each_fault(check)

    def test_calls_fail_for_ever_in_the_middle(self):
        """The first part comes, and is being loaded."""
        def check(fault):
            name = f"middle-{fault.__name__}"
            place = self.place(name)
            with self.proxy(fault, for_ever=True, only=lambda first: first >= PART_BYTES) as proxy:
                finished = self.ingest_through(proxy, place, status=None)
            is_token = fault in (fault_proxy.expired_token, fault_proxy.forbidden_token)
            self.check_failure(finished, 5 if is_token else 1, name)
            self.check_nothing_left(place, name)
        self.each_fault(check)

    def replacing(self, times):
        """Puts another object in place of the one being read, before its second part is read."""
        proxy = self.proxy()
        left = [times]

        def replace(first):
            if first == PART_BYTES and left[0] > 0:
                left[0] -= 1
                self.s3.put("2021/04/changing.csv", self.other if (times - left[0]) % 2 else self.dump)
        proxy.before = replace
        self.s3.put("2021/04/changing.csv", self.dump)
        return proxy

    def test_object_replaced_while_it_is_loaded(self):
        for times, right in ((1, self.right_other), (2, self.right)):
            place = self.place(f"replaced-{times}")
            with self.replacing(times) as proxy:
                finished = self.through(proxy, place, "ingest", MONTH, "--source", self.changing, "--db",
                                        "duckdb:weir.duckdb", "-f", "json")
            [ingestion] = finished.json()["ingestions"]
            self.assertEqual((ingestion["outcome"], ingestion["rows_loaded"]), ("loaded", right["events"]))
            self.check_counts(place, right, times)
            ledger = self.weir("status", "--ledger", "--db", "duckdb:weir.duckdb", "-f", "json", cwd=place).json()
            self.assertEqual([row["status"] for row in ledger["ingestions"]], ["failed"] * times + ["loaded"])
            self.assertIn("changed while being read", ledger["ingestions"][0]["error"])

    def test_object_replaced_every_time_it_is_loaded(self):
        place = self.place("replaced-ever")
        with self.replacing(1000) as proxy:
            finished = self.through(proxy, place, "ingest", MONTH, "--source", self.changing, "--db",
                                    "duckdb:weir.duckdb", status=1)
        self.assertEqual(finished.err.count("weir: "), 1, finished.err)
        self.assertIn("changed while being read, 3 times in a row", finished.err)
        self.check_nothing_left(place, "replaced for ever")

    def test_object_replaced_while_it_is_asked(self):
        for times, right in ((1, self.right_other), (2, self.right)):
            place = self.place(f"asked-{times}")
            with self.replacing(times) as proxy:
                found = self.through(proxy, place, "insights", self.changing_uri, "-n", "all", "-f", "json").json()
            self.assert_insights(found, right, times)
        with self.replacing(1000) as proxy:
            finished = self.through(proxy, self.place("asked-ever"), "insights", self.changing_uri, status=1)
        self.assertEqual((finished.out, finished.err.count("weir: ")), ("", 1), finished.err)
        self.assertIn("3 times in a row", finished.err)

    def test_object_replaced_while_it_is_fetched(self):
        place = self.place("fetched")
        with self.replacing(1) as proxy:
            self.through(proxy, place, "fetch", self.changing_uri, "events.csv")
        self.assertEqual((place / "events.csv").read_bytes(), self.other.read_bytes())
        self.assertEqual({path.name for path in place.iterdir()}, {"tmp", "events.csv"})
        with self.replacing(1000) as proxy:
            finished = self.through(proxy, place, "fetch", self.changing_uri, "events.csv", status=1)
        self.assertIn("3 times in a row", finished.err)
        self.assertEqual((place / "events.csv").read_bytes(), self.other.read_bytes(), "the old file stays")
        self.assertEqual({path.name for path in place.iterdir()}, {"tmp", "events.csv"})

    def test_fetch_goes_on_where_it_broke(self):
        place = self.place("resumed")
        self.s3.put("2021/04/resumed.csv", self.dump)
        uri = f"s3://{self.s3.bucket}/2021/04/resumed.csv"
        fault = fault_proxy.in_body(fault_proxy.reset)
        with self.proxy(fault, for_ever=True) as proxy:
            finished = self.through(proxy, place, "fetch", uri, status=1)
        self.assertEqual(finished.err.count("weir: "), 1, finished.err)
        self.assertLess(finished.seconds, LIMIT_S)
        [part] = [path for path in place.iterdir() if path.name != "tmp"]
        self.assertRegex(part.name, r"^resumed\.csv\.part-[0-9a-f]{16}$")
        came = part.stat().st_size
        self.assertGreater(came, 0)
        with self.proxy() as proxy:
            self.through(proxy, place, "fetch", uri)
            self.assertNotIn(("GET", self.target("resumed.csv"), str(PART_BYTES - 1)), proxy.calls, "not from the start")
        self.assertEqual((place / "resumed.csv").read_bytes(), self.dump.read_bytes())
        self.assertFalse(part.exists())

    def test_fetch_takes_up_nothing_of_another_version_or_of_a_damaged_part(self):
        place = self.place("versions")
        self.s3.put("2021/04/version.csv", self.dump)
        uri = f"s3://{self.s3.bucket}/2021/04/version.csv"

        def break_off():
            with self.proxy(fault_proxy.in_body(fault_proxy.reset), for_ever=True) as proxy:
                self.through(proxy, place, "fetch", uri, "it.csv", status=1)
            [part] = place.glob("it.csv.part-*")
            return part
        part = break_off()
        self.s3.put("2021/04/version.csv", self.other)
        other_part = break_off()
        self.assertNotEqual(part, other_part)
        with other_part.open("r+b") as file:  # as a disk may do whose power has failed
            file.seek(1000)
            file.write(b"\0" * 500)
        with self.proxy() as proxy:
            self.through(proxy, place, "fetch", uri, "it.csv")
        self.assertEqual((place / "it.csv").read_bytes(), self.other.read_bytes())
        self.assertEqual({path.name for path in place.iterdir()}, {"tmp", "it.csv"})

    def target(self, name):
        return f"/{self.s3.bucket}/2021/04/{name}"


if __name__ == "__main__":
    main()
