#!/usr/bin/python3
"""No secret shows anywhere: not in what weir says, at any verbosity, and not in what it writes."""

import itertools
import json
import pathlib

from aws_services import Container, InstanceMetadata
from aws_test import AwsTest, POD, TOP
from programs import main


class Secrets(AwsTest):
    """Every command, at every verbosity, with every sort of keys, where all goes well and where nothing does."""

    VERBOSITY = ([], ["-q"], ["-v"], ["-v", "--log-format", "json"], ["-v", "--progress", "log"], ["--progress", "json"])
    SOURCE = ("--source", "s3://bucket/{YYYY}/{MM}/events.csv")

    def commands(self, number):
        database = ("--db", f"duckdb:secrets{number}.duckdb")
        yield from (("top", "countries", "s3://bucket/*/*/events.csv"), ("insights", "s3://bucket/2021/01/events.csv"),
                    ("plan", "2021-01..2021-07", *self.SOURCE, *database), ("ingest", "2021-01..2021-02", *self.SOURCE, *database),
                    ("ingest", "--new", "--dry-run", *self.SOURCE, *database), ("status", *self.SOURCE, *database),
                    ("fetch", "s3://bucket/2021/01/events.csv", f"fetched{number}.csv"), ("doctor", *self.SOURCE, *database),
                    ("doctor", "s3://bucket/"))

    def places(self):
        """Variables and files of one sort of keys each."""
        self.set_keys(self.keyring.make("ASIAENV"))
        yield "environment"
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            del self.variables[name]
        self.sts.roles = {TOP: {"by": "AKIABASE", "prefix": "ASIATOP"}, POD: {"token": "eyJToKeN.of.pod", "prefix": "ASIAPOD"}}
        self.files(f"[default]\nrole_arn = {TOP}\nsource_profile = base\n",
                   self.key_file("base", self.keyring.make("AKIABASE", token=False)))
        yield "role"
        token = self.directory / "secret-token"
        token.write_text("eyJToKeN.of.pod")
        self.keyring.spoken.add("eyJToKeN.of.pod")
        self.files(f"[default]\nrole_arn = {POD}\nweb_identity_token_file = {token}\n")
        yield "web identity"
        key = self.keyring.make("ASIAPROC")
        document = self.directory / "secret-keys.json"
        document.write_text(json.dumps({"Version": 1, "AccessKeyId": key.id, "SecretAccessKey": key.secret,
                                        "SessionToken": key.token}))
        self.files(f"[default]\ncredential_process = cat '{document}'\n")
        yield "process"
        self.files("")
        container = self.service(Container(self.keyring))
        self.variables.update(AWS_CONTAINER_CREDENTIALS_FULL_URI=container.url + "/",
                              AWS_CONTAINER_AUTHORIZATION_TOKEN=container.token)
        yield "container"
        metadata = self.service(InstanceMetadata(self.keyring))
        del self.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"]
        self.variables.update(AWS_EC2_METADATA_SERVICE_ENDPOINT=metadata.url, AWS_EC2_METADATA_DISABLED="false")
        yield "instance"

    def test_show_nowhere(self):
        usual = dict(self.variables)
        for number, place in enumerate(self.places()):
            verbosity = self.VERBOSITY if place == "environment" else self.VERBOSITY[3:4]
            for command, flags in itertools.product(self.commands(number), verbosity):
                self.s3.forbidden = set()
                self.run_anyhow(*command, *flags)
            self.s3.forbidden = {"list", "read"}
            for command in self.commands(number):
                self.run_anyhow(*command, *self.VERBOSITY[3])
        self.assertTrue(len(self.keyring.spoken) > 20 and self.ran > 100)
        self.variables = usual
        for path in pathlib.Path(self.directory).glob("*.duckdb*"):
            self.assert_no_secret(path.read_bytes().decode("latin-1"))

    ran = 0

    def run_anyhow(self, *arguments):
        self.ran += 1
        self.assertIn(self.aws(*arguments, status=None).status, (0, 1, 2, 3, 4, 5))


if __name__ == "__main__":
    main()
