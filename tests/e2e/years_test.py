#!/usr/bin/python3
"""Three years of months in DuckDB and in PostgreSQL: every answer of both the same, byte for byte, and as counted without
weir; after a month was changed and another dropped too."""

import itertools

import expected
from programs import WeirTest, main
from servers import PostgresServer

MONTHS = [f"{year}-{month:02}" for year in (2019, 2020, 2021) for month in range(1, 13)]
ROWS = 1500
TEMPLATE = "{YYYY}/{MM}/events.csv"
QUESTIONS = ("countries", "users", "companies", "dates", "actions", "uris", "tags")
BOUNDS = [[], ["--since", "2019-06"], ["--until", "2020"], ["--since", "2020-02-10", "--until", "2021-03-15"],
          ["--since", "2021-12-31"]]
CUTS = [["-n", "all"], ["-n", "3", "--sort", "key"], ["--missing", "drop"], ["--where", "country=France"]]


class Years(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgresServer(cls.directory / "server")
        cls.addClassCleanup(lambda: cls.server.close())
        cls.databases = {"duckdb": "duckdb:years.duckdb", "postgres": cls.server.create_database("years")}
        cls.events = {}
        for month in MONTHS:
            cls.dump(month)

    @classmethod
    def dump(cls, month, seed=1):
        path = cls.sample(TEMPLATE.format(YYYY=month[:4], MM=month[5:]), month, ROWS, seed, "--users", "500")
        cls.events[month] = expected.read_dump(path).events

    def each(self, *arguments):
        return {name: self.weir(*arguments, "--db", url, "-f", "json").out for name, url in self.databases.items()}

    def check(self, about, cuts):
        for question, bounds, cut in itertools.product(QUESTIONS, BOUNDS, cuts):
            found = self.each("top", question, *bounds, *cut)
            self.assertEqual(found["duckdb"], found["postgres"], f"{about}: {question} {bounds} {cut}")
        for bounds in BOUNDS:
            found = self.each("insights", "-n", "all", *bounds)
            self.assertEqual(found["duckdb"], found["postgres"], f"{about}: {bounds}")
        events = list(itertools.chain.from_iterable(self.events.values()))
        self.assert_insights(self.insights("--db", self.databases["postgres"]), expected.insights(events), about)
        recent = expected.selected(events, since="2019-06-01")
        self.assert_insights(self.insights("--db", self.databases["postgres"], "--since", "2019-06"),
                             expected.insights(recent), f"{about}, since 2019-06")

    def test_every_answer_of_both(self):
        for url in self.databases.values():
            self.weir("db", "init", "--db", url)
            self.weir("ingest", f"{MONTHS[0]}..{MONTHS[-1]}", "--source", TEMPLATE, "--db", url, "-q")
        [merged] = self.server.ask("years", "SELECT count(DISTINCT (field, extract(year FROM first_day))) FROM key_runs "
                                   "WHERE cardinality(ingestion_ids) > 1")
        self.assertEqual(int(merged), len(QUESTIONS) * 3, "each year is added up for each question")
        self.check("36 months", CUTS)
        self.dump("2020-05", seed=2)
        del self.events["2021-02"]
        for url in self.databases.values():
            self.weir("ingest", "2020-05", "--source", TEMPLATE, "--db", url, "-q")
            self.weir("drop", "2021-02", "--db", url, "-q")
        self.check("one changed, one dropped", CUTS[:1])


if __name__ == "__main__":
    main()
