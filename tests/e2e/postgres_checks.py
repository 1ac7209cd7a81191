"""What must hold in a PostgreSQL database after whatever happened to weir or to the server, and what watches it meanwhile."""

import os
import subprocess
import threading
import time
import typing

import expected
from programs import WeirTest
from servers import PostgresServer

MONTH = "2021-04"
PASSWORD = "never-to-be-shown"  # the server asks for none; each command is given it all the same, and may not repeat it
TAG = "travel"  # one that many events have
BAD_ROWS = 3  # at the end of each version of a dump

# The loaded events of each ingestion, counted in every place that knows of them: (ingestion id, events), those with events
# only. They never disagree. A table of counts joins with one line.
EVENT_SUMS = {
    "ingestions": "SELECT id, rows_loaded FROM ingestions WHERE status = 'loaded' AND rows_loaded > 0",
    "events": "SELECT ingestion_id, count(*) FROM events GROUP BY 1",
    **{f"key_runs of {field}": "SELECT ingestion_ids[1], sum(events) FROM key_runs WHERE cardinality(ingestion_ids) = 1 AND "
                               f"field = '{field}' GROUP BY 1"
       for field in ("day", "email", "company", "country", "uri", "action")},
}
# The same of rejects.
REJECT_SUMS = {
    "ingestions": "SELECT id, rows_rejected FROM ingestions WHERE status = 'loaded' AND rows_rejected > 0",
    "rejected_rows": "SELECT ingestion_id, count(*) FROM rejected_rows GROUP BY 1",
}


class Version(typing.NamedTuple):
    """One state of a dump, and the answers that it must give."""
    text: bytes
    events: int
    right: dict


class PostgresTest(WeirTest):
    """A server for the tests of one class, a database for each test. `name` and `url` are the database's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgresServer(cls.directory / "server")
        cls.addClassCleanup(lambda: cls.server.close())
        # What loads in vain leaves dead rows; they are cleared away while the test runs.
        cls.server.ask("postgres", "ALTER SYSTEM SET autovacuum_naptime = '2s'")
        # The machine goes on, whatever else ends: what was written is written.
        cls.server.ask("postgres", "ALTER SYSTEM SET fsync = off")
        cls.server.ask("postgres", "SELECT pg_reload_conf()")

    def setUp(self):
        self.name = self._testMethodName
        self.url = self.server.create_database(self.name).replace("weir@", f"weir:{PASSWORD}@")
        self.dump = self.directory / f"{self.name}.csv"

    @classmethod
    def versions(cls, rows):
        """Two versions of one dump, which differ in every count."""
        found = []
        for seed in (1, 2):
            path = cls.sample(f"version-{seed}.csv", MONTH, rows + seed, seed)
            text = path.read_bytes() + b"not,an,event\n" * BAD_ROWS
            path.write_bytes(text)
            events = expected.read_dump(path).events
            found.append(Version(text, len(events), expected.insights(events)))
        return found

    def publish(self, version):
        """As an uploader would: the whole dump at once."""
        new = self.dump.with_suffix(".new")
        new.write_bytes(version.text)
        new.rename(self.dump)

    def finish(self, process, status=0):
        finished = super().finish(process, status)
        self.assertNotIn(PASSWORD, finished.out + finished.err)
        return finished

    def start_ingest(self, *arguments, url=None, **options):
        return self.start("ingest", *arguments, "--db", url or self.url, "-f", "json", "-q", **options)

    def outcome(self, *arguments, status=0, **options):
        [ingestion] = self.finish(self.start_ingest(*arguments, **options), status).json()["ingestions"]
        return ingestion["outcome"]

    def ledger(self, database=None):
        return self.weir("status", "--ledger", "--db", database or self.url, "-f", "json").json()["ingestions"]

    def statuses(self):
        return [row["status"] for row in self.ledger()]

    def sums(self, places):
        """By place: events by ingestion. All of one snapshot."""
        lines = self.server.ask(self.name, " UNION ALL ".join(
            f"SELECT '{place}', sums.* FROM ({sql}) AS sums" for place, sql in places.items()))
        found = {place: {} for place in places}
        for place, ingestion, count in (line.split("|") for line in lines):
            found[place][int(ingestion)] = int(count)
        return found

    def check_holds(self, version, about):
        """The month is loaded in this version, and every place that counts agrees to the last event. Its ledger."""
        ledger = self.ledger()
        [loaded] = [row for row in ledger if row["status"] == "loaded"]
        self.assertEqual((loaded["rows_loaded"], loaded["rows_rejected"]), (version.events, BAD_ROWS), about)
        for place, found in self.sums(EVENT_SUMS).items():
            self.assertEqual(found, {loaded["id"]: version.events}, f"{about}: {place}")
        failed = [row["id"] for row in ledger if row["status"] == "failed"]
        for place, found in self.sums(REJECT_SUMS).items():  # a failed dump keeps some of its own
            self.assertEqual({id: count for id, count in found.items() if id not in failed}, {loaded["id"]: BAD_ROWS},
                             f"{about}: {place}")
        self.assertEqual(self.server.ask(self.name, "SELECT DISTINCT unnest(ingestion_ids) FROM tag_runs"), [str(loaded["id"])], about)
        [tagged] = self.server.ask(self.name, f"SELECT count(*) FROM events WHERE '{TAG}' = ANY (tags)")
        users = self.weir("tags", "users", TAG, "--db", self.url, "-f", "json").json()
        self.assertEqual(users["events"], int(tagged), about)
        self.assert_insights(self.insights("--db", self.url), version.right, about)
        return ledger

    def wait_for_rows(self):
        """Until a load copies its rows: the process id of its server process."""
        return self.wait_for("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                             "AND state = 'active' AND query ~ 'COPY event_rows'",
                             "no load copies its rows")

    def wait_for(self, sql, otherwise):
        """Until the statement finds something: its first line."""
        for _ in range(6000):
            found = self.server.ask("postgres", sql)
            if found:
                return found[0]
            time.sleep(0.01)
        return self.fail(otherwise)

    def wait_until_gone(self):
        """Until the server has noticed that every process of weir's has ended: a killed one may have asked for its COMMIT.
        It may also be recovering."""
        self.server.wait_until_ready()
        self.wait_for("SELECT 'gone' WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name ~ '^weir')",
                      "the server keeps sessions of processes that have ended")


class Watcher(threading.Thread):
    """Asks the database the same again and again, on one connection of its own, until it is stopped; keeps what it saw."""

    # "3:60001 4:30002": ingestions with their visible rows.
    SQL = ("SELECT coalesce(string_agg(ingestion_id || ':' || events, ' ' ORDER BY ingestion_id), '') "
           "FROM (SELECT ingestion_id, count(*) AS events FROM events GROUP BY 1) AS counts")

    def __init__(self, server, name):
        super().__init__()
        self.psql = subprocess.Popen(
            [server.PROGRAMS / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", server.directory, "-p", server.port,
             "-U", "weir", "-d", name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]})
        self.seen, self.asked, self.ended, self.stopping = set(), 0, False, threading.Event()
        self.start()

    def run(self):
        while not self.stopping.wait(0.02):
            self.psql.stdin.write(self.SQL + ";\n")
            self.psql.stdin.flush()
            line = self.psql.stdout.readline()
            if not line:
                self.ended = True  # told by stop()
                return
            self.seen.add(line.strip())
            self.asked += 1

    def stop(self):
        """What was seen, each state once. Fails where the connection was lost, or nothing was seen. May be repeated."""
        self.stopping.set()
        self.join()
        self.psql.communicate()
        if self.ended or not self.seen:
            raise AssertionError(f"the watcher's connection was lost after {self.asked} looks")
        return self.seen
