"""Servers that suites start for themselves: S3 (tests/s3/start_swift.py) with a way to put objects, plain HTTP, and
PostgreSQL."""

import base64
import datetime
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time
import urllib.parse

START_SWIFT = pathlib.Path(__file__).resolve().parent.parent / "s3" / "start_swift.py"


class S3Server:
    """Swift with its S3 API in `directory`. `environment` is what makes weir use it."""

    def __init__(self, directory):
        self.process = subprocess.Popen(["/usr/bin/python3", START_SWIFT, "--dir", directory], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            self.stop()
            raise RuntimeError(f"no S3 server: start_swift.py ended with {self.process.returncode}, see above")
        self.facts = json.loads(line)
        self.bucket = self.facts["bucket"]
        self.environment = {
            "AWS_ACCESS_KEY_ID": self.facts["access_key"], "AWS_SECRET_ACCESS_KEY": self.facts["secret_key"],
            "AWS_REGION": self.facts["region"], "AWS_ENDPOINT_URL": self.facts["endpoint"]}

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()

    def put(self, key, path):
        """By AWS Signature Version 4, of which a test against another implementation is part of the proof."""
        body = pathlib.Path(path).read_bytes()
        now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        target = "/" + self.bucket + "/" + urllib.parse.quote(key)
        headers = {"host": self.facts["host"], "x-amz-content-sha256": hashlib.sha256(body).hexdigest(), "x-amz-date": now}
        headers["authorization"] = self.authorization("PUT", target, headers, now)
        connection = http.client.HTTPConnection(self.facts["host"], timeout=120)
        try:
            connection.request("PUT", target, body=body, headers=headers)
            response = connection.getresponse()
            text = response.read()
            if response.status != 200:
                raise RuntimeError(f"PUT {target}: {response.status} {text!r}")
        finally:
            connection.close()

    def authorization(self, method, target, headers, now):
        names = ";".join(sorted(headers))
        canonical = "\n".join([method, target, "", *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names,
                               headers["x-amz-content-sha256"]])
        scope = f"{now[:8]}/{self.facts['region']}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = ("AWS4" + self.facts["secret_key"]).encode()
        for part in [*scope.split("/"), text]:
            key = hmac.digest(key, part.encode(), "sha256")
        return (f"AWS4-HMAC-SHA256 Credential={self.facts['access_key']}/{scope}, SignedHeaders={names}, "
                f"Signature={key.hex()}")


class WebServer:
    """The files of a directory over http:// on a loopback port."""

    def __init__(self, directory):
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments):
                super().__init__(*arguments, directory=directory)

            def log_message(self, *arguments):
                """Requests are not the test's output."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class GuardedServer:
    """Objects in memory over http://, for those who log in as me:hidden.

    `objects` holds contents by target (path and query), whose digest is their strong etag. `refused` are targets that
    are answered with 403.
    """

    def __init__(self):
        self.objects = {}
        self.refused = set()
        guarded = self

        class Guard(http.server.BaseHTTPRequestHandler):
            def do_HEAD(self):
                self.answer()

            def do_GET(self):
                self.wfile.write(self.answer())

            def answer(self):
                status, body = guarded.answer_to(self.path, self.headers.get("Authorization"))
                self.send_response(status)
                if status == 200:
                    self.send_header("ETag", f'"{hashlib.md5(body).hexdigest()}"')
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                return body

            def log_message(self, *arguments):
                """Requests are not the test's output."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Guard)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def answer_to(self, target, authorization):
        if authorization != "Basic " + base64.b64encode(b"me:hidden").decode():
            return 401, b""
        if target in self.refused:
            return 403, b""
        return (200, self.objects[target]) if target in self.objects else (404, b"")

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class PostgresServer:
    """PostgreSQL 15 with a cluster of its own in `directory`, reached by a socket in there and by nothing else. Runs as user
    postgres where the test runs as root, since it refuses that; ends with the test, however that ends."""

    PROGRAMS = pathlib.Path("/usr/lib/postgresql/15/bin")
    SHARED_BUFFERS = "32MB"

    def __init__(self, directory, port=None):
        """`port`: also on 127.0.0.1."""
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(mode=0o700)
        self.port = str(port or 5432)  # names the socket too
        self.addresses = "" if port is None else "127.0.0.1"
        if not (self.PROGRAMS / "postgres").exists():
            raise RuntimeError(f"no PostgreSQL in {self.PROGRAMS}: install the package postgresql-15")
        self.as_user = ["setpriv", "--pdeathsig=QUIT"]
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres", "postgres")
            self.as_user += ["--reuid=postgres", "--regid=postgres", "--init-groups"]
        self.log = open(self.directory / "log", "wb")
        self.run("initdb", "--pgdata=data", "--auth=trust", "--username=weir", "--encoding=UTF8", "--locale=C.UTF-8",
                 "--no-sync", "--no-instructions")
        self.start()

    def command(self, program, *arguments):
        return [*self.as_user, self.PROGRAMS / program, *arguments]

    def run(self, program, *arguments):
        subprocess.run(self.command(program, *arguments), cwd=self.directory, stdout=self.log, stderr=self.log, check=True)

    def start(self):
        self.process = subprocess.Popen(
            self.command("postgres", "-D", "data", "-k", self.directory, "-h", self.addresses, "-p", self.port, "-c",
                         f"shared_buffers={self.SHARED_BUFFERS}"),
            cwd=self.directory, stdout=self.log, stderr=self.log)
        self.wait_until_ready()

    def wait_until_ready(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended: {(self.directory / 'log').read_text()}")
            ready = [self.PROGRAMS / "pg_isready", "-q", "-h", self.directory, "-p", self.port]
            if subprocess.run(ready, check=False).returncode == 0:
                return
            time.sleep(0.1)
        raise RuntimeError("PostgreSQL does not get ready")

    def stop(self):
        """At once, as in a crash: what was not committed is recovered from the log when it starts again."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=60)

    def close(self):
        self.stop()
        self.log.close()

    def create_database(self, name):
        """Its URL."""
        self.run("createdb", "-h", self.directory, "-p", self.port, "-U", "weir", name)
        return f"postgresql://weir@/{name}?host={self.directory}&port={self.port}"

    def ask(self, name, sql):
        """As somebody's own tool would; lines of text."""
        done = subprocess.run([self.PROGRAMS / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.directory, "-p",
                               self.port, "-U", "weir", "-d", name], input=sql, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.splitlines()
