#!/usr/bin/python3
"""`weir doctor` and a PostgreSQL that asks for passwords and speaks TLS; no password shows anywhere."""

import pathlib
import shutil
import socket
import subprocess

from programs import WeirTest, main
from servers import PostgresServer

SECRET = "sEcReT-pAsSwOrD"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Doctor(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.port = free_port()
        cls.server = PostgresServer(cls.directory / "server", cls.port)
        cls.addClassCleanup(lambda: cls.server.close())
        cls.environment["PGPORT"] = str(cls.port)
        cls.make_certificate()
        hba = cls.server.directory / "data" / "pg_hba.conf"
        hba.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        for sql in (f"CREATE ROLE ann LOGIN PASSWORD '{SECRET}'", "CREATE DATABASE events", "GRANT ALL ON DATABASE events TO ann",
                    "ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()"):
            cls.server.ask("postgres", sql)
        cls.server.ask("events", "GRANT CREATE ON SCHEMA public TO ann")

    @classmethod
    def make_certificate(cls):
        data = cls.server.directory / "data"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", data / "server.key", "-out",
                        data / "server.crt"], check=True, capture_output=True)
        (data / "server.key").chmod(0o600)
        for name in ("server.key", "server.crt"):
            shutil.chown(data / name, data.owner(), data.group())
        cls.certificate = cls.directory / "ca.crt"
        shutil.copy(data / "server.crt", cls.certificate)

    def doctor(self, url, *arguments, status=0, **variables):
        """Findings by what they are about; the last of each."""
        environment = {**self.environment, **variables}
        finished = self.weir("doctor", "--db", url, "-f", "json", *arguments, status=status, env=environment)
        self.assertNotIn(SECRET, finished.out + finished.err)
        table = self.weir("doctor", "--db", url, *arguments, status=status, env=environment)
        self.assertNotIn(SECRET, table.out + table.err)
        return {finding["about"]: finding for finding in finished.json()["findings"]}

    def password_file(self, name="pass", mode=0o600, password=SECRET):
        path = self.directory / name
        path.write_text(f"127.0.0.1:*:events:ann:{password}\n")
        path.chmod(mode)
        return str(path)

    def test_a_password_file_and_tls(self):
        found = self.doctor(f"postgresql://ann@127.0.0.1:{self.port}/events", PGPASSFILE=self.password_file(),
                            PGSSLMODE="verify-full", PGSSLROOTCERT=str(self.certificate))
        self.assertEqual({about: f["verdict"] for about, f in found.items() if f["verdict"] != "ok"}, {"schema": "warning"})
        self.assertRegex(found["password"]["text"], "^from the password file .*pass$")
        self.assertRegex(found["TLS"]["text"], r"^TLSv1\.\d, .*; sslmode=verify-full \(PGSSLMODE\)")
        self.assertEqual(found["role"]["text"], "ann")
        self.assertIn("may make weir's tables", found["rights"]["text"])
        self.assertIn("PostgreSQL 15", found["server"]["text"])

    def test_everything_from_the_environment(self):
        found = self.doctor("postgresql://", PGHOST="127.0.0.1", PGUSER="ann", PGDATABASE="events", PGPASSWORD=SECRET)
        for part in ("host from PGHOST", "port from PGPORT", "user from PGUSER", "database from PGDATABASE"):
            self.assertIn(part, found["address"]["text"])
        self.assertEqual(found["password"]["text"], "from PGPASSWORD")

    def test_a_service_file(self):
        services = self.directory / "services"
        services.write_text(f"[shared]\nhost=127.0.0.1\nuser=ann\ndbname=events\npassword={SECRET}\nsslmode=disable\n")
        for url, variables in (("postgresql://?service=shared", {}), ("postgresql://", {"PGSERVICE": "shared"})):
            found = self.doctor(url, PGSERVICEFILE=str(services), **variables)
            self.assertIn("host from service shared", found["address"]["text"])
            self.assertIn(str(services), found["address"]["text"])
            self.assertEqual(found["password"]["text"], "from service shared")
            self.assertIn("sslmode=disable (service shared)", found["TLS"]["text"])

    def test_a_password_in_the_url(self):
        url = f"postgresql://ann:{SECRET}@127.0.0.1:{self.port}/events"
        found = self.doctor(url)
        self.assertEqual(found["password"]["verdict"], "warning")
        self.assertIn("PGPASSFILE", found["password"]["next"])
        said = self.weir("doctor", "--db", url).err
        self.assertIn("a password on the command line", said)
        self.assertEqual(self.weir("doctor", env={**self.environment, "WEIR_DB": url}).err, "")

    def test_a_wrong_password_is_refused(self):
        url = f"postgresql://ann@127.0.0.1:{self.port}/events"
        for variables in ({"PGPASSWORD": SECRET + "x"}, {}, {"PGPASSFILE": self.password_file("wrong", password="no")}):
            found = self.doctor(url, status=5, **variables)
            self.assertEqual(found["server"]["verdict"], "problem")
            self.assertIn("PGPASSFILE", found["server"]["next"])

    def test_a_password_file_that_others_may_read(self):
        path = self.password_file("open", 0o644)
        found = self.doctor(f"postgresql://ann@127.0.0.1:{self.port}/events", status=5, PGPASSFILE=path)
        self.assertEqual(found["password file"], {"about": "password file", "next": f"chmod 600 {path}",
                                                  "text": f"{path} is not used: others may read it", "verdict": "warning"})

    def test_no_server_and_no_database(self):
        found = self.doctor(f"postgresql://ann@127.0.0.1:{free_port()}/events", status=1)
        self.assertIn("Connection refused", found["server"]["text"])
        found = self.doctor(f"postgresql://ann@127.0.0.1:{self.port}/nowhere", status=1, PGPASSWORD=SECRET)
        self.assertIn("does not exist", found["server"]["text"])

    def test_the_schema_and_rights(self):
        self.server.ask("postgres", "CREATE DATABASE loaded")
        url = f"postgresql://weir@/loaded?host={self.server.directory}"
        self.assertEqual(self.doctor(url)["schema"]["verdict"], "warning")
        self.weir("db", "init", "--db", url, "-q")
        found = self.doctor(url)
        self.assertEqual(found["schema"]["verdict"], "ok")
        self.assertEqual((found["role"]["verdict"], found["TLS"]["verdict"]), ("warning", "ok"))
        self.assertIn("reads, loads and drops", found["rights"]["text"])
        reader = self.doctor(f"postgresql://ann@/loaded?host={self.server.directory}", status=5)
        self.assertEqual(reader["rights"]["verdict"], "problem")
        self.assertIn("weir_reader reads", reader["rights"]["next"])
        self.server.ask("loaded", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO ann")
        reader = self.doctor(f"postgresql://ann@/loaded?host={self.server.directory}")
        self.assertIn("may not load or drop", reader["rights"]["text"])
        self.server.ask("loaded", "DELETE FROM schema_migrations WHERE version > 1")
        self.assertEqual(self.doctor(url, status=1)["schema"]["next"], "run `weir db migrate`")

    def test_a_password_does_not_stay_on_the_command_line(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes the connection, and never answers
            url = f"postgresql://ann:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/events?sslmode=disable"
            process = self.start("query", "SELECT 1", "--db", url)
            with silent.accept()[0]:
                seen = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes()
        self.assertIn(b"ann:" + b"*" * len(SECRET) + b"@127.0.0.1", seen)
        self.assertNotIn(SECRET.encode(), seen)


if __name__ == "__main__":
    main()
