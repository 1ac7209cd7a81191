#!/usr/bin/python3
"""Every count of every question equals an independent computation, whichever way a dump comes to weir.

The dump is a month of weir-sample with a tail of awkward rows by hand. ROWS can be set by WEIR_E2E_ROWS.
"""

import gzip
import os
import struct

import expected
from programs import WeirTest, main
from servers import S3Server, WebServer

ROWS = int(os.environ.get("WEIR_E2E_ROWS", "300000"))
MONTH = "2021-04"

# What weir-sample does not write. The comment says what is to be seen in it.
AWKWARD = (
    b'1,2021-04-30T23:30:00-02:00,  ann@Mail.Google.CO.UK ,"C\xc3\xb4te d\'Ivoire, ""north""",,a,b,"[\'a\', ""it\'s"", \'a\']"\r\n'
    b'2,20210415,nobody,,,5" pipe,b,[]\r\n'                              # no domain; a quote that is text; no tags
    b'3,1618500000,x@localhost,Palau,,"line\nbreak",b,\n'                # seconds; one label; a newline in a field
    b'\n'                                                                # not a row
    b'4,1618500000123,a@www.city.kawasaki.jp,Palau,,a,b,x;y|z;x\n'       # milliseconds; an exception of the list
    b'5,2021-04-02,b@foo.bar.kawasaki.jp,Palau,,a,b,"[""x"", ""y""]"\n'  # a wildcard of the list; a JSON array
    b'6,2021-04-02 10:00:00.5,c@me.github.io,Palau,,a,b,"[\'x\', "\n'    # a private rule; a malformed list
    b'7,2021-04-02T24:30:00,c@github.io,Palau,,a,b,x\n'                  # rejected: no time
    b'8,2021-04-02,c@github.io,Palau,,a,b,x\n'                           # a public suffix
    b'9,2021-04-02,c@a.com,Palau,,a,b\n'                                 # rejected: seven fields
    b'10,,c@a.com,Palau,,a,b,x\n'                                        # rejected: an empty timestamp
    b'11,2021-04-02,c@a.com,"P\nalau",,a\xff,b,x\n'                      # rejected: not UTF-8, over two lines
    b'12,2021-04-02,c@a.com,Palau,,a\x00,b,x\n'                          # rejected: a NUL
    b'13,2021-04-02,c@a.com,"  ",,,,x'                                   # missing values; no newline at the end
)

ANSWERS = [  # flags, and the same for expected.selected()
    (["--since", "2021-04-10", "--until", "2021-04-20"], {"since": "2021-04-10", "until": "2021-04-20"}),
    (["--until", "2021-03"], {"until": "2021-03-31"}),
    (["--since", "2021-05"], {"since": "2021-05-01"}),
    (["--where", "country=Palau"], {"where": {"country": {"Palau"}}}),
    (["--where", "country=", "--where", "countries=France"], {"where": {"country": {None, "France"}}}),
    (["--where", "user="], {"where": {"user": {None}}}),
    (["--where", "company=Unknown company"], {"where": {"company": {"Unknown company"}}}),
    (["--where", "tag=music", "--where", "tag=tea", "--where", "action=view", "--since", "2021-04-05"],
     {"since": "2021-04-05", "where": {"tags": {"music", "tea"}, "action": {"view"}}}),
    (["--where", "tags="], {"where": {"tags": {None}}}),
    (["--where", "country=Atlantis"], {"where": {"country": {"Atlantis"}}}),
]


def zstd_frame(content):
    """One frame whose block is stored as it is (RFC 8878, section 3.1.1)."""
    last, stored, single_segment_with_4_byte_size = 1, 0, 0xA0
    header = struct.pack("<IBI", 0xFD2FB528, single_segment_with_4_byte_size, len(content))
    return header + struct.pack("<I", last | stored << 1 | len(content) << 3)[:3] + content


class Counts(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.with_tail("2021/04/events.csv", AWKWARD)
        cls.gzipped = cls.with_tail("2021/04/events.csv.gz", gzip.compress(AWKWARD), "--gzip")  # a second member
        cls.zstd = cls.with_tail("2021/04/events.csv.zst", zstd_frame(AWKWARD), "--zstd")       # a second frame
        cls.dump = expected.read_dump(cls.plain)
        cls.right = expected.insights(cls.dump.events)

    @classmethod
    def with_tail(cls, path, tail, *options):
        path = cls.sample(path, MONTH, ROWS, 1, *options)
        with open(path, "ab") as file:
            file.write(tail)
        return path

    def check(self, found, about, periods=()):
        self.assert_insights(found, self.right, about)
        first_day, last_day = expected.days_of(self.dump.events)
        self.assertEqual(found["coverage"], {"first_day": first_day, "last_day": last_day, "periods": list(periods),
                                             "missing": [], "rejected": len(self.dump.rejects)}, about)

    def check_ingestion(self, ingestion, outcome):
        rows, rejected = len(self.dump.events), len(self.dump.rejects)
        found = {name: ingestion[name] for name in ("period", "outcome", "rows_read", "rows_loaded", "rows_rejected")}
        self.assertEqual(found, {"period": MONTH, "outcome": outcome, "rows_read": rows + rejected, "rows_loaded": rows,
                                 "rows_rejected": rejected})

    def test_the_dump_is_what_it_should_be(self):
        self.assertEqual(len(self.dump.events), ROWS + 8)
        self.assertEqual(len(self.dump.rejects), 5)
        companies = {row["key"] for row in self.right["questions"][2]["rows"]}
        self.assertLessEqual({"google", "city", "foo", "me", "Unknown company"}, companies)

    def test_file(self):
        self.check(self.insights(self.plain), "file")
        self.check(self.insights(self.plain, "--threads", "1"), "file, one thread")

    def test_pipes(self):
        with open(self.gzipped, "rb") as stream:
            self.check(self.insights("-", stdin=stream), "gzip through stdin")
        with open(self.plain, "rb") as stream:
            self.check(self.insights("-", stdin=stream), "plain through stdin")

    def test_compressed_files(self):
        self.check(self.insights(self.gzipped), "gzip")
        self.check(self.insights(self.zstd), "zstd")

    def test_several_files(self):
        twice = expected.insights(self.dump.events + self.dump.events)
        self.assert_insights(self.insights(self.plain, self.gzipped), twice, "two files")
        self.assert_insights(self.insights(self.directory / "*/04/*.csv*", "--max-rejects", "5"),
                             expected.insights(self.dump.events * 3), "glob")

    def test_web(self):
        server = WebServer(self.directory)
        self.addCleanup(server.stop)
        self.check(self.insights(server.url + "/2021/04/events.csv"), "http")
        self.check(self.insights(server.url + "/2021/04/events.csv.gz"), "http, gzip")

    def test_s3(self):
        server = S3Server(self.directory / "swift")
        self.addCleanup(server.stop)
        server.put("data/2021/04/events.csv", self.plain)
        server.put("zipped/2021/04/events.csv.gz", self.gzipped)
        environment = {**self.environment, **server.environment}
        data = f"s3://{server.bucket}/data"
        self.check(self.insights(f"{data}/2021/04/events.csv", env=environment), "s3")
        self.check(self.insights(f"s3://{server.bucket}/zipped/*/*/*", env=environment), "s3 glob, gzip")
        template = data + "/{YYYY}/{MM}/events.csv"
        for outcome in ("loaded", "unchanged"):
            [ingestion] = self.ingest("s3.duckdb", MONTH, "--source", template, env=environment)
            self.check_ingestion(ingestion, outcome)
        self.check(self.insights("--db", "duckdb:s3.duckdb"), "database from s3", [MONTH])
        findings = self.weir("doctor", data + "/", "-f", "json", env=environment).json()["findings"]
        self.assertEqual([(row["verdict"], row["about"]) for row in findings],
                         [("ok", about) for about in ("credentials", "region", "list", "read", "speed")])

    def test_answers_of_file_and_database(self):
        [ingestion] = self.ingest("file.duckdb", MONTH, "--source", "{YYYY}/{MM}/events.csv")
        self.check_ingestion(ingestion, "loaded")
        database = ["--db", "duckdb:file.duckdb"]
        self.check(self.insights(*database), "database", [MONTH])
        for flags, selection in ANSWERS:
            events = expected.selected(self.dump.events, **selection)
            right = expected.insights(events)
            for source in ([self.plain], database):
                about = " ".join(map(str, source + flags))
                found = self.insights(*source, *flags)
                self.assert_insights(found, right, about)
                days = (found["coverage"]["first_day"], found["coverage"]["last_day"])
                self.assertEqual(days, expected.days_of(events), about)

    def test_missing_and_fill(self):
        """They change answers and distinct keys, never the number of events."""
        self.ingest("missing.duckdb", MONTH, "--source", "{YYYY}/{MM}/events.csv.gz")
        kept = [event._replace(country=event.country or "Nowhere") for event in self.dump.events]
        filled = expected.insights(kept)
        dropped = expected.insights(self.dump.events)
        for answer in dropped["questions"]:
            gone = {"(none)", "Unknown company"} if answer["question"] == "companies" else {"(none)"}
            answer["rows"] = [row for row in answer["rows"] if row["key"] not in gone]
            answer["distinct"] = len(answer["rows"])
        for source in ([self.plain], ["--db", "duckdb:missing.duckdb"]):
            self.assert_insights(self.insights(*source, "--missing", "drop"), dropped, f"drop {source}")
            self.assert_insights(self.insights(*source, "--fill", "country=Nowhere"), filled, f"fill {source}")

    def test_rejected_rows(self):
        self.ingest("rejects.duckdb", MONTH, "--source", "{YYYY}/{MM}/events.csv.zst")
        rows = self.weir("rejects", "--db", "duckdb:rejects.duckdb", "-f", "json").json()["rejected_rows"]
        self.assertEqual([row["line"] for row in rows], self.dump.rejects)
        for row, beginning in zip(rows, ("7,", "9,", "10,", "11,", "12,")):
            self.assertTrue(row["raw"].startswith(beginning), row)
            self.assertNotEqual(row["reason"], "")


if __name__ == "__main__":
    main()
