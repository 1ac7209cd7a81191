#!/usr/bin/python3
"""Dumps behind a login and a query: secrets are shown and kept nowhere, and an unchanged dump is not loaded again."""

from programs import WeirTest, main
from servers import GuardedServer

HEADER = b"timestamp,email\n"
ROW = b"2021-04-02,ann@x.org\n"


class Web(WeirTest):
    def setUp(self):
        self.server = GuardedServer()
        self.addCleanup(self.server.stop)
        self.database = f"{self._testMethodName}.duckdb"

    def ingest_from(self, source, *arguments, status=0):
        """What became of each period, by `weir ingest`."""
        ingestions = self.ingest(self.database, *arguments, "--source", source, status=status)
        return {ingestion["period"]: ingestion["outcome"] for ingestion in ingestions}

    def test_secrets_are_shown_and_kept_nowhere(self):
        self.server.objects = {"/2021/04.csv?key=hidden": HEADER + ROW, "/2021/05.csv?key=hidden": HEADER + b"no,time\n" * 20}
        self.server.refused = {"/2021/06.csv?key=hidden"}
        source = f"http://me:hidden@{self.server.host}" + "/{YYYY}/{MM}.csv?key=hidden"
        places = ["--source", source, "--db", f"duckdb:{self.database}"]
        runs = [self.weir(*command, *places, "-v", status=status) for command, status in [
            (["plan", "2021-04..2021-07", "-f", "json"], 5),
            (["ingest", "2021-04..2021-07", "-f", "json"], 3),
            (["ingest", "2021-07"], 4),
            (["ingest", "2021-04", "--dry-run"], 0),
            (["ingest", "--new"], 2),
            (["plan", source], 2)]]
        runs += [self.weir(*command, status=status) for command, status in [
            (["plan", "2021-04", "--source", source.replace("{YYYY}", "2021")], 2),
            (["status", "--ledger", "-f", "json", "--db", f"duckdb:{self.database}"], 0)]]
        for run in runs:
            self.assertNotIn("hidden", run.out + run.err)
        changes = {dump["period"]: dump["change"] for dump in runs[0].json()["plan"]}
        self.assertEqual(changes, {"2021-04": "new", "2021-05": "new", "2021-06": "failed", "2021-07": "missing"})
        outcomes = {row["period"]: (row["outcome"], row["uri"]) for row in runs[1].json()["ingestions"]}
        shown = f"http://{self.server.host}/2021/"
        self.assertEqual({period: outcome for period, (outcome, _) in outcomes.items()},
                         {"2021-04": "loaded", "2021-05": "failed", "2021-06": "failed", "2021-07": "missing"})
        self.assertEqual(outcomes["2021-04"][1], shown + "04.csv")
        self.assertEqual(outcomes["2021-07"][1], shown + "07.csv")
        self.assertNotIn(b"hidden", (self.directory / self.database).read_bytes())

    def test_what_differs_in_its_query_alone_is_unchanged(self):
        source = f"http://me:hidden@{self.server.host}" + "/events?month={YYYY}-{MM}"
        self.server.objects = {f"/events?month=2021-0{month}": HEADER + ROW * month for month in (3, 4, 5)}
        months = ["2021-03", "2021-04", "2021-05"]
        self.assertEqual(self.ingest_from(source, "2021-03..2021-05"), dict.fromkeys(months, "loaded"))
        for month in reversed(months):
            self.assertEqual(self.ingest_from(source, month), {month: "unchanged"})
        self.server.objects["/events?month=2021-04"] = HEADER + ROW * 3 + ROW.replace(b"ann", b"bob")
        self.assertEqual(self.ingest_from(source, "2021-04..2021-05"), {"2021-04": "replaced", "2021-05": "unchanged"})

    def test_the_template_tells_periods_of_addresses_with_secrets(self):
        self.server.objects = {f"/events?month=2021-0{month}": HEADER + ROW for month in (4, 6)}
        source = f"http://me:hidden@{self.server.host}" + "/events?month={YYYY}-{MM}"
        addresses = [source.format(YYYY="2021", MM=month) for month in ("06", "04")]
        coverage = self.insights(*addresses, "--source", source)["coverage"]
        self.assertEqual((coverage["periods"], coverage["missing"]), (["2021-04", "2021-06"], ["2021-05"]))


if __name__ == "__main__":
    main()
