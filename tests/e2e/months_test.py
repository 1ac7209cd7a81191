#!/usr/bin/python3
"""Several months in one database: changed, dropped, late. Answers are right each time, and the ledger tells the story."""

import expected
from programs import WeirTest, main

ROWS = 20000


class Months(WeirTest):
    def setUp(self):
        self.events = {}
        self.database = f"{self._testMethodName}.duckdb"
        self.template = self._testMethodName + "/{YYYY}/{MM}/events.csv"

    def dump(self, month, rows=ROWS, seed=1):
        path = self.sample(self.template.format(YYYY=month[:4], MM=month[5:]), month, rows, seed)
        self.events[month] = expected.read_dump(path).events

    def outcomes(self, *arguments, status=0):
        ingestions = self.ingest(self.database, *arguments, "--source", self.template, status=status)
        return {ingestion["period"]: ingestion["outcome"] for ingestion in ingestions}

    def plan(self, *arguments):
        plan = self.weir("plan", *arguments, "--source", self.template, "--db", f"duckdb:{self.database}", "-f", "json").json()
        return {dump["period"]: dump["change"] for dump in plan["plan"]}

    def check(self, months, about, missing=()):
        """`weir top users --since 2021` and all insights stand on these months, and no other."""
        events = [event for month in months for event in self.events[month]]
        recent = expected.selected(events, since="2021-01-01")
        right = expected.answer_of("users", expected.counts_of("users", recent), len(recent))
        found = self.weir("top", "users", "--since", "2021", "-n", "all", "--db", f"duckdb:{self.database}",
                          "-f", "json").json()
        coverage = found.pop("coverage")
        self.assertEqual((coverage["first_day"], coverage["last_day"]), expected.days_of(recent), about)
        self.assertEqual(coverage["periods"], [month for month in months if month >= "2021"], about)
        self.assertEqual(coverage["missing"], list(missing), about)
        self.assertTrue(found == right, f"{about}: found {found['rows'][:3]}…, expected {right['rows'][:3]}…")
        self.assert_insights(self.insights("--db", f"duckdb:{self.database}"), expected.insights(events), about)

    def story(self):
        return [(row["id"], row["period"], row["status"], row["rows_loaded"]) for row in self.ledger(self.database)]

    def test_story_of_a_year(self):
        for month in ("2021-01", "2021-02", "2021-03"):
            self.dump(month)
        three = ["2021-01", "2021-02", "2021-03"]
        self.assertEqual(self.plan("2021-01..2021-03"), dict.fromkeys(three, "new"))
        self.assertEqual(self.outcomes("2021-01..2021-03"), dict.fromkeys(three, "loaded"))
        self.check(three, "three months")
        self.assertEqual(self.outcomes("2021-01..2021-03"), dict.fromkeys(three, "unchanged"))
        self.check(three, "three months, ingested twice")

        self.dump("2021-02", ROWS + 1000, seed=2)
        self.assertEqual(self.plan("--new"), {"2021-02": "changed"})
        self.assertEqual(self.outcomes("2021-01..2021-03"),
                         {"2021-01": "unchanged", "2021-02": "replaced", "2021-03": "unchanged"})
        self.check(three, "a changed month")

        self.weir("drop", "2021-02", "--db", f"duckdb:{self.database}")
        self.check(["2021-01", "2021-03"], "a dropped month", missing=["2021-02"])
        self.assertEqual(self.weir("status", "--check", "--db", f"duckdb:{self.database}", status=4).out.count("2021-0"), 3)

        self.dump("2021-02", ROWS + 2000, seed=3)  # not even as another version
        self.assertEqual(self.plan("--new"), {})
        self.assertEqual(self.outcomes("--new"), {})
        self.check(["2021-01", "2021-03"], "--new after a drop", missing=["2021-02"])

        self.dump("2021-05")  # late ones, on both ends
        self.dump("2020-12")
        self.assertEqual(self.plan("--new"), {"2020-12": "new", "2021-05": "new"})
        self.assertEqual(self.outcomes("--new"), {"2020-12": "loaded", "2021-05": "loaded"})
        self.check(["2020-12", "2021-01", "2021-03", "2021-05"], "late months", missing=["2021-02", "2021-04"])
        self.assertEqual(self.outcomes("--new"), {})
        self.assertEqual(self.outcomes("2021-04", status=4), {"2021-04": "missing"})

        self.assertEqual(self.outcomes("2021-02"), {"2021-02": "loaded"})  # by name it is loaded again
        self.check(["2020-12", *three, "2021-05"], "a dropped month named", missing=["2021-04"])

        self.assertEqual(self.story(), [
            (1, "2021-01", "loaded", ROWS), (2, "2021-02", "superseded", ROWS), (3, "2021-03", "loaded", ROWS),
            (4, "2021-02", "dropped", ROWS + 1000), (5, "2020-12", "loaded", ROWS), (6, "2021-05", "loaded", ROWS),
            (7, "2021-02", "loaded", ROWS + 2000)])

    def test_a_failed_dump_leaves_only_its_row(self):
        self.dump("2022-01")
        self.outcomes("2022-01")
        before = self.insights("--db", f"duckdb:{self.database}")
        path = self.directory / self.template.format(YYYY="2022", MM="01")
        path.write_bytes(path.read_bytes() + b"x,no time,,,,,,\n" * (ROWS // 50))
        [failed] = self.ingest(self.database, "2022-01", "--source", self.template, status=3)
        self.assertEqual(failed["outcome"], "failed")
        self.assertEqual(self.insights("--db", f"duckdb:{self.database}"), before)
        last = self.ledger(self.database)[-1]
        self.assertEqual((last["status"], last["rows_read"], last["rows_loaded"], last["rows_rejected"]),
                         ("failed", ROWS + ROWS // 50, 0, ROWS // 50))
        self.assertIn("rejected", last["error"])
        path.write_bytes(path.read_bytes().split(b"x,no time", 1)[0] + b",2022-01-02,ann@example.com,,,,,\n")
        self.assertEqual(self.plan("--new"), {"2022-01": "changed"})
        self.assertEqual(self.outcomes("--new"), {"2022-01": "replaced"})
        self.assertEqual(self.insights("--db", f"duckdb:{self.database}")["events"], before["events"] + 1)


if __name__ == "__main__":
    main()
