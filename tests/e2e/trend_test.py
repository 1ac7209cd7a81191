#!/usr/bin/python3
"""Answers over time, from 36 months in DuckDB and in PostgreSQL: the same of both, byte for byte, and equal to SQL that a
person would write; with a month missing, and with one that is not over."""

import datetime
import json

from programs import WeirTest, main
from servers import PostgresServer

FIRST, LAST = "2019-01", "2021-12"
TEMPLATE = "{YYYY}/{MM}/events.csv"
MISSING = "2020-07"
UNITS = {"day": "YYYY-MM-DD", "week": 'IYYY-"W"IW', "month": "YYYY-MM", "year": "YYYY"}


def change(count, base):
    """In percent."""
    return None if count is None or not base else 100 * (count - base) / base


class Trend(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgresServer(cls.directory / "server")
        cls.addClassCleanup(lambda: cls.server.close())
        cls.databases = {"duckdb": "duckdb:trend.duckdb", "postgres": cls.server.create_database("trend")}
        # Many users, so that some come late and some stay away.
        cls.sample(".", f"{FIRST}..{LAST}", 500, 1, "--users", "8000")

    def both(self, *arguments):
        found = {name: self.weir("trend", *arguments, "--db", url, "-f", "json").out
                 for name, url in self.databases.items()}
        self.assertEqual(found["duckdb"], found["postgres"], arguments)
        return json.loads(found["postgres"])

    def ask(self, sql):
        """The rows of SQL in which {seen} stands for the events of units with a day of a loaded month, each with its unit."""
        form = UNITS[self.unit]
        seen = f"""(SELECT *, to_char(day, '{form}') AS unit FROM events WHERE to_char(day, '{form}') IN (
                      SELECT to_char(covered, '{form}') FROM generate_series(DATE '2019-01-01', '2021-12-31', '1 day') AS covered
                      WHERE to_char(covered, 'YYYY-MM') <> ALL ('{self.gaps}'))) AS seen"""
        lines = self.server.ask("trend", "SELECT row_to_json(found) FROM (" + sql.replace("{seen}", seen) + ") AS found")
        return [json.loads(line) for line in lines]

    def numbers(self, select, noun, found):
        """The counts of complete and partial units as SQL has them, and what they are compared with."""
        expected = {row["unit"]: row["n"] for row in self.ask(f"SELECT unit, {select} AS n FROM {{seen}} GROUP BY unit")}
        rows = {row["period"]: row for row in found["rows"]}
        self.assertEqual({unit: row[noun] for unit, row in rows.items() if row[noun] is not None}, expected)
        complete = {unit for unit, row in rows.items() if row["status"] == "complete"}
        order = list(rows)
        self.assertEqual(order, sorted(order))
        for before, unit in zip([None, *order], order):
            row = rows[unit]
            year_ago = f"{int(unit[:4]) - 1}{unit[4:]}" if self.unit != "year" else None
            known = unit in complete
            self.assertEqual(row["previous"], expected[before] if known and before in complete else None, unit)
            self.assertEqual(row["year_ago"], expected[year_ago] if known and year_ago in complete else None, unit)
            for name, base in (("change_percent", "previous"), ("year_change_percent", "year_ago")):
                right = change(row[noun], row[base])
                if right is None:
                    self.assertIsNone(row[name], unit)
                else:
                    self.assertAlmostEqual(row[name], right, delta=0.00051, msg=unit)  # of three decimals
        return rows

    def check_one_number(self, units):
        for self.unit in units:
            self.numbers("count(*)", "events", self.both("events", "--by", self.unit))
            self.numbers("count(DISTINCT email)", "users", self.both("active-users", "--by", self.unit))
            self.numbers("count(DISTINCT nullif(company, 'Unknown company'))", "companies",
                         self.both("active-companies", "--by", self.unit))
        self.unit = "month"
        self.numbers("count(*) FILTER (WHERE country = 'France')", "events",
                     self.both("events", "--where", "country=France"))

    def check_questions(self, units):
        for self.unit in units:
            for question, column in (("countries", "country"), ("users", "email"), ("companies", "company"), ("uris", "uri")):
                found = self.both(question, "--by", self.unit, "-n", "7")
                top = self.ask(f"""SELECT * FROM (SELECT coalesce({column}, '(none)') AS key, count(*) AS n FROM {{seen}}
                                   GROUP BY 1) AS counts ORDER BY n DESC, key COLLATE "C" LIMIT 7""")
                keys = list(dict.fromkeys(row["key"] for row in found["rows"]))
                self.assertEqual(keys, [row["key"] for row in top])
                counts = {(row["key"], row["unit"]): row["n"] for row in self.ask(
                    f"SELECT coalesce({column}, '(none)') AS key, unit, count(*) AS n FROM {{seen}} GROUP BY 1, 2")}
                for row in found["rows"]:
                    expected = None if row["status"] == "missing" else counts.get((row["key"], row["period"]), 0)
                    self.assertEqual(row["events"], expected, row)
            found = self.both("tags", "--by", self.unit, "-n", "5")
            counts = {(row["key"], row["unit"]): row["n"] for row in self.ask(
                "SELECT coalesce(tag, '(none)') AS key, unit, count(*) AS n "
                "FROM {seen} LEFT JOIN LATERAL unnest(tags) AS tag ON true GROUP BY 1, 2")}
            for row in found["rows"]:
                expected = None if row["status"] == "missing" else counts.get((row["key"], row["period"]), 0)
                self.assertEqual(row["events"], expected, row)

    PEOPLE = {"users": "email", "companies": "nullif(company, 'Unknown company')"}

    def check_lifecycle(self, units):
        for self.unit, (of, column) in ((unit, people) for unit in units for people in self.PEOPLE.items()):
            found = self.both("lifecycle", "--of", of, "--by", self.unit)
            rows = {row["period"]: row for row in found["rows"]}
            active = self.ask(f"""
                WITH came AS (SELECT DISTINCT {column} AS who, unit FROM {{seen}} WHERE {column} IS NOT NULL),
                     began AS (SELECT who, min(unit) AS unit FROM came GROUP BY who)
                SELECT came.unit, count(*) AS active, count(*) FILTER (WHERE began.unit = came.unit) AS new
                FROM came JOIN began USING (who) GROUP BY came.unit""")
            self.assertEqual({unit: (row["active"], row["new"], row["returning"]) for unit, row in rows.items()
                              if row["status"] != "missing"},
                             {row["unit"]: (row["active"], row["new"], row["active"] - row["new"]) for row in active})
            lost = {(row["unit"], row["next"]): row["n"] for row in self.ask(f"""
                WITH came AS (SELECT DISTINCT {column} AS who, unit FROM {{seen}} WHERE {column} IS NOT NULL),
                     units AS (SELECT unit, lead(unit) OVER (ORDER BY unit) AS next FROM (SELECT DISTINCT unit FROM came) AS u)
                SELECT unit, next, count(*) AS n FROM came JOIN units USING (unit)
                WHERE NOT EXISTS (SELECT FROM came AS again WHERE again.who = came.who AND again.unit = next)
                GROUP BY unit, next""")}
            complete = {unit for unit, row in rows.items() if row["status"] == "complete"}
            for before, unit in zip([None, *rows], rows):
                known = unit in complete and before in complete
                self.assertEqual(rows[unit]["lost"], lost.get((before, unit), 0) if known else None, unit)
            self.assertGreater(sum(row["lost"] or 0 for row in found["rows"]), 0)
            # What is shown from a later day on is the same.
            later = self.both("lifecycle", "--of", of, "--by", self.unit, "--since", "2020-10-05")
            self.assertEqual(later["rows"], [row for unit, row in rows.items() if unit >= later["rows"][0]["period"]])
            self.assertIn(later["rows"][0]["period"], ("2020-W41", "2020-10"))

    def check_cohorts(self):
        self.unit = "month"
        for of, column in self.PEOPLE.items():
            found = self.both("cohorts", "--of", of)
            expected = {(row["cohort"], row["unit"]): row["n"] for row in self.ask(f"""
                WITH came AS (SELECT DISTINCT {column} AS who, unit FROM {{seen}} WHERE {column} IS NOT NULL),
                     began AS (SELECT who, min(unit) AS cohort FROM came GROUP BY who)
                SELECT cohort, unit, count(*) AS n FROM came JOIN began USING (who) GROUP BY 1, 2""")}
            self.assertEqual({(row["cohort"], row["period"]): row["active"] for row in found["rows"] if row["active"]},
                             expected)
            for row in found["rows"]:
                self.assertEqual(row["size"], expected[row["cohort"], row["cohort"]])
                self.assertEqual(row["active"] is None, row["period"] == MISSING and bool(self.gaps != "{}"), row)
                year, month = map(int, row["cohort"].split("-"))
                self.assertEqual(row["period"], f"{year + (month - 1 + row['after']) // 12}-{(month - 1 + row['after']) % 12 + 1:02}")

    def check(self, about, all_units, units):
        with self.subTest(about):
            self.check_one_number(all_units)
            self.check_questions(units)
            self.check_lifecycle(units)
            self.check_cohorts()

    def test_equal_to_sql(self):
        for url in self.databases.values():
            self.weir("db", "init", "--db", url)
            self.weir("ingest", f"{FIRST}..{LAST}", "--source", TEMPLATE, "--db", url, "-q")
        self.gaps = "{}"
        self.check("36 months", UNITS, ["month"])
        for url in self.databases.values():
            self.weir("drop", MISSING, "--db", url, "-q")
        self.gaps = f"{{{MISSING}}}"
        self.check("one missing", ["month", "week"], ["week"])
        found = self.both("events")
        [gap] = [row for row in found["rows"] if row["status"] != "complete"]
        self.assertEqual(gap, {"period": MISSING, "status": "missing", "events": None, "previous": None,
                               "change_percent": None, "year_ago": None, "year_change_percent": None})
        [strays] = self.server.ask("trend", "SELECT count(*) FROM events WHERE to_char(day, 'YYYY-MM') = '2020-07' "
                                            "OR day < '2019-01-01' OR day > '2021-12-31'")
        self.assertEqual(found["left_out"], int(strays))
        self.assertGreater(found["left_out"], 0)
        self.assertIn(MISSING, self.weir("trend", "events", "--db", self.databases["duckdb"]).out)

    def test_the_month_that_is_not_over(self):
        today = datetime.datetime.now(datetime.timezone.utc).date()
        before = today.replace(day=1) - datetime.timedelta(days=1)
        months = [f"{day.year}-{day.month:02}" for day in (before, today)]
        self.sample("now", f"{months[0]}..{months[1]}", 300)
        for month in months:
            self.weir("ingest", month, "--source", "now/" + TEMPLATE, "--db", "duckdb:now.duckdb", "-q")
        found = self.weir("trend", "events", "--db", "duckdb:now.duckdb", "-f", "json").json()["rows"]
        self.assertEqual([(row["period"], row["status"]) for row in found],
                         [(months[0], "complete"), (months[1], "partial")])
        self.assertIsNone(found[1]["change_percent"])
        lifecycle = self.weir("trend", "lifecycle", "--db", "duckdb:now.duckdb", "-f", "json").json()
        self.assertEqual(lifecycle["rows"][0]["new"], lifecycle["rows"][0]["active"], "whoever comes first is new")
        self.assertIsNone(lifecycle["rows"][1]["lost"])
        text = self.weir("trend", "lifecycle", "--db", "duckdb:now.duckdb").out
        self.assertIn("known since", text)
        self.assertIn(f"1 partial: {months[1]}", text)


if __name__ == "__main__":
    main()
