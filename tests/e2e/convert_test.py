#!/usr/bin/python3
"""weir convert: a month as CSV, Parquet and thirty files of a day answers alike, and comes back whole."""

import collections
import csv
import json
import pathlib
import shutil
import signal
import time

from programs import WeirTest, main
from servers import PostgresServer, S3Server, WebServer

ROWS = 30_000
SIZE_LIMIT = 0.40  # of the CSV's bytes
DAILY = "{YYYY}/{MM}/{DD}/events.parquet"
NOTES = ["", "plain", 'a "quoted" one', "two\nlines", "semi;colon, comma", " kept as it stands ", "Grüße, 你好"]


def rows_of(path):
    """How often each row comes, by the names of its columns."""
    with open(path, newline="") as file:
        return collections.Counter(tuple(row.items()) for row in csv.DictReader(file))


class Convert(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.s3 = S3Server(cls.directory / "swift")
        cls.addClassCleanup(cls.s3.stop)
        cls.environment.update(cls.s3.environment)
        cls.csv = cls.sample("month.csv", "2021-04", ROWS)
        cls.gzip = cls.sample("month.csv.gz", "2021-04", ROWS, 1, "--gzip")
        cls.early = sum(line.split(",")[1] < "2021-04-01" for line in cls.csv.read_text().splitlines()[1:])
        cls.right = None

    def setUp(self):
        self.place = self.directory / self._testMethodName
        self.place.mkdir()
        if self.right is None:
            type(self).right = self.answers(self.csv)

    def convert(self, *arguments, status=0):
        finished = self.weir("convert", *arguments, "-f", "json", status=status)
        return (finished.json()["converted"] if status == 0 else []), finished.err

    def answers(self, *arguments):
        """All that insights say but what they stand on."""
        said = self.insights(*arguments)
        rejected = said.pop("coverage")["rejected"]
        return json.dumps(said), rejected

    def assert_nothing_left(self, *expected):
        self.assertEqual(sorted(path.name for path in self.place.iterdir()), sorted(expected))

    def test_every_form_of_a_month_answers_alike(self):
        [file], err = self.convert(self.csv, self.place / "month.parquet")
        self.assertEqual((file["rows"], file["rows_read"], file["rows_rejected"], err), (ROWS, ROWS, 0, ""))
        size = (self.place / "month.parquet").stat().st_size
        self.assertEqual(file["bytes"], size)
        self.assertLess(size / self.csv.stat().st_size, SIZE_LIMIT)
        days, err = self.convert(self.gzip, self.place / "events", "--split", "day")
        self.assertEqual(len(days), 30)
        self.assertEqual(sum(day["rows"] for day in days), ROWS)
        self.assertEqual([day["period"] for day in days], [f"2021-04-{day:02}" for day in range(1, 31)])
        self.assertIn(f"{self.early} rows dated before 2021-04: in the file of 2021-04-01", err)
        self.assertEqual([folder.name for folder in (self.place / "events").iterdir()], ["2021"])
        self.assertEqual([folder.name for folder in (self.place / "events/2021").iterdir()], ["04"])
        for name in (self.gzip, self.place / "month.parquet", self.place / "events/*/*/*/events.parquet"):
            self.assertTrue(self.answers(name) == self.right, name)

    def test_the_database_answers_alike(self):
        self.convert(self.csv, self.place / "month.parquet")
        self.convert(self.place / "month.parquet", self.place / "events", "--split", "day")
        self.ingest("csv.duckdb", self.csv, "--period", "2021-04")
        self.ingest("parquet.duckdb", self.place / "month.parquet", "--period", "2021-04")
        loaded = self.ingest("days.duckdb", "2021-04", "--source", f"{self.place}/events/{DAILY}")
        self.assertEqual([dump["outcome"] for dump in loaded], ["loaded"] * 30)
        for name in ("csv", "parquet", "days"):
            self.assertTrue(self.answers("--db", f"duckdb:{name}.duckdb") == self.right, name)
        rows = "SELECT id, timestamp::VARCHAR AS timestamp, email, country, ip, uri, action, tags::VARCHAR AS tags FROM events"
        found = {name: sorted(self.weir("query", rows, "--db", f"duckdb:{name}.duckdb", "-f", "csv").out.splitlines())
                 for name in ("csv", "parquet", "days")}
        self.assertTrue(found["csv"] == found["parquet"])
        self.assertTrue(found["csv"] == found["days"])

    def test_over_s3_and_the_web_and_into_postgresql(self):
        """From an object to objects: in one part each, and what is read of them is what stands in the bucket."""
        self.s3.put("2021/04/month.csv.gz", self.gzip)
        bucket = f"s3://{self.s3.bucket}"
        days, err = self.convert(f"{bucket}/2021/04/month.csv.gz", f"{bucket}/events", "--split", "day", "--source",
                                 f"{bucket}/{{YYYY}}/{{MM}}/month.csv.gz")
        self.assertEqual(len(days), 30)
        self.assertEqual(days[6]["path"], f"{bucket}/events/2021/04/07/events.parquet")
        self.assertIn("in the file of 2021-04-01", err)
        self.assertTrue(self.answers(f"{bucket}/events/*/*/*/events.parquet") == self.right)
        self.weir("fetch", days[6]["path"], self.place / "day.parquet")
        self.assertEqual((self.place / "day.parquet").stat().st_size, days[6]["bytes"])
        _, err = self.convert(self.csv, f"{bucket}/events", "--split", "day", status=2)
        self.assertIn("events/2021/04/01/events.parquet: it is there already", err)
        self.convert(self.csv, self.place / "month.parquet")
        web = WebServer(self.place)
        self.addCleanup(web.stop)
        self.assertTrue(self.answers(f"{web.url}/month.parquet") == self.right)
        _, err = self.convert(self.csv, f"{web.url}/new.parquet", status=2)
        self.assertIn("only files and S3 can be written to", err)

        postgres = PostgresServer(self.directory / "postgres")
        self.addCleanup(postgres.close)
        database = postgres.create_database("events")
        loaded = self.weir("ingest", "2021-04", "--source", f"{bucket}/events/{DAILY}", "--db", database, "-f", "json", "-q").json()
        self.assertEqual([dump["outcome"] for dump in loaded["ingestions"]], ["loaded"] * 30)
        self.assertTrue(self.answers("--db", database) == self.right)

    def test_a_large_object_is_sent_in_parts(self):
        large = self.sample(self.place / "large.csv", "2021-05", 60_000)
        target = f"s3://{self.s3.bucket}/large.csv"
        [file], _ = self.convert(large, target)
        self.assertGreater(file["bytes"], 8 << 20)  # of a part
        self.weir("fetch", target, self.place / "back.csv")
        self.assertTrue(large.read_bytes() == (self.place / "back.csv").read_bytes())
        _, err = self.convert(self.csv, target, status=2)
        self.assertIn("it is there already", err)
        self.convert(self.csv, target, "--force")
        self.assertEqual(self.answers(target), self.right)

    def test_an_interrupted_upload_leaves_no_object(self):
        target = f"s3://{self.s3.bucket}/never/out.csv"
        process = self.start("convert", "-", target, stdin=-1)
        process.stdin.write(self.csv.read_bytes())
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        self.assertEqual(process.returncode, 130)
        self.weir("fetch", target, self.place / "out.csv", status=1)

    def test_a_round_trip_brings_every_event_and_column_back(self):
        with open(self.csv, newline="") as file, open(self.place / "more.csv", "w", newline="") as out:
            rows = csv.DictReader(file)
            writer = csv.DictWriter(out, ["note", *rows.fieldnames, "number"])
            writer.writeheader()
            for i, row in enumerate(rows):
                row["email"] = row["email"].upper() if i % 5 == 0 else row["email"]
                writer.writerow({**row, "note": NOTES[i % len(NOTES)], "number": i % 3 and f"{i:07}"})
        before = rows_of(self.place / "more.csv")
        self.convert(self.place / "more.csv", self.place / "more.parquet")
        for name in ("more.csv", "more.csv.gz", "more.csv.zst"):
            [file], _ = self.convert(self.place / "more.parquet", self.place / f"back-{name}")
            self.assertEqual(file["bytes"], (self.place / f"back-{name}").stat().st_size)
            self.assertEqual(self.answers(self.place / f"back-{name}"), self.answers(self.place / "more.csv"))
            [again], _ = self.convert(self.place / f"back-{name}", self.place / "again.csv", "--force")
            self.assertEqual(again["rows"], ROWS)
            self.assertTrue(rows_of(self.place / "again.csv") == before, name)

    def test_what_has_no_type_stays_text(self):
        """Rows that cannot be read as events are events' neighbours: they stay, and are judged as they were."""
        (self.place / "odd.csv").write_text(
            "id,Email,timestamp,email,tags,ID,\n"
            "1,x,2021-04-03T10:00:00.1234567Z,A@Example.com,\"['a', 'a', \"\"it's\"\"]\",,q\n"
            "2,x,,b@example.com,,,\n"
            "3,x,soon,c@example.com,[broken,y,\n"
            "04,x,1617444000,d@example.com,a;b,,\n")
        _, err = self.convert(self.place / "odd.csv", self.place / "odd.parquet")
        for old, new in (("Email", "Email_2"), ("ID", "ID_6"), ("without a name", "column_7")):
            self.assertIn(f"column {old} is called {new} in Parquet", err)
        self.assertEqual(self.answers(self.place / "odd.parquet", "--max-rejects", "2"),
                         self.answers(self.place / "odd.csv", "--max-rejects", "2"))
        self.convert(self.place / "odd.parquet", self.place / "back.csv")
        self.assertEqual((self.place / "back.csv").read_text(),
                         "id,Email_2,timestamp,email,tags,ID_6,column_7\n"
                         "2,x,,b@example.com,,,\n"
                         "3,x,soon,c@example.com,['[broken'],y,\n"
                         "04,x,1617444000,d@example.com,\"['a', 'b']\",,\n"
                         "1,x,2021-04-03T10:00:00.1234567Z,A@Example.com,\"['a', \"\"it's\"\"]\",,q\n")
        days, err = self.convert(self.place / "odd.csv", self.place / "days", "--split", "day")
        self.assertEqual([(day["period"], day["rows"]) for day in days], [("2021-04-03", 4)])
        self.assertIn("2 rows without a time that can be read: in the file of 2021-04-03", err)

    def test_rows_of_other_months_go_to_the_first_and_the_last_day(self):
        (self.place / "april.csv").write_text("timestamp,uri\n" + "".join(
            f"{day},/{i}\n" for i, day in enumerate(["2021-03-30", "2021-04-28", "2021-04-30", "2021-05-01", "2021-06-07"] * 2)))
        def split(*arguments):
            days, err = self.convert(self.place / "april.csv", self.place / "days", "--split", "day", "--force", *arguments)
            return {day["period"]: day["rows"] for day in days if day["rows"] > 0}, err
        rows, err = split()
        self.assertEqual(rows, {"2021-04-01": 2, "2021-04-28": 2, "2021-04-30": 6})
        self.assertIn("2 rows dated before 2021-04: in the file of 2021-04-01", err)
        self.assertIn("4 rows dated after 2021-04: in the file of 2021-04-30", err)
        self.assertEqual(split("--period", "2021-05")[0], {"2021-05-01": 8, "2021-05-31": 2})
        month = self.place / "2021/06/events.csv"
        month.parent.mkdir(parents=True)
        shutil.copy(self.place / "april.csv", month)
        days, _ = self.convert(month, self.place / "june", "--split", "day", "--source", f"{self.place}/{{YYYY}}/{{MM}}/events.csv")
        self.assertEqual([(days[0]["period"], days[0]["rows"]), (days[-1]["period"], days[-1]["rows"])],
                         [("2021-06-01", 8), ("2021-06-07", 2)])
        self.assertEqual(self.answers(self.place / "june/2021/06/*/events.parquet"), self.answers(self.place / "april.csv"))

    def test_what_no_column_can_hold_is_counted_and_kept(self):
        lines = ["timestamp,uri"] + [f"2021-04-{day:02},/{day}" for day in range(1, 30)]
        lines[3:3] = ["2021-04-01,/a,b"]
        lines[20:20] = ["2021-04-01,a\0b"]
        (self.place / "bad.csv").write_text("\n".join(lines) + "\n")
        [file], err = self.convert(self.place / "bad.csv", self.place / "bad.parquet", "--rejected", self.place / "rejected.csv")
        self.assertEqual((file["rows"], file["rows_read"], file["rows_rejected"]), (29, 31, 2))
        self.assertIn("2 of 31 rows rejected, which no file can hold (line 4: 3 fields, expected 2)", err)
        with open(self.place / "rejected.csv", newline="") as kept:
            self.assertEqual([row["line"] for row in csv.DictReader(kept)], ["4", "21"])
        _, err = self.convert(self.place / "bad.csv", self.place / "none.parquet", "--max-rejects", "1", status=3)
        self.assertIn("too many rejected rows in", err)
        self.assert_nothing_left("bad.csv", "bad.parquet", "rejected.csv")

    def test_files_are_replaced_only_when_told(self):
        (self.place / "there.csv").write_text("mine")
        _, err = self.convert(self.csv, self.place / "there.csv", status=2)
        self.assertIn("it is there already", err)
        day = self.place / "events/2021/04/07/events.parquet"
        day.parent.mkdir(parents=True)
        day.write_text("mine")
        _, err = self.convert(self.csv, self.place / "events", "--split", "day", status=2)
        self.assertIn("events/2021/04/07/events.parquet: it is there already", err)
        self.assertEqual((day.read_text(), (self.place / "there.csv").read_text()), ("mine", "mine"))
        self.assertEqual(len(list((self.place / "events").rglob("*"))), 4)
        self.convert(self.csv, self.place / "events", "--split", "day", "--force")
        self.assertTrue(self.answers(self.place / "events/2021/*/*/events.parquet") == self.right)

    def test_an_interrupt_leaves_nothing(self):
        """While rows come, since the pipe has more of them whenever it is."""
        for arguments in (["out.parquet"], ["out.csv.gz"], ["days", "--split", "day"]):
            process = self.start("convert", "-", self.place / arguments[0], *arguments[1:], "--rejected",
                                 self.place / "rejected.csv", stdin=-1)
            process.stdin.write(self.csv.read_bytes())
            process.stdin.flush()
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            process.wait(timeout=60)
            self.assertLess(time.monotonic() - began, 10)
            self.assertEqual(process.returncode, 130)
            self.assert_nothing_left()
        self.assertEqual([path.name for path in pathlib.Path("/tmp").glob(f"weir-convert-{process.pid}")], [])


if __name__ == "__main__":
    main()
