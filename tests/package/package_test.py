#!/usr/bin/python3
"""The Lambda zips, made of the program that is built, and the program in them started in an empty root: it loads a dump that
it reads from S3 by https, into a real PostgreSQL by TLS and into DuckDB. Then the .tar.gz, and the program without DuckDB."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import zipfile

from aws import RuntimeApi
from aws_services import Keyring, S3
from empty_root import EmptyRoot
from programs import WEIR, WeirTest, main
from servers import PostgresServer

BUILD = pathlib.Path(os.environ["WEIR_BUILD"])
LEAN = os.environ["WEIR_LEAN"]
SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
ROWS = 500
BUCKET = "events"
MONTH = "2021-04"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Packages(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.package("packages", "lambda", "lambda-lean", "tar")
        cls.certificate, cls.authorities = cls.make_certificate()
        cls.server = PostgresServer(cls.directory / "server", free_port())
        cls.addClassCleanup(lambda: cls.server.close())
        cls.encrypt(cls.server)
        keyring = Keyring()
        key = keyring.make("AKIA", token=False)
        cls.s3 = S3(keyring, cls.certificate)
        cls.addClassCleanup(cls.s3.stop)
        cls.s3.objects[BUCKET, "2021/04/events.csv"] = cls.sample("april.csv", MONTH, ROWS).read_bytes()
        cls.access = {"AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret, "AWS_REGION": "eu-west-1",
                      "AWS_ENDPOINT_URL": f"https://s3.internal:{cls.s3.port}",
                      "WEIR_SOURCE": f"s3://{BUCKET}/{{YYYY}}/{{MM}}/events.csv"}

    @classmethod
    def package(cls, folder, *kinds):
        subprocess.run([sys.executable, SCRIPTS / "package.py", BUILD, "--output", cls.directory / folder, *kinds], check=True)

    @classmethod
    def make_certificate(cls):
        """With its key, and alone, as whoever trusts it has it."""
        file = cls.directory / "tls.pem"
        key = cls.directory / "tls.key"
        certificate = cls.directory / "tls.crt"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=s3.internal",
                        "-addext", "subjectAltName=DNS:s3.internal,DNS:localhost", "-keyout", key, "-out", certificate],
                       check=True, stderr=subprocess.DEVNULL)
        file.write_text(key.read_text() + certificate.read_text())
        return file, certificate.read_text()

    @classmethod
    def encrypt(cls, server):
        """Nobody comes in without TLS."""
        data = server.directory / "data"
        for name in ("tls.key", "tls.crt"):
            subprocess.run(["install", "-m", "600", cls.directory / name, data / name], check=True)
            if os.geteuid() == 0:
                subprocess.run(["chown", "postgres:postgres", data / name], check=True)
        with open(data / "postgresql.conf", "a", encoding="utf-8") as settings:
            settings.write("ssl = on\nssl_cert_file = 'tls.crt'\nssl_key_file = 'tls.key'\n")
        (data / "pg_hba.conf").write_text("local all all trust\nhostssl all all 127.0.0.1/32 trust\n", encoding="utf-8")
        server.stop()
        server.start()

    def zip(self, name):
        return self.directory / "packages" / name

    def function(self, archive, authorities=None, **variables):
        """An instance in an empty root of its own; its API and that root."""
        root = EmptyRoot(tempfile.mkdtemp(dir=self.directory), self.zip(archive), authorities or self.authorities)
        api = RuntimeApi()
        self.addCleanup(api.stop)
        host = api.host.replace("127.0.0.1", "runtime.internal")
        process = subprocess.Popen(root.command(), env=root.environment(host, **{**self.access, **variables}), cwd="/",
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.end, process)
        return api, root, process

    def invoke(self, api, process):
        """Says what the function wrote where it does not even ask for work."""
        if not api.asked.wait(30):
            process.kill()
            self.fail(process.communicate()[1].decode())
        return api.invoke({"periods": [MONTH]})

    def check_loaded(self, answer, outcome="loaded"):
        self.assertEqual(answer.kind, "response", answer)
        [ingestion] = answer.body["ingestions"]
        self.assertEqual((ingestion["outcome"], ingestion["rows_loaded"]), (outcome, ROWS))

    def postgres_url(self, name):
        self.server.create_database(name)
        return (f"postgresql://weir@localhost:{self.server.port}/{name}"
                "?sslmode=verify-full&sslrootcert=/etc/pki/tls/certs/ca-bundle.crt")

    def test_postgres(self):
        for name, archive in (("full", "weir-lambda.zip"), ("lean", "weir-lambda-lean.zip")):
            with self.subTest(archive):
                api, root, process = self.function(archive, WEIR_DB=self.postgres_url(name))
                self.check_loaded(self.invoke(api, process))
                self.check_loaded(api.invoke({"periods": [MONTH]}), "unchanged")
                self.assertEqual(self.server.ask(name, "SELECT count(*) FROM events"), [str(ROWS)])
                self.assertEqual(api.breaches, [])
                self.assertEqual(list(root.tmp.iterdir()), [])

    def test_duckdb(self):
        api, root, process = self.function("weir-lambda.zip", WEIR_DB="duckdb:/tmp/weir.duckdb")
        self.check_loaded(self.invoke(api, process))
        counted = self.weir("top", "countries", "-n", "all", "-f", "json", "--db", f"duckdb:{root.tmp}/weir.duckdb").json()
        self.assertEqual(counted["events"], ROWS)

    def test_who_is_not_trusted(self):
        """The certificates that are probed are those that count."""
        other = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other", "-keyout",
                                "/dev/null"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        api, _, process = self.function("weir-lambda.zip", other, WEIR_DB="duckdb:/tmp/weir.duckdb")
        answer = self.invoke(api, process)
        self.assertEqual(answer.kind, "error")
        self.assertIn("no trusted TLS connection to s3.internal", answer.body["errorMessage"])

    def test_its_flags(self):
        api, _, process = self.function("weir-lambda.zip", WEIR_DB="duckdb:/tmp/weir.duckdb",
                                        WEIR_LAMBDA_FLAGS='["--source-name", "orders of \\"us\\""]')
        self.check_loaded(answer := self.invoke(api, process))
        self.assertEqual(answer.body["ingestions"][0]["source"], 'orders of "us"')
        for flags, said in (("--source-name orders", "--source-name orders"), ('["--nonsense"]', "--nonsense"), ("[1]", "[1]")):
            _, _, process = self.function("weir-lambda-lean.zip", WEIR_LAMBDA_FLAGS=flags)
            error = json.loads(process.communicate(timeout=30)[1])
            self.assertEqual((process.returncode, error["level"]), (2, "error"))
            self.assertIn(said, " ".join(map(str, error.values())))

    def test_lean_refuses_duckdb(self):
        api, _, process = self.function("weir-lambda-lean.zip", WEIR_DB="duckdb:/tmp/weir.duckdb")
        body, error_type = api.start_failures.get(timeout=30)
        self.assertEqual((error_type, process.wait(timeout=30)), ("Weir.Usage", 2))
        self.assertIn("built without DuckDB", body["errorMessage"])

    def test_the_lean_program(self):
        version = subprocess.run([LEAN, "--version"], capture_output=True, text=True, check=True).stdout
        self.assertRegex(version, r"^weir \S+ \(without DuckDB, ")
        self.assertNotIn("DuckDB", self.weir("--version").out)
        refused = subprocess.run([LEAN, "status"], cwd=self.directory, capture_output=True, text=True, check=False)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("duckdb:weir.duckdb: this weir was built without DuckDB", refused.stderr)
        self.assertNotIn(b"libduckdb", pathlib.Path(LEAN).read_bytes())
        self.assertIn(b"libduckdb", pathlib.Path(WEIR).read_bytes())

    def test_an_archive_runs_where_it_is_unpacked(self):
        [archive] = (self.directory / "packages").glob("weir-*-linux-*.tar.gz")
        place = self.directory / "any place"
        place.mkdir()
        subprocess.run(["tar", "-xzf", archive, "-C", place], check=True)
        [top] = place.iterdir()
        link = self.directory / "weir"  # as from a folder of the PATH
        link.symlink_to(top / "bin/weir")
        self.assertEqual(self.run_program(link, "--version"), self.weir("--version").out)
        loaded = json.loads(self.run_program(link, "ingest", "april.csv", "--period", MONTH, "--db", "duckdb:tar.duckdb", "-q",
                                             "-f", "json"))
        self.assertEqual(loaded["ingestions"][0]["rows_loaded"], ROWS)
        crontab = self.run_program(link, "schedule", "cron", "--source", "/data/{YYYY}/{MM}.csv", "--db", "duckdb:/data/weir.duckdb")
        self.assertIn(f"'{top}/bin/weir' ingest", crontab)
        for file in ("man/man1/weir.1", "bash-completion/completions/weir", "zsh/site-functions/_weir"):
            self.assertGreater((top / "share" / file).stat().st_size, 1000)

    def run_program(self, program, *arguments):
        done = subprocess.run([program, *arguments], cwd=self.directory, env=self.environment, capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_zips(self):
        self.package("again", "lambda-lean")
        lean = self.zip("weir-lambda-lean.zip").read_bytes()
        self.assertEqual(lean, (self.directory / "again/weir-lambda-lean.zip").read_bytes(), "the same program, the same bytes")
        full = zipfile.ZipFile(self.zip("weir-lambda.zip"))
        self.addCleanup(full.close)
        names = full.namelist()
        self.assertEqual(names, sorted(names))
        self.assertLess(sum(entry.file_size for entry in full.infolist()), 250 << 20)
        for name in ("bootstrap", "lib/weir/loader", "lib/weir/weir"):
            self.assertEqual(full.getinfo(name).external_attr >> 16, 0o100755)
        self.assertIn("lib/weir/libduckdb.so", names)
        self.assertIn("lib/weir/licenses/libduckdb", names)
        with zipfile.ZipFile(self.zip("weir-lambda-lean.zip")) as archive:
            self.assertEqual([name for name in archive.namelist() if "duckdb" in name], [])


if __name__ == "__main__":
    main()
