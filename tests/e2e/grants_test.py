#!/usr/bin/python3
"""deploy/postgres/grants.sql on a real PostgreSQL: what a reader and a loader may do, and what later loads and migrations
make."""

import pathlib
import subprocess

from programs import WEIR, WeirTest, main
from servers import PostgresServer

GRANTS = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "grants.sql"
READS = [["insights"], ["top", "users", "--since", "2021"], ["tags", "users", "travel"], ["top", "countries", "--where", "action=view"], ["status"],
         ["status", "--ledger"], ["rejects"], ["db", "status"], ["query", "SELECT count(*) FROM events"],
         ["query", "SELECT * FROM ingestions"], ["query", "SELECT * FROM rejected_rows"]]
LOGINS = "CREATE ROLE ann LOGIN IN ROLE weir_reader; CREATE ROLE nightly LOGIN IN ROLE weir_loader; " \
         "CREATE ROLE weekly LOGIN IN ROLE weir_loader; CREATE ROLE stranger LOGIN; CREATE ROLE owner LOGIN CREATEROLE"


class Grants(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgresServer(cls.directory / "server")
        cls.addClassCleanup(lambda: cls.server.close())
        for month in ("2021-03", "2021-04", "2021-05"):
            cls.sample(f"{month[:4]}/{month[5:]}/events.csv", month, 500)
        # Roles are the whole server's: the first database makes them.
        url = cls.server.create_database("first")
        subprocess.run([WEIR, "db", "init", "-q", "--db", url], env=cls.environment, check=True)
        # By whoever runs the test: the server's user may not be allowed to read what is checked out.
        subprocess.run([cls.server.PROGRAMS / "psql", "-Xq", "-h", cls.server.directory, "-U", "weir", "-d", "first", "-f", GRANTS],
                       check=True)
        cls.server.ask("postgres", LOGINS)

    def setUp(self):
        self.name = self._testMethodName
        self.server.create_database(self.name)

    def url(self, user, options=""):
        return f"postgresql://{user}@/{self.name}?host={self.server.directory}{options}"

    def grant(self, *arguments, user="weir"):
        return subprocess.run([self.server.PROGRAMS / "psql", "-XAtq", "-h", self.server.directory, "-U", user, "-d", self.name,
                               *arguments, "-f", GRANTS], capture_output=True, text=True, check=False)

    def ingest(self, user, period, *arguments, status=0, options=""):
        return self.weir("ingest", period, "--source", "{YYYY}/{MM}/events.csv", "--db", self.url(user, options), *arguments,
                         status=status)

    def prepared(self):
        """A database that its owner has loaded a month into before there were grants."""
        self.ingest("weir", "2021-03")
        done = self.grant()
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def check_owners(self, schema="public"):
        others = self.server.ask(self.name, "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace("
                                 f"'{schema}') AND relkind IN ('r', 'p', 'v', 'S') AND relowner <> to_regrole('weir_loader')")
        self.assertEqual(others, [], "what belongs to somebody else, its owner alone can load into: name it in grants.sql")

    def test_a_reader_reads(self):
        self.prepared()
        self.ingest("nightly", "2021-04")
        for arguments in READS:
            read = self.weir(*arguments, "--db", self.url("ann"), "-f", "json").out
            self.assertEqual(read, self.weir(*arguments, "--db", self.url("weir"), "-f", "json").out, arguments)
        tables = self.server.ask(self.name, "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('public') AND "
                                 "relkind IN ('r', 'p', 'v') AND NOT has_table_privilege('ann', oid, 'SELECT')")
        self.assertEqual(tables, [])

    def test_a_reader_changes_nothing(self):
        self.prepared()
        before = self.weir("status", "--ledger", "--db", self.url("weir"), "-f", "json").out
        for arguments in (["ingest", "2021-04", "--source", "{YYYY}/{MM}/events.csv"], ["drop", "2021-03"],
                          ["ingest", "2021-03", "--force", "--source", "{YYYY}/{MM}/events.csv"]):
            refused = self.weir(*arguments, "--db", self.url("ann"), status=5)
            self.assertIn("permission denied", refused.err)
            self.assertIn("weir_loader loads and drops", refused.err)
        self.assertEqual(self.weir("status", "--ledger", "--db", self.url("weir"), "-f", "json").out, before)
        self.check_owners()
        changes = self.server.ask(self.name, "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace('public') AND "
                                  "relkind IN ('r', 'p', 'v') AND "
                                  "has_table_privilege('ann', oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')")
        self.assertEqual(changes, [])
        [may_create] = self.server.ask(self.name, "SELECT has_schema_privilege('ann', 'public', 'CREATE')")
        self.assertEqual(may_create, "f")

    def test_a_loader_loads_and_another_goes_on(self):
        self.prepared()
        self.ingest("nightly", "2021-04")                        # a month of its own: a partition is made
        self.ingest("weekly", "2021-04", "--force")              # into the partition that another made
        self.ingest("weekly", "2021-03", "--force")              # and one that was there before
        self.ingest("nightly", "2021-05")
        self.weir("drop", "2021-05", "--db", self.url("weekly"))
        self.check_owners()
        found = self.weir("insights", "--db", self.url("ann"), "-f", "json").json()
        self.assertEqual((found["events"], found["coverage"]["periods"]), (1000, ["2021-03", "2021-04"]))

    def test_what_a_later_migration_makes_is_covered(self):
        self.prepared()
        # As a migration does, by any member and by a superuser.
        for number, user in enumerate(("nightly", "weekly", "weir")):
            act_as_owner = (GRANTS.parents[2] / "src/store/postgres/queries/act_as_owner.sql").read_text(encoding="utf-8")
            subprocess.run([self.server.PROGRAMS / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.server.directory, "-U",
                            user, "-d", self.name], input=f"BEGIN; {act_as_owner}; CREATE TABLE later_{number} (a int); COMMIT;",
                           text=True, check=True)
            self.assertEqual(self.server.ask(self.name, f"SELECT has_table_privilege('ann', 'later_{number}', 'SELECT')"), ["t"])
        self.check_owners()

    def test_by_an_owner_who_is_no_superuser_in_a_schema_of_its_own(self):
        self.server.ask(self.name, "CREATE SCHEMA weir AUTHORIZATION owner")
        self.server.ask(self.name, f"GRANT CONNECT, CREATE ON DATABASE {self.name} TO owner WITH GRANT OPTION")
        options = "&options=-csearch_path%3Dweir"
        self.weir("db", "init", "--db", self.url("owner", options))
        done = self.grant("-v", "schema=weir", user="owner")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.ingest("nightly", "2021-04", options=options)
        self.assertEqual(self.weir("top", "countries", "--db", self.url("ann", options), "-f", "json").json()["events"], 500)
        self.check_owners("weir")

    def test_again_changes_nothing(self):
        self.prepared()
        acls = "SELECT relname, relowner, relacl FROM pg_class WHERE relnamespace = to_regnamespace('public') ORDER BY 1"
        before = self.server.ask(self.name, acls)
        done = self.grant()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.server.ask(self.name, acls), before)

    def test_without_tables_it_says_what_to_do(self):
        done = self.grant()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("run `weir db init` first", done.stderr)

    def test_logins_with_passwords_from_the_environment(self):
        self.prepared()
        logins = GRANTS.with_name("logins.sql")
        psql = [self.server.PROGRAMS / "psql", "-Xq", "-h", self.server.directory, "-U", "weir", "-d", self.name, "-f", logins]
        environment = {**self.environment, "WEIR_LOADER_PASSWORD": "it's \"one\"", "WEIR_READER_PASSWORD": "two"}
        for _ in range(2):
            subprocess.run(psql, env=environment, check=True)
        self.ingest("weir_job", "2021-04")
        self.assertEqual(self.weir("top", "countries", "--db", self.url("weir_guest"), "-f", "json").json()["events"], 1000)
        self.weir("drop", "2021-04", "--db", self.url("weir_guest"), status=5)
        passwords = self.server.ask(self.name, "SELECT count(*) FROM pg_authid WHERE rolname IN ('weir_job', 'weir_guest') AND "
                                    "rolpassword LIKE 'SCRAM-SHA-256$%'")
        self.assertEqual(passwords, ["2"])
        done = subprocess.run(psql, env=self.environment, capture_output=True, text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("WEIR_LOADER_PASSWORD is not set", done.stderr)

    def test_who_has_no_role_is_refused(self):
        self.prepared()
        for arguments in (["insights"], ["status"], ["query", "SELECT count(*) FROM events"]):
            self.assertIn("permission denied", self.weir(*arguments, "--db", self.url("stranger"), status=5).err)


if __name__ == "__main__":
    main()
