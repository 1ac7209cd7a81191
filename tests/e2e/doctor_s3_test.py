#!/usr/bin/python3
"""`weir doctor s3://…`: who asks, what they may do there, and how fast."""

import hashlib

from aws_test import AwsTest, TOP
from programs import main


class Doctor(AwsTest):
    def doctor(self, *arguments, status=0):
        """Findings by what they are about."""
        self.aws("doctor", *arguments, "-v", status=status)
        return {row["about"]: row for row in self.aws("doctor", *arguments, "-f", "json", status=status).json()["findings"]}

    def test_all_is_well(self):
        self.files(f"[profile top]\nregion = eu-west-1\nrole_arn = {TOP}\nsource_profile = base\nrole_session_name = me\n",
                   self.key_file("base", self.keyring.make("AKIABASE", token=False)))
        self.sts.roles = {TOP: {"by": "AKIABASE", "prefix": "ASIATOP"}}
        self.s3.objects["bucket", "big/1.csv"] = hashlib.sha256(b"seed").digest() * 200_000
        found = self.doctor("s3://bucket/big/", "--profile", "top")
        self.assertEqual({row["verdict"] for row in found.values()}, {"ok"})
        self.assertEqual(list(found), ["credentials", "identity", "region", "list", "read", "speed"])
        self.assertRegex(found["credentials"]["text"], rf"^access key ASIA…MPLE from role {TOP} of profile 'top', taken with the "
                         r"keys from profile 'base' in .*credentials; good until 20\d\d-.* UTC; region eu-west-1; endpoint http")
        self.assertEqual(found["identity"]["text"], f"arn:aws:iam::123456789012:user/ASIA (says {self.sts.host})")
        self.assertEqual(found["region"]["text"], "bucket 'bucket' answers in eu-west-1")
        self.assertEqual(found["list"]["text"], "1 object below s3://bucket/big/")
        self.assertEqual(found["read"]["text"], "s3://bucket/big/1.csv can be read: 6.4 MB")
        self.assertRegex(found["speed"]["text"], r"^6\.4 MB in \d+\.\d\d s, .*B/s; first bytes after \d+\.\d\d s$")

    def test_rights_that_are_missing(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        self.s3.forbidden = {"list"}
        found = self.doctor("s3://bucket/", status=5)
        self.assertEqual(found["list"]["verdict"], "problem")
        self.assertIn("s3:ListBucket", found["list"]["next"])
        found = self.doctor("s3://bucket/2021/01/events.csv")
        self.assertEqual((found["list"]["verdict"], found["read"]["verdict"]), ("warning", "ok"))
        self.s3.forbidden = {"read"}
        found = self.doctor("s3://bucket/", status=5)
        self.assertEqual((found["list"]["verdict"], found["read"]["verdict"]), ("ok", "problem"))
        self.assertIn("s3:GetObject", found["read"]["next"])

    def test_places_that_are_none(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        self.assertEqual(self.doctor("s3://bucket/nothing/")["list"]["verdict"], "warning")
        self.aws("doctor", "dumps/", status=2)
        self.aws("doctor", "s3://", status=2)
        self.variables["AWS_ENDPOINT_URL_S3"] = "http://127.0.0.1:1"
        self.assertEqual(self.doctor("s3://bucket/", status=1)["list"]["verdict"], "problem")

    def test_keys_that_are_wrong_or_missing(self):
        found = self.doctor("s3://bucket/", status=5)
        self.assertEqual(list(found), ["credentials"])
        key = self.keyring.make("AKIAENV", token=False)
        self.set_keys(key)
        key.secret = "another"
        found = self.doctor("s3://bucket/", status=5)
        self.assertEqual(found["identity"]["verdict"], "warning")
        self.assertIn("SignatureDoesNotMatch", found["list"]["text"])

    def test_without_a_place_the_source_is_looked_at(self):
        self.set_keys(self.keyring.make("AKIAENV", token=False))
        found = self.doctor("--source", "s3://bucket/{YYYY}/{MM}/events.csv")
        self.assertIn("access key AKIA…MPLE from the environment", found["credentials"]["text"])


if __name__ == "__main__":
    main()
