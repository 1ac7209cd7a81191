#!/usr/bin/python3
"""A real S3 server for tests: OpenStack Swift with its S3 API, one node, from Debian's packages.

    start_swift.py --dir DIR

makes DIR (which must not exist or be empty), starts Swift in it on free loopback ports, prints one line of JSON once it
answers, and stops and removes everything when its standard input closes, on SIGTERM, and when it is killed:

    {"endpoint": "http://127.0.0.1:PORT", "host": "127.0.0.1:PORT", "virtual_host": "s3.localhost:PORT",
     "https_endpoint": "https://localhost:PORT2", "ca_bundle": "DIR/tls.pem",
     "access_key": ..., "secret_key": ..., "other_access_key": ..., "other_secret_key": ...,
     "region": ..., "bucket": ..., "public_endpoint": "http://127.0.0.1:PORT/v1/AUTH_test", "public_bucket": ...}

`bucket` is empty and private. `other_*` are keys of another user, who may not read it. Swift's S3 API has no unsigned
requests; `public_bucket` is world-readable by Swift's own addresses, which are those of S3's path style below
`public_endpoint`. Buckets answer at BUCKET.s3.localhost too (virtual-host style).

Exit 1 with a message on standard error when it cannot start, packages that are missing among the reasons.
Standard library only, and the openssl command for the certificate.
"""

import argparse
import ctypes
import http.client
import json
import os
import pathlib
import pwd
import random
import select
import shutil
import signal
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time

PACKAGES = ["swift-proxy", "swift-account", "swift-container", "swift-object", "memcached", "openssl"]
SERVERS = ["account", "container", "object"]  # the proxy comes last: it asks the others
START_TIMEOUT_S = 90
PR_SET_PDEATHSIG = 1

KEYS = {
    "access_key": "WEIRTESTKEY", "secret_key": "weir-test-secret",
    "other_access_key": "WEIROTHERKEY", "other_secret_key": "weir-other-secret",
}
REGION = "eu-test-1"
BUCKET = "events-test"
PUBLIC_BUCKET = "public-test"

SWIFT_CONF = """[swift-hash]
swift_hash_path_suffix = weir
swift_hash_path_prefix = test
[storage-policy:0]
name = one
default = yes
"""

COMMON = """[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
user = {user}
swift_dir = {etc}
devices = {devices}
mount_check = false
workers = 0
disable_fallocate = true
log_level = WARNING
log_address = {log}
"""

STORAGE_CONF = COMMON + """[pipeline:main]
pipeline = healthcheck {name}-server
[app:{name}-server]
use = egg:swift#{name}
[filter:healthcheck]
use = egg:swift#healthcheck
"""

PROXY_CONF = COMMON + """[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api auth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:s3api]
use = egg:swift#s3api
location = {region}
storage_domain = s3.localhost
dns_compliant_bucket_names = true
check_bucket_owner = true
[filter:auth]
paste.filter_factory = weir_test_auth:filter_factory
user_test_tester = {secret_key} .admin
user_test_reader = {other_secret_key}
s3_names = {access_key}=test:tester {other_access_key}=test:reader
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:{memcached_port}
[filter:slo]
use = egg:swift#slo
"""

# tempauth calls a user "account:user", and the ':' does not survive in every S3 client: plain names are added.
AUTH_MODULE = '''from swift.common.middleware import tempauth


class NamedTempAuth(tempauth.TempAuth):
    def __init__(self, app, conf):
        super().__init__(app, conf)
        for pair in conf["s3_names"].split():
            name, user = pair.split("=")
            self.users[name] = self.users[user]


def filter_factory(global_conf, **local_conf):
    conf = dict(global_conf, **local_conf)
    return lambda app: NamedTempAuth(app, conf)
'''


# swift-ring-builder's create, add and rebalance, which are an interpreter's start each.
RING_SCRIPT = """import sys
from swift.common.ring import RingBuilder
builder = RingBuilder(4, 1, 1)
builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(sys.argv[2]), "device": "disk", "weight": 1})
builder.rebalance(seed=1)
builder.get_ring().save(sys.argv[1])
"""


class CannotStart(Exception):
    pass


def free_ports(count):
    """Below the ports that the kernel gives to outgoing connections: seconds pass until the servers take them."""
    ports = []
    for port in random.sample(range(20000, 32000), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        ports.append(port)
        if len(ports) == count:
            return ports
    raise CannotStart("no free loopback ports between 20000 and 32000")


def check_packages():
    programs = ["memcached", "openssl"] + [f"swift-{name}-server" for name in SERVERS + ["proxy"]]
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        raise CannotStart(f"not installed: {', '.join(missing)}. Install Debian's packages, without their services:\n"
                          f"  apt-get install --no-install-recommends {' '.join(PACKAGES)}")


class TlsFront(socketserver.ThreadingTCPServer):
    """Takes TLS connections and passes their bytes on to a port, and back."""
    daemon_threads = True

    def __init__(self, directory, target_port):
        certificate, key = directory / "tls.pem", directory / "tls.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:*.s3.localhost,IP:127.0.0.1",
                        "-keyout", str(key), "-out", str(certificate)], check=True, stderr=subprocess.DEVNULL)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.certificate = certificate
        self.target_port = target_port
        super().__init__(("127.0.0.1", 0), TlsFront.Connection)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Connection(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                with socket.create_connection(("127.0.0.1", self.server.target_port)) as inner, \
                        self.server.context.wrap_socket(self.request, server_side=True) as outer:
                    self.pass_on(inner, outer)
            except OSError:  # a client that does not trust the certificate hangs up
                pass

        @staticmethod
        def pass_on(inner, outer):
            while True:
                ready = [outer] if outer.pending() else select.select([inner, outer], [], [])[0]
                for source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    (inner if source is outer else outer).sendall(data)


class Swift:
    def __init__(self, directory):
        self.directory = directory
        self.etc = directory / "etc"
        self.devices = directory / "node"
        self.user = "swift" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        self.processes = {}
        self.proxy_port, self.memcached_port, *self.storage_ports = free_ports(5)

    def lay_out(self):
        for directory in (self.etc, self.devices / "disk", self.directory / "log"):
            directory.mkdir(parents=True)
        (self.etc / "swift.conf").write_text(SWIFT_CONF)
        (self.etc / "weir_test_auth.py").write_text(AUTH_MODULE)
        values = {"etc": self.etc, "devices": self.devices, "user": self.user, "region": REGION,
                  "memcached_port": self.memcached_port, "log": self.directory / "no-syslog", **KEYS}
        for name, port in zip(SERVERS, self.storage_ports):
            (self.etc / f"{name}.conf").write_text(STORAGE_CONF.format(name=name, port=port, **values))
        (self.etc / "proxy.conf").write_text(PROXY_CONF.format(port=self.proxy_port, **values) + "".join(
            f"[filter:{name}]\nuse = egg:swift#{name}\n"
            for name in ("catch_errors", "gatekeeper", "healthcheck", "listing_formats", "bulk", "copy", "dlo")))

    def build_rings(self):
        for name, port in zip(SERVERS, self.storage_ports):
            subprocess.run(["/usr/bin/python3", "-c", RING_SCRIPT, f"{name}.ring.gz", str(port)], cwd=self.etc,
                           check=True)

    def hand_over(self):
        """Servers started by root run as the package's user."""
        if os.geteuid() != 0:
            return
        account = pwd.getpwnam(self.user)
        for path in [self.directory, *self.directory.rglob("*")]:
            os.chown(path, account.pw_uid, account.pw_gid)

    def spawn(self, name, command):
        parent = os.getpid()
        libc = ctypes.CDLL(None, use_errno=True)

        def tie_to_parent():  # in the child: it dies with this script, however that ends
            os.setsid()
            if os.geteuid() == 0:  # changing user later would clear the tie
                account = pwd.getpwnam(self.user)
                os.initgroups(self.user, account.pw_gid)
                os.setgid(account.pw_gid)
                os.setuid(account.pw_uid)
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(1)

        environment = dict(os.environ, PYTHONPATH=str(self.etc), HOME=str(self.directory))
        with open(self.directory / "log" / f"{name}.log", "wb") as log:
            self.processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                    env=environment, cwd=self.directory, preexec_fn=tie_to_parent)

    def start(self):
        self.lay_out()
        self.build_rings()
        self.hand_over()
        self.spawn("memcached", ["memcached", "-l", "127.0.0.1", "-p", str(self.memcached_port), "-U", "0", "-m", "32"])
        for name in SERVERS + ["proxy"]:
            self.spawn(name, [f"/usr/bin/swift-{name}-server", str(self.etc / f"{name}.conf")])
        deadline = time.monotonic() + START_TIMEOUT_S
        for port in self.storage_ports + [self.proxy_port]:
            while not self.answers(port):
                if time.monotonic() > deadline:
                    raise CannotStart(f"no answer within {START_TIMEOUT_S} s\n{self.logs()}")
                time.sleep(0.05)

    def answers(self, port):
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise CannotStart(f"{name} ended with {process.returncode}\n{self.logs()}")
        try:
            return self.request(port, "GET", "/healthcheck", {}) == 200
        except OSError:
            return False

    @staticmethod
    def request(port, method, path, headers):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, path, headers=headers)
            response = connection.getresponse()
            response.read()
            for name, value in response.getheaders():
                headers[name.lower()] = value
            return response.status
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def make_buckets(self):
        """By Swift's own interface: a token for the S3 user's account, then containers, which are buckets."""
        login = {"X-Auth-User": "test:tester", "X-Auth-Key": KEYS["secret_key"]}
        if self.request(self.proxy_port, "GET", "/auth/v1.0", login) != 200:
            raise CannotStart(f"no login\n{self.logs()}")
        for bucket, rights in ((BUCKET, {}), (PUBLIC_BUCKET, {"X-Container-Read": ".r:*"})):
            headers = {"X-Auth-Token": login["x-auth-token"], **rights}
            status = self.request(self.proxy_port, "PUT", f"/v1/AUTH_test/{bucket}", headers)
            if status not in (201, 202):
                raise CannotStart(f"bucket {bucket}: status {status}\n{self.logs()}")

    def logs(self):
        lines = []
        for log in sorted((self.directory / "log").glob("*.log")):
            tail = log.read_text(errors="replace").splitlines()[-15:]
            lines += [f"  {log.stem}: {line}" for line in tail]
        return "\n".join(lines)

    def stop(self):
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()

    def facts(self):
        tls = TlsFront(self.directory, self.proxy_port)
        endpoint = f"http://127.0.0.1:{self.proxy_port}"
        return {
            "endpoint": endpoint, "host": f"127.0.0.1:{self.proxy_port}",
            "virtual_host": f"s3.localhost:{self.proxy_port}",
            "https_endpoint": f"https://localhost:{tls.server_address[1]}", "ca_bundle": str(tls.certificate),
            **KEYS, "region": REGION, "bucket": BUCKET,
            "public_endpoint": f"{endpoint}/v1/AUTH_test", "public_bucket": PUBLIC_BUCKET,
        }


def wait_for_end():
    """Until standard input closes."""
    while True:
        ready, _, _ = select.select([0], [], [])
        if ready and not os.read(0, 4096):
            return


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", required=True, type=pathlib.Path, help="where it may write; removed at the end")
    directory = parser.parse_args().dir.absolute()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    if directory.exists() and any(directory.iterdir()):
        print(f"start_swift.py: {directory} is not empty", file=sys.stderr)
        return 1
    swift = None
    try:
        check_packages()
        swift = Swift(directory)
        swift.start()
        swift.make_buckets()
        print(json.dumps(swift.facts()), flush=True)
        wait_for_end()
        return 0
    except (CannotStart, OSError, subprocess.CalledProcessError) as error:
        print(f"start_swift.py: cannot start Swift: {error}", file=sys.stderr)
        return 1
    finally:
        if swift is not None:
            swift.stop()
            shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
