#!/usr/bin/python3
"""Every way to get keys for S3, and every way there, against stand-ins that check what they are sent."""

import json
import subprocess
import time

from aws_services import Container, ForwardProxy, InstanceMetadata, S3
from aws_test import AwsTest, MIDDLE, POD, TOP
from programs import main


class Credentials(AwsTest):
    def test_the_environment(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        self.assertEqual(self.countries(), ["AKIAENV0001EXAMPLE"])
        self.set_keys(self.keyring.make("ASIAENV"))
        self.assertEqual(self.countries(), ["ASIAENV0001EXAMPLE"])

    def test_a_profile_of_the_files(self):
        self.files("[profile work]\nregion = eu-west-1\n", self.key_file("work", self.keyring.make("AKIAWORK", token=False)))
        self.assertEqual(self.countries("--profile", "work"), ["AKIAWORK0001EXAMPLE"])

    def test_a_role_by_a_role(self):
        self.files(f"[profile top]\nrole_arn = {TOP}\nsource_profile = middle\nexternal_id = for you\nrole_session_name = me\n"
                   f"duration_seconds = 900\n[profile middle]\nrole_arn = {MIDDLE}\nsource_profile = base\n",
                   self.key_file("base", self.keyring.make("AKIABASE", token=False)))
        self.sts.roles = {MIDDLE: {"by": "AKIABASE", "prefix": "ASIAMIDD"},
                          TOP: {"by": "ASIAMIDD", "prefix": "ASIATOP", "external_id": "for you"}}
        self.assertEqual(self.countries("--profile", "top"), ["ASIATOP0001EXAMPLE"])
        middle, top = self.sts.forms
        self.assertEqual((middle["DurationSeconds"], top["DurationSeconds"], top["RoleSessionName"]), ("3600", "900", "me"))
        self.assertRegex(middle["RoleSessionName"], r"^weir-\d+$")

    def test_a_role_that_is_refused(self):
        self.files(f"[profile top]\nrole_arn = {TOP}\nsource_profile = base\n",
                   self.key_file("base", self.keyring.make("AKIABASE", token=False)))
        error = self.aws("top", "countries", "s3://bucket/2021/01/events.csv", "--profile", "top", status=5).err
        self.assertIn("AccessDenied: not authorized to perform: sts:AssumeRole", error)
        self.assertIn("trust policy", error)
        self.assertEqual(self.s3.asked, [])

    def test_a_web_identity(self):
        token = self.directory / "token"
        token.write_text("eyJToKeN.of.the.pod\n")
        self.keyring.spoken.add("eyJToKeN.of.the.pod")
        self.sts.roles = {POD: {"token": "eyJToKeN.of.the.pod", "prefix": "ASIAPOD"}}
        self.variables.update(AWS_ROLE_ARN=POD, AWS_WEB_IDENTITY_TOKEN_FILE=str(token), AWS_ROLE_SESSION_NAME="pod-1")
        self.assertEqual(self.countries(), ["ASIAPOD0001EXAMPLE"])
        self.assertEqual(self.sts.forms[0]["RoleSessionName"], "pod-1")
        token.write_text("eyJToKeN.of.another")
        self.keyring.spoken.add("eyJToKeN.of.another")
        error = self.aws("top", "countries", "s3://bucket/2021/01/events.csv", status=5).err
        self.assertIn("AccessDenied", error)
        token.unlink()
        error = self.aws("top", "countries", "s3://bucket/2021/01/events.csv", status=5).err
        self.assertIn(f"cannot read the web identity token in {token}: No such file", error)

    def test_a_credential_process(self):
        key = self.keyring.make("ASIAPROC")
        document = self.directory / "keys.json"
        document.write_text(json.dumps({"Version": 1, "AccessKeyId": key.id, "SecretAccessKey": key.secret,
                                        "SessionToken": key.token, "Expiration": key.expiration()}))
        self.files(f"[default]\ncredential_process = cat '{document}'\n")
        self.assertEqual(self.countries(), ["ASIAPROC0001EXAMPLE"])
        self.files(f"[default]\ncredential_process = cat '{document}'; echo 'sign in first' >&2; exit 1\n")
        error = self.aws("top", "countries", "s3://bucket/2021/01/events.csv", status=5).err
        self.assertIn("exit code 1; it said: sign in first", error)

    def test_a_container(self):
        container = self.service(Container(self.keyring))
        token = self.directory / "container-token"
        token.write_text(container.token)
        self.variables.update(AWS_CONTAINER_CREDENTIALS_FULL_URI=container.url + "/v1/credentials",
                              AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(token))
        self.assertEqual(self.countries(), ["ASIACONT0001EXAMPLE"])
        del self.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"]
        self.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = container.token
        self.assertEqual(self.countries(), ["ASIACONT0002EXAMPLE"])
        self.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = container.token + "x"
        self.assertIn("InvalidTokenException: who are you",
                      self.aws("top", "countries", "s3://bucket/2021/01/events.csv", status=5).err)

    def test_an_instance(self):
        metadata = self.service(InstanceMetadata(self.keyring))
        self.variables.update(AWS_EC2_METADATA_SERVICE_ENDPOINT=metadata.url, AWS_EC2_METADATA_DISABLED="false")
        self.assertEqual(self.countries(), ["ASIAIMDS0001EXAMPLE"])
        self.assertEqual(metadata.asked, [("PUT", "/latest/api/token"), ("GET", metadata.ROLES),
                                          ("GET", metadata.ROLES + "instance-role")])
        self.variables["AWS_EC2_METADATA_DISABLED"] = "true"
        self.aws("top", "countries", "s3://bucket/2021/01/events.csv", status=5)
        self.assertEqual(len(metadata.asked), 3)

    def test_no_keys_anywhere_is_told_soon(self):
        self.variables["AWS_EC2_METADATA_DISABLED"] = "false"  # and no service that would answer
        self.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://192.0.2.1"  # of no machine (RFC 5737)
        finished = self.aws("top", "countries", "s3://bucket/2021/01/events.csv", status=5)
        self.assertIn("neither the environment nor profile 'default'", finished.err)
        self.assertIn("no EC2 instance metadata answers at http://192.0.2.1", finished.err)
        self.assertLess(finished.seconds, 5)
        finished = self.aws("plan", "2019-01..2021-12", "--source", "s3://bucket/{YYYY}/{MM}/events.csv", status=5)
        self.assertLess(finished.seconds, 10, "one answer for all months")

    def test_unsigned_requests(self):
        public = self.service(S3(self.keyring, unsigned=True))
        public.objects = self.s3.objects
        self.variables["AWS_ENDPOINT_URL_S3"] = public.url
        self.files("[default]\nsso_session = corp\n")
        self.aws("top", "countries", "s3://bucket/*/*/events.csv", "--no-sign-request")

    def test_a_sign_in_is_told_with_what_to_run(self):
        self.files("[profile corp]\nsso_session = corp\nsso_account_id = 1\n[sso-session corp]\nsso_start_url = https://x\n")
        error = self.aws("ingest", "2021-01", "--source", "s3://bucket/{YYYY}/{MM}/events.csv", "--profile", "corp",
                         status=5).err
        self.assertIn("aws sso login --profile 'corp'", error)

    def test_keys_that_expire_in_the_middle(self):
        """Every third request S3 calls the keys expired, whatever STS said: new ones are asked for, and nothing is lost."""
        self.files(f"[profile top]\nrole_arn = {TOP}\nsource_profile = base\n",
                   self.key_file("base", self.keyring.make("AKIABASE", token=False)))
        self.sts.roles = {TOP: {"by": "AKIABASE", "prefix": "ASIATOP"}}

        def revoke(count):
            if count % 3 == 0:
                for key in self.keyring.of("ASIATOP"):
                    key.revoked = True
        self.s3.on_request = revoke
        self.assertGreater(len(self.countries("--profile", "top")), 2)
        ingestions = self.aws("ingest", "2021-01..2021-06", "--source", "s3://bucket/{YYYY}/{MM}/events.csv", "--profile",
                              "top", "--db", "duckdb:expiring.duckdb", "-f", "json").json()["ingestions"]
        self.assertEqual([(row["outcome"], row["rows_loaded"]) for row in ingestions], [("loaded", 50)] * 6)
        self.assert_no_secret((self.directory / "expiring.duckdb").read_bytes().decode("latin-1"))

    def test_keys_that_live_shortly(self):
        """S3 refuses the second that they are over; they last for less than the whole run."""
        metadata = self.service(InstanceMetadata(self.keyring, lifetime_s=2))
        self.variables.update(AWS_EC2_METADATA_SERVICE_ENDPOINT=metadata.url, AWS_EC2_METADATA_DISABLED="false")
        self.s3.on_request = lambda count: time.sleep(0.4)
        self.assertGreater(len(self.countries()), 2)

    def test_keys_that_are_always_expired(self):
        self.files(f"[profile top]\nrole_arn = {TOP}\nsource_profile = base\n",
                   self.key_file("base", self.keyring.make("AKIABASE", token=False)))
        self.sts.roles = {TOP: {"by": "AKIABASE", "prefix": "ASIATOP"}}

        def revoke(_):
            for key in self.keyring.of("ASIATOP"):
                key.revoked = True
        self.s3.on_request = revoke
        finished = self.aws("top", "countries", "s3://bucket/2021/01/events.csv", "--profile", "top", status=5)
        self.assertIn("ExpiredToken: The provided token has expired.", finished.err)
        self.assertIn(f"the keys came from role {TOP}", finished.err)
        self.assertLess(finished.seconds, 30)

    def test_the_endpoint_of_s3_wins(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        self.variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
        self.assertEqual(self.countries(), ["AKIAENV0001EXAMPLE"])
        self.files(f"[default]\nendpoint_url = http://127.0.0.1:1\nservices = mine\n"
                   f"[services mine]\ns3 =\n  endpoint_url = {self.s3.url}\n")
        del self.variables["AWS_ENDPOINT_URL"], self.variables["AWS_ENDPOINT_URL_S3"]
        self.assertEqual(self.countries(), ["AKIAENV0001EXAMPLE"])


class Networks(AwsTest):
    """Proxies and authorities of one's own."""

    def proxy(self, port, login=None):
        proxy = ForwardProxy(port, login)
        self.addCleanup(proxy.stop)
        return proxy

    def certificate(self):
        path = self.directory / "tls.pem"
        if not path.exists():
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=s3.invalid",
                            "-addext", "subjectAltName=DNS:s3.invalid", "-keyout", path, "-out", self.directory / "ca.pem"],
                           check=True, capture_output=True)
            with open(path, "a", encoding="ascii") as file:
                file.write((self.directory / "ca.pem").read_text())
        return path

    def test_http_goes_through_the_proxy(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        for name in ("http_proxy", "HTTP_PROXY"):
            proxy = self.proxy(self.s3.port)
            self.variables.update({"AWS_ENDPOINT_URL_S3": "http://s3.invalid:8080", name: f"http://127.0.0.1:{proxy.port}"})
            self.countries()
            self.assertTrue(proxy.lines)
            for line in proxy.lines:
                self.assertIn(" http://s3.invalid:8080/bucket", line)
            del self.variables[name]

    def test_https_goes_through_the_proxy_to_an_authority_of_its_own(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        secure = self.service(S3(self.keyring, self.certificate()))
        secure.objects = self.s3.objects
        self.s3 = secure
        for name in ("https_proxy", "HTTPS_PROXY"):
            proxy = self.proxy(secure.port)
            self.variables.update({"AWS_ENDPOINT_URL_S3": "https://s3.invalid", "AWS_CA_BUNDLE": str(self.directory / "ca.pem"),
                                   name: f"http://127.0.0.1:{proxy.port}"})
            self.countries()
            self.assertEqual(set(proxy.lines), {"CONNECT s3.invalid:443 HTTP/1.1"})
            del self.variables["AWS_CA_BUNDLE"]
            error = self.aws("top", "countries", "s3://bucket/2021/01/events.csv", status=1).err
            self.assertIn("AWS_CA_BUNDLE", error)
            del self.variables[name]

    def test_some_hosts_are_reached_without_the_proxy(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        proxy = self.proxy(1)
        for name in ("no_proxy", "NO_PROXY"):
            self.variables.update({"HTTP_PROXY": f"http://127.0.0.1:{proxy.port}", name: "example.com,127.0.0.1"})
            self.assertEqual(self.countries(), ["AKIAENV0001EXAMPLE"])
            del self.variables[name]
        self.assertEqual(proxy.lines, [])

    def test_services_of_this_machine_are_never_asked_by_the_proxy(self):
        proxy = self.proxy(self.s3.port)
        metadata = self.service(InstanceMetadata(self.keyring))
        container = self.service(Container(self.keyring))
        for name in ("http_proxy", "HTTP_PROXY"):
            self.variables.update({"AWS_ENDPOINT_URL_S3": "http://s3.invalid:8080", name: f"http://127.0.0.1:{proxy.port}"})
            instance = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata.url, "AWS_EC2_METADATA_DISABLED": "false"}
            task = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": container.url + "/",
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN": container.token}
            usual = dict(self.variables)
            for place in (instance, task):
                self.variables = {**usual, **place}
                self.countries()
            self.variables = usual
            del self.variables[name]
        self.assertTrue(proxy.lines and all("s3.invalid" in line for line in proxy.lines))

    def test_a_proxy_that_wants_a_login(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        self.keyring.spoken.add("PrOxYpAsS")
        proxy = self.proxy(self.s3.port, "me:PrOxYpAsS")
        self.variables.update({"AWS_ENDPOINT_URL_S3": "http://s3.invalid:8080",
                               "HTTP_PROXY": f"http://me:PrOxYpAsS@127.0.0.1:{proxy.port}"})
        self.countries("-v")
        self.variables.update(HTTP_PROXY=f"http://127.0.0.1:{proxy.port}", HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}")
        for endpoint in ("http://s3.invalid:8080", "https://s3.invalid"):
            self.variables["AWS_ENDPOINT_URL_S3"] = endpoint
            error = self.aws("top", "countries", "s3://bucket/2021/01/events.csv", "-v", status=5).err
            self.assertRegex(error, "answered 407\n  the proxy wants a login")


if __name__ == "__main__":
    main()
