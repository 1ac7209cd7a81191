"""What tests of credentials share."""

from aws_services import Keyring, S3, Sts
from programs import WeirTest

HEADER = b"timestamp,email,country\n"
MONTHS = ("2021-01", "2021-02", "2021-03", "2021-04", "2021-05", "2021-06")
TOP, MIDDLE, POD = (f"arn:aws:iam::123456789012:role/{name}" for name in ("top", "middle", "pod"))


class AwsTest(WeirTest):
    """An S3 with a dump for each of MONTHS in a bucket, and an STS; what weir is told of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.directory / "home" / ".aws").mkdir()

    def setUp(self):
        self.keyring = Keyring()
        self.s3 = self.service(S3(self.keyring))
        self.sts = self.service(Sts(self.keyring))
        for month in MONTHS:
            rows = b"".join(b"%s-0%d,u%d@x.org,France\n" % (month.encode(), 1 + n % 9, n) for n in range(50))
            self.s3.objects["bucket", month.replace("-", "/") + "/events.csv"] = HEADER + rows
        self.variables = {"AWS_ENDPOINT_URL_S3": self.s3.url, "AWS_ENDPOINT_URL_STS": self.sts.url}
        self.files("")

    def service(self, service):
        self.addCleanup(service.stop)
        return service

    def files(self, config, credentials=""):
        home = self.directory / "home" / ".aws"
        (home / "config").write_text(config)
        (home / "credentials").write_text(credentials)

    def set_keys(self, key):
        self.variables.update(AWS_ACCESS_KEY_ID=key.id, AWS_SECRET_ACCESS_KEY=key.secret)
        if key.token:
            self.variables["AWS_SESSION_TOKEN"] = key.token

    def aws(self, *arguments, status=0):
        """Runs weir with the variables as they are now; nothing it says holds a secret."""
        finished = self.weir(*arguments, status=status, env={**self.environment, **self.variables})
        self.assert_no_secret(finished.out + finished.err)
        return finished

    def assert_no_secret(self, text):
        for secret in self.keyring.spoken:
            self.assertNotIn(secret, text)

    def countries(self, *arguments):
        """Reads all months; the ids that S3 saw, one each."""
        self.s3.signers.clear()
        answer = self.aws("top", "countries", "s3://bucket/*/*/events.csv", "-f", "json", *arguments).json()
        self.assertEqual(answer["rows"], [{"key": "France", "events": 50 * len(MONTHS)}])
        return list(dict.fromkeys(self.s3.signers))

    def key_file(self, name, key):
        token = f"aws_session_token = {key.token}\n" if key.token else ""
        return f"[{name}]\naws_access_key_id = {key.id}\naws_secret_access_key = {key.secret}\n{token}"
