#!/usr/bin/python3
"""Tags over three years of months, in DuckDB and in PostgreSQL: who has them, which come together, which rise and fall, as
SQL over the rows says, put together without weir; after a month was changed and another dropped too."""

from programs import WeirTest, main
from servers import PostgresServer

MONTHS = [f"{year}-{month:02}" for year in (2019, 2020, 2021) for month in range(1, 13)]
ROWS = 1500
TEMPLATE = "{YYYY}/{MM}/events.csv"
BOUNDS = [("", ""), ("2020-01-01", "2020-12-31"), ("2019-06-01", ""), ("2020-02-10", "2021-03-15")]
ASKED = [(["travel"], False, BOUNDS[0]), (["today's news"], False, BOUNDS[3]), (["music"], False, BOUNDS[2]),
         (["travel", "music"], False, BOUNDS[1]), (["travel", "music"], True, BOUNDS[0]),
         (["nobody has this"], False, BOUNDS[0])]
LISTS = {"duckdb": "list_contains(tags, {})", "postgres": "{} = ANY (tags)"}
FIRST = {"duckdb": "SELECT unnest(tags) AS tag, tags, day FROM events",
         "postgres": "SELECT unnest(tags) AS tag, tags, day FROM events"}


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def between(since, until):
    return " AND ".join(["true", *([f"day >= DATE '{since}'"] if since else []),
                         *([f"day <= DATE '{until}'"] if until else [])])


class Tags(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgresServer(cls.directory / "server")
        cls.addClassCleanup(lambda: cls.server.close())
        cls.databases = {"duckdb": "duckdb:tags.duckdb", "postgres": cls.server.create_database("tags")}
        for month in MONTHS:
            cls.dump(month)

    @classmethod
    def dump(cls, month, seed=1):
        cls.sample(TEMPLATE.format(YYYY=month[:4], MM=month[5:]), month, ROWS, seed, "--users", "300")

    def tags(self, database, *arguments):
        return self.weir("tags", *arguments, "--db", self.databases[database], "-f", "json").json()

    def sql(self, database, text):
        return self.weir("query", text, "--db", self.databases[database], "-f", "json").json()

    def check_who(self, database):
        for command, field in (("users", "email"), ("companies", "company")):
            for tags, every, (since, until) in ASKED:
                has = (" AND " if every else " OR ").join(LISTS[database].format(quoted(tag)) for tag in tags)
                rows = self.sql(database, f"SELECT {field} AS key, count(*) AS events, CAST(min(day) AS text) AS first, "
                                          f"CAST(max(day) AS text) AS last FROM events WHERE ({has}) AND "
                                          f"{between(since, until)} GROUP BY 1")
                right = [{"key": row["key"] if row["key"] is not None else "(none)", "events": row["events"]}
                         for row in rows]
                right.sort(key=lambda row: (-row["events"], row["key"].encode()))
                bounds = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
                found = self.tags(database, command, *tags, *(["--all"] if every else []), *bounds, "-n", "all")
                about = f"{database}: {command} {tags} {every} {since}..{until}"
                self.assertEqual(found["rows"], right, about)
                self.assertEqual(found["distinct"], len(right), about)
                self.assertEqual(found["events"], sum(row["events"] for row in right), about)
                days = [min((row["first"] for row in rows), default=None), max((row["last"] for row in rows), default=None)]
                self.assertEqual([found["coverage"]["first_day"], found["coverage"]["last_day"]], days, about)

    def check_pairs(self, database):
        for since, until in BOUNDS[::3]:
            where = between(since, until)
            events = self.sql(database, f"SELECT count(*) AS n FROM events WHERE {where}")[0]["n"]
            of = {row["tag"]: row["n"] for row in self.sql(
                database, f"SELECT tag, count(*) AS n FROM ({FIRST[database]}) AS t WHERE {where} GROUP BY tag")}
            rows = self.sql(database, f"SELECT a, b, count(*) AS n FROM (SELECT tag AS a, unnest(tags) AS b FROM "
                                      f"({FIRST[database]}) AS t WHERE {where}) AS pairs GROUP BY a, b")
            right = [{"first": row["a"], "second": row["b"], "events": row["n"], "first_events": of[row["a"]],
                      "second_events": of[row["b"]], "lift": row["n"] * events / (of[row["a"]] * of[row["b"]])}
                     for row in rows if row["a"].encode() < row["b"].encode()]
            right.sort(key=lambda row: (-row["events"], row["first"].encode(), row["second"].encode()))
            bounds = [*(["--since", since] if since else []), *(["--until", until] if until else [])]
            found = self.tags(database, "pairs", *bounds, "-n", "all")
            self.assertEqual((found["events"], found["distinct"]), (events, len(right)))
            self.assertEqual(found["rows"][:50], right[:50], f"{database}: {since}..{until}")
            self.assertTrue(found["rows"] == right, f"{database}: pairs {since}..{until}")

    def check_trend(self, database, *arguments, span, before, support=10):
        def counts(first, last):
            return {row["tag"]: row["n"] for row in self.sql(
                database, f"SELECT tag, count(*) AS n FROM ({FIRST[database]}) AS t WHERE {between(first, last)} "
                          "GROUP BY tag")}
        now, then = counts(*span), counts(*before)
        found = self.tags(database, "trend", "-n", "all", *arguments)
        self.assertEqual([(found[key]["first_day"], found[key]["last_day"]) for key in ("span", "before")], [span, before])
        changes = [{"tag": tag, "events": now.get(tag, 0), "before": then.get(tag, 0),
                    "change": now.get(tag, 0) - then.get(tag, 0)} for tag in sorted(now.keys() | then.keys(), key=str.encode)]
        changes = [row for row in changes if max(row["events"], row["before"]) >= support]
        rising = sorted((row for row in changes if row["change"] > 0), key=lambda row: -row["change"])
        falling = sorted((row for row in changes if row["change"] < 0), key=lambda row: row["change"])
        self.assertEqual(found["rising"], {"distinct": len(rising), "rows": rising}, database)
        self.assertEqual(found["falling"], {"distinct": len(falling), "rows": falling}, database)
        self.assertEqual(found["steady"], len(changes) - len(rising) - len(falling))

    def check(self, database):
        self.check_who(database)
        self.check_pairs(database)
        self.check_trend(database, span=("2021-12-01", "2021-12-31"), before=("2021-11-01", "2021-11-30"))
        self.check_trend(database, "--until", "2021", "--by", "year", "--min-support", "1",
                         span=("2021-01-01", "2021-12-31"), before=("2020-01-01", "2020-12-31"), support=1)
        self.check_trend(database, "--since", "2021-02-10", "--until", "2021-02-19", "--min-support", "5",
                         span=("2021-02-10", "2021-02-19"), before=("2021-01-31", "2021-02-09"), support=5)

    def check_patterns(self):
        """Both databases and the files say the same."""
        files = ["--from", "20*/*/events.csv"]
        for asked in (["--like", "T?AV*"], ["--like", "*news*", "music"], ["--like", "*A*", "--like", "m*", "--all"]):
            for command in ("users", "companies"):
                found = [self.weir("tags", command, *asked, "-n", "all", "-f", "csv", *place).out
                         for place in (files, *(["--db", url] for url in self.databases.values()))]
                self.assertEqual(found[0], found[1], f"{command} {asked}")
                self.assertEqual(found[0], found[2], f"{command} {asked}")
        pairs = [self.weir("tags", "pairs", *place, "-n", "all", "-f", "csv").out
                 for place in (files[1:], *(["--db", url] for url in self.databases.values()))]
        self.assertTrue(pairs[0] == pairs[1] == pairs[2], "pairs of the files and of both databases")

    def check_index(self):
        """The index says the same as the rows, byte for byte, also where there are no rows any more."""
        asked = [("users", tag) for tag in ("travel", "music", "nobody has this")] + [("companies", "today's news")]

        def answers(url):
            return [self.weir("tags", *arguments, "-n", "all", "-f", "json", "--db", url).out for arguments in asked]
        of_index = answers(self.databases["postgres"])
        self.server.ask("postgres", "CREATE DATABASE without_rows TEMPLATE tags")
        self.server.ask("without_rows", "TRUNCATE event_rows")
        self.assertEqual(answers(self.databases["postgres"].replace("/tags?", "/without_rows?")), of_index)
        self.server.ask("postgres", "CREATE DATABASE without_index TEMPLATE tags")
        self.server.ask("without_index", "TRUNCATE tag_runs, tag_sums")
        self.assertEqual(answers(self.databases["postgres"].replace("/tags?", "/without_index?")), of_index)

    def test_tags_of_both(self):
        for url in self.databases.values():
            self.weir("db", "init", "--db", url)
            self.weir("ingest", f"{MONTHS[0]}..{MONTHS[-1]}", "--source", TEMPLATE, "--db", url, "-q")
        for database in self.databases:
            self.check(database)
        self.check_patterns()
        self.check_index()
        self.dump("2020-05", seed=2)
        for database, url in self.databases.items():
            self.weir("ingest", "2020-05", "--source", TEMPLATE, "--db", url, "-q")
            self.weir("drop", "2021-02", "--db", url, "-q")
            self.check_who(database)


if __name__ == "__main__":
    main()
