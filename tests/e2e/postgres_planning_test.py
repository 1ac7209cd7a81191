#!/usr/bin/python3
"""Ten years of daily dumps: 3,650 ingestions in 120 months. Every statement that weir then sends is taken from the server's log
and planned again: in under 50 ms, all of a command's statements with under 500 locks in one transaction.
"""

import datetime
import re
import time

from postgres_checks import PostgresTest
from programs import main

FIRST_YEAR, YEARS, DAYS = 2011, 10, 3650
PLANNING_LIMIT_MS, LOCKS_LIMIT = 50.0, 500
PLANNINGS = 4  # of each statement, on new connections, as weir's are; the fastest counts, since the machine may be busy
COMMANDS = {
    "insights": ["insights", "-n", "all"],
    "top users": ["top", "users", "--since", "2014-06"],
    "top dates": ["top", "dates", "--by", "month", "-n", "all"],
    "top by rows": ["top", "countries", "--where", "tag=travel", "--missing", "drop"],
    "status": ["status"],
    "plan": ["plan", "2020-12-01..2020-12-28"],
    "ingest": ["ingest", "2020-12-28"],
    "replacement": ["ingest", "2020-12-28", "--force"],
    "drop": ["drop", "2020-12-28"],
}
LOGGED = re.compile(r"LOG: +(?:execute <unnamed>|statement): (.*?)(?=\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.DOTALL)
PARAMETERS = re.compile(r"DETAIL: +parameters: (.*)")
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")
PLANNED = re.compile(r"(?:\s*--[^\n]*\n)*\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b")


class PostgresPlanning(PostgresTest):
    def setUp(self):
        super().setUp()
        self.template = self.name + "/{YYYY}/{MM}/{DD}.csv"

    def write_day(self, day):
        path = self.directory / self.template.format(YYYY=f"{day:%Y}", MM=f"{day:%m}", DD=f"{day:%d}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("id,timestamp,email,country,tags\n" + "".join(
            f"{number},{day}T0{number}:00:00Z,user{number}@example.com,France,['travel']\n" for number in range(3)),
            encoding="utf-8")

    def load_ten_years(self):
        """weir makes the months, each with its first day's dump; the other days are copies of those, each with a ledger row and rollups."""
        for month in range(12 * YEARS):
            self.write_day(datetime.date(FIRST_YEAR + month // 12, month % 12 + 1, 1))
        self.weir("ingest", "--new", "--source", self.template, "--db", self.url, "-q")
        self.server.ask(self.name, f"""
            CREATE TEMPORARY TABLE days AS
              SELECT day::date, 1000 + row_number() OVER (ORDER BY day) AS id
              FROM generate_series(date '{FIRST_YEAR}-01-01', '{FIRST_YEAR}-01-01'::date + {DAYS - 1}, interval '1 day') AS day
              WHERE extract(day FROM day) > 1;
            INSERT INTO ingestions (id, source, period, uri, etag, content_hash, bytes, columns, rows_read, rows_loaded,
                rows_rejected, first_day, last_day, status, started_at, finished_at, weir_version, psl_version)
              SELECT days.id, source, to_char(days.day, 'YYYY-MM-DD'), uri, etag, content_hash, bytes, columns, rows_read,
                rows_loaded, rows_rejected, days.day, days.day, status, started_at, finished_at, weir_version, psl_version
              FROM ingestions JOIN days ON period = to_char(date_trunc('month', days.day), 'YYYY-MM-DD');
            INSERT INTO event_rows
              SELECT event_rows.id, timestamp + (days.day - event_rows.day) * interval '1 day', days.day, email, company, country,
                ip, uri, action, tag_list, days.id, period_month
              FROM event_rows JOIN days ON event_rows.day = date_trunc('month', days.day);
            INSERT INTO key_runs (ingestion_ids, field, first_day, last_day, keys, events, bytes, run)
              SELECT ARRAY[days.id], field, days.day, days.day, keys, events, key_runs.bytes, run
              FROM key_runs JOIN ingestions ON ingestion_ids = ARRAY[ingestions.id]
              JOIN days ON period = to_char(date_trunc('month', days.day), 'YYYY-MM-DD');
            SELECT setval(pg_get_serial_sequence('ingestions', 'id'), 10000);
            ANALYZE""")
        partitions, ingestions, events = self.server.ask(
            self.name, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'event_rows'::regclass UNION ALL "
            "SELECT count(*) FROM ingestions WHERE status = 'loaded' UNION ALL SELECT count(*) FROM events")
        self.assertEqual((partitions, ingestions, events), (str(12 * YEARS), str(DAYS), str(3 * DAYS)))
        self.assertEqual(self.server.ask(self.name, "SELECT DISTINCT last_day - first_day FROM key_runs "
                                         "WHERE cardinality(ingestion_ids) = 1"), ["0"])

    def statements_of(self, arguments):
        """What the server was asked to plan while weir ran, with its parameters put in."""
        log = self.server.directory / "log"
        began = log.stat().st_size
        self.weir(*arguments, "--db", self.url, "-q")
        self.server.ask(self.name, "SELECT 'the last line of the log is whole'")
        with open(log, encoding="utf-8") as file:
            file.seek(began)
            text = file.read()
        statements = []
        for match in LOGGED.finditer(text):
            sql = match[1]
            if not PLANNED.match(sql) or "the last line" in sql:
                continue
            if "$1" in sql:
                details = PARAMETERS.search(text, match.end())
                values = {number: value for number, value in PARAMETER.findall(details[1])}
                sql = re.sub(r"\$(\d+)", lambda number: values[number[1]], sql)
            statements.append(sql)
        return statements

    def plan_again(self, statements):
        """Milliseconds of the slowest statement, the locks of all of them in one transaction, the slowest one's text."""
        sql = "BEGIN;\n" + "".join(f"EXPLAIN (SUMMARY) {statement};\n" for statement in statements)
        sql += "SELECT 'locks ' || count(*) FROM pg_locks WHERE pid = pg_backend_pid(); ROLLBACK"
        fastest = [float("inf")] * len(statements)
        for _ in range(PLANNINGS):
            lines = self.server.ask(self.name, sql)
            times = [float(line.split()[2]) for line in lines if line.startswith("Planning Time:")]
            self.assertEqual(len(times), len(statements))
            fastest = list(map(min, fastest, times))
            [locks] = [int(line.split()[1]) for line in lines if line.startswith("locks ")]
        return max(fastest), locks, statements[fastest.index(max(fastest))]

    def test_ten_years_of_days(self):
        self.load_ten_years()
        self.server.ask("postgres", f"ALTER DATABASE {self.name} SET log_statement = 'all'")
        self.write_day(datetime.date(2020, 12, 28))
        self.weir("drop", "2020-12-28", "--db", self.url, "-q")
        for command, arguments in COMMANDS.items():
            self.check(command, arguments)
        # As in a database that was filled before rollups were kept.
        self.server.ask(self.name, "DELETE FROM key_runs")
        for command in ("insights", "top users"):
            self.check(command + " without rollups", COMMANDS[command])

    def check(self, about, arguments):
        if arguments[0] in ("plan", "ingest"):
            arguments = [*arguments, "--source", self.template]
        statements = self.statements_of(arguments)
        self.assertTrue(statements, about)
        slowest_ms, locks, sql = self.plan_again(statements)
        print(f"{about}: {len(statements)} statements, slowest planned in {slowest_ms:.1f} ms, {locks} locks in all")
        self.assertLess(slowest_ms, PLANNING_LIMIT_MS, f"{about}: {sql[:1000]}")
        self.assertLess(locks, LOCKS_LIMIT, about)

    def test_a_year_of_days_is_loaded_soon(self):
        """What a small dump costs is its few round trips."""
        for number in range(365):
            self.write_day(datetime.date(2021, 1, 1) + datetime.timedelta(number))
        began = time.monotonic()
        self.weir("ingest", "2021-01-01..2021-12-31", "--source", self.template, "--db", self.url, "-q")
        print(f"365 daily dumps: {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        self.weir("ingest", "--new", "--source", self.template, "--db", self.url, "-q")
        print(f"the same again, unchanged: {time.monotonic() - began:.1f} s")
        self.assertEqual(self.server.ask(self.name, "SELECT count(*) FROM events"), [str(3 * 365)])


if __name__ == "__main__":
    main()
