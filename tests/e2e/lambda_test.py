#!/usr/bin/python3
"""weir as an AWS Lambda function: the real program between a stand-in for the Lambda Runtime API, a real S3 server and a real
PostgreSQL."""

import collections
import json
import os
import pathlib
import signal
import socket
import subprocess
import time

from aws import Hook, RuntimeApi, SecretsManager, StallingProxy
from programs import WEIR, WeirTest, main
from servers import PostgresServer, S3Server

ROWS = 500
LARGE_ROWS = 60000
BAD_ROWS = 100
MONTHS = ("2021-01", "2021-02", "2021-04")
LARGE = "2021-03"
BAD = "2021-06"
MONTHLY = "s3://{bucket}/{{YYYY}}/{{MM}}/events.csv"
DAILY = "s3://{bucket}/daily data/{{YYYY}}/{{MM}}/{{DD}}/big events+more.csv"
DAY = "2021-04-30"
DAY_KEY = "daily data/2021/04/30/big events+more.csv"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:weir-AbCdEf"
TOKEN = "session/token=="
PASSWORD = "never: to/be@shown"
# Without the capabilities by which root passes over modes.
BOUND = ["setpriv", "--inh-caps", "-all", "--bounding-set", "-all"] if os.geteuid() == 0 else []


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def schedule(time, source="aws.events"):
    return {"version": "0", "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "detail-type": "Scheduled Event", "source": source,
            "account": "123456789012", "time": time, "region": "eu-west-1",
            "resources": ["arn:aws:events:eu-west-1:123456789012:rule/weir"], "detail": {}}


def s3(bucket, *keys, name="ObjectCreated:Put"):
    return {"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventTime": "2021-05-01T10:00:00.000Z",
        "eventName": name, "s3": {"s3SchemaVersion": "1.0", "configurationId": "weir", "bucket": {
            "name": bucket, "arn": f"arn:aws:s3:::{bucket}"}, "object": {"key": key, "size": 1, "eTag": "d41d8cd9"}}}
        for key in keys]}


def eventbridge(bucket, key):
    return {"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created", "source": "aws.s3",
            "account": "123456789012", "time": "2021-05-01T10:00:00Z", "region": "eu-west-1",
            "resources": [f"arn:aws:s3:::{bucket}"],
            "detail": {"version": "0", "bucket": {"name": bucket}, "object": {"key": key, "size": 5, "etag": "b1946ac9"},
                       "request-id": "N4N7GDK58NMKJ12R", "requester": "123456789012", "reason": "PutObject"}}


def sns(*events):
    return {"Records": [{"EventVersion": "1.0", "EventSource": "aws:sns", "EventSubscriptionArn": "arn:aws:sns:…", "Sns": {
        "Type": "Notification", "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e", "Subject": "Amazon S3 Notification",
        "Message": json.dumps(event)}} for event in events]}


def envelope_of_sns(event):
    return {"Type": "Notification", "MessageId": "e1", "TopicArn": "arn:aws:sns:…", "Subject": "Amazon S3 Notification",
            "Message": json.dumps(event), "SignatureVersion": "1"}


def sqs(**bodies):
    """By message id."""
    return {"Records": [{"messageId": id, "receiptHandle": "AQEB", "body": body if isinstance(body, str) else json.dumps(body),
                         "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs", "awsRegion": "eu-west-1",
                         "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:weir"} for id, body in bodies.items()]}


TEST_EVENT = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2021-05-01T10:00:00.000Z", "Bucket": "weir",
              "RequestId": "5582815E1AEA5ADF", "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3e"}


def outcomes(answer):
    return {ingestion["period"]: ingestion["outcome"] for ingestion in answer.body["ingestions"]}


class Lambda(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = PostgresServer(cls.directory / "server", free_port())
        cls.addClassCleanup(lambda: cls.server.close())
        cls.s3 = S3Server(cls.directory / "swift")
        cls.addClassCleanup(cls.s3.stop)
        for month in MONTHS:
            cls.put(month, ROWS)
        cls.put(LARGE, LARGE_ROWS)
        cls.s3.put(DAY_KEY, cls.sample("day.csv", "2021-04", ROWS))
        bad = cls.sample("bad.csv", "2021-06", ROWS)
        with open(bad, "a", encoding="utf-8") as dump:
            dump.write("not,an,event\n" * BAD_ROWS)
        cls.s3.put("2021/06/events.csv", bad)
        # As Lambda lays a function out: its files, which it may not change, and /tmp.
        cls.task = cls.directory / "task"
        cls.task.mkdir()
        (cls.task / "bootstrap").symlink_to(pathlib.Path(WEIR).resolve())
        cls.task.chmod(0o555)
        cls.addClassCleanup(cls.task.chmod, 0o755)
        (cls.directory / "tmp").mkdir()

    @classmethod
    def put(cls, month, rows):
        cls.s3.put(f"{month[:4]}/{month[5:]}/events.csv", cls.sample(f"{month}.csv", month, rows))

    def setUp(self):
        self.name = self._testMethodName
        self.url = self.tcp_url(self.server.create_database(self.name))

    def tcp_url(self, _, user="weir"):
        return f"postgresql://{user}@127.0.0.1:{self.server.port}/{self.name}"

    def variables(self, template=MONTHLY, **changes):
        """As Lambda sets them, without HOME; None takes one away."""
        found = {"PATH": os.environ["PATH"], "TZ": ":UTC", "LANG": "C.UTF-8", "TMPDIR": str(self.directory / "tmp"),
                 "LAMBDA_TASK_ROOT": str(self.task), "_HANDLER": "weir", **self.s3.environment, "AWS_SESSION_TOKEN": TOKEN,
                 "WEIR_SOURCE": template.format(bucket=self.s3.bucket), "WEIR_DB": self.url, **changes}
        return {name: value for name, value in found.items() if value is not None}

    def function(self, command=("./bootstrap",), api=None, **changes):
        """An instance that has started; its API."""
        api = api or RuntimeApi()
        self.addCleanup(api.stop)
        environment = self.variables(**changes)
        environment.setdefault("AWS_LAMBDA_RUNTIME_API", api.host)
        api.log = self.directory / f"{self.name}-{api.host.split(':')[1]}.log"
        with open(api.log, "wb") as log:
            api.process = subprocess.Popen([*BOUND, *command], cwd=self.task, env=environment, stdin=subprocess.DEVNULL,
                                           stdout=log, stderr=log)
        self.addCleanup(self.end, api.process)
        self.addCleanup(self.check_instance, api)  # runs before the end
        return api

    def check_instance(self, api):
        """What holds of every instance, whatever was asked of it."""
        self.assertEqual(api.breaches, [])
        for line in api.log.read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            self.assertLessEqual({"time", "level"}, set(said), line)
            self.assertNotIn(PASSWORD, line)
        self.assertEqual([path.name for path in self.task.iterdir()], ["bootstrap"])
        self.assertEqual(list((self.directory / "tmp").iterdir()), [])

    def log(self, api):
        return [json.loads(line) for line in api.log.read_text(encoding="utf-8").splitlines()]

    def ask(self, sql):
        return self.server.ask(self.name, sql)

    def wait_until_loading(self):
        for _ in range(600):
            if self.ask("SELECT 1 FROM pg_class WHERE relname = 'ingestions'") and \
                    self.ask("SELECT 1 FROM ingestions WHERE status = 'loading'"):
                return
            time.sleep(0.05)
        self.fail("nobody loads")

    def check_loaded(self, rows, about=""):
        """By period; each row is there once."""
        found = dict(line.split("|") for line in self.ask(
            "SELECT i.period, count(*) FROM events e JOIN ingestions i ON i.id = e.ingestion_id GROUP BY 1"))
        self.assertEqual({period: int(count) for period, count in found.items()}, rows, about)

    def check_error(self, answer, error_type, *words):
        self.assertEqual((answer.kind, answer.error_type), ("error", error_type), answer)
        self.assertEqual(set(answer.body), {"errorMessage", "errorType", "stackTrace"})
        self.assertEqual((answer.body["errorType"], answer.body["stackTrace"]), (error_type, []))
        for word in words:
            self.assertIn(word, answer.body["errorMessage"])

    def test_a_schedule_delivered_three_times(self):
        api = self.function()
        for time, outcome in (("2021-05-01T10:00:00Z", "loaded"), ("2021-05-01T10:00:00Z", "unchanged"),
                              ("2021-05-02T03:00:00Z", "unchanged")):
            answer = api.invoke(schedule(time))
            self.assertEqual(answer.kind, "response", answer)
            [ingestion] = answer.body["ingestions"]
            self.assertGreaterEqual(ingestion.pop("seconds"), 0)
            self.assertEqual(ingestion, {
                "id": 1, "source": "events", "period": "2021-04", "uri": f"s3://{self.s3.bucket}/2021/04/events.csv",
                "outcome": outcome, "rows_read": ROWS, "rows_loaded": ROWS, "rows_rejected": 0,
                "bytes": (self.directory / "2021-04.csv").stat().st_size})
        self.check_loaded({"2021-04": ROWS})
        self.assertEqual(self.ask("SELECT count(*) FROM ingestions"), ["1"])
        of_requests = [line.get("requestId") for line in self.log(api)]
        self.assertLessEqual({"req-1", "req-2", "req-3"}, set(of_requests))
        self.assertNotIn(None, of_requests)

    def test_every_event(self):
        bucket = self.s3.bucket
        april = "2021/04/events.csv"
        several = s3(bucket, "2021/01/events.csv", "2021%2F02%2Fevents.csv", "2021/05/other.csv")
        api = self.function()
        for event, periods in (
                (several, {"2021-01": "loaded", "2021-02": "loaded"}),
                (eventbridge(bucket, april), {"2021-04": "loaded"}),
                (sns(s3(bucket, april), eventbridge(bucket, "2021/02/events.csv")),
                 {"2021-02": "unchanged", "2021-04": "unchanged"}),
                (schedule("2021-05-01T10:00:00Z", "aws.scheduler"), {"2021-04": "unchanged"}),
                ({"periods": ["2021-01", "2021-04"]}, {"2021-01": "unchanged", "2021-04": "unchanged"}),
                ({"periods": ["2021-04..2021-05"]}, {"2021-04": "unchanged", "2021-05": "missing"}),
                (s3(bucket, "2021/05/events.csv"), {"2021-05": "missing"}),  # deleted since: nothing to try again
                (s3(bucket, april, name="ObjectRemoved:Delete"), {}), (TEST_EVENT, {}), (sns(TEST_EVENT), {})):
            answer = api.invoke(event)
            self.assertEqual(answer.kind, "response", answer)
            self.assertEqual(outcomes(answer), periods, event)
            self.assertNotIn("batchItemFailures", answer.body)
        self.check_loaded({month: ROWS for month in MONTHS})

    def test_days(self):
        bucket = self.s3.bucket
        api = self.function(template=DAILY)
        encoded = "daily+data/2021/04/30/big+events%2Bmore.csv"
        for event, outcome in ((schedule("2021-05-01T10:00:00Z"), "loaded"), (s3(bucket, encoded), "unchanged"),
                               (eventbridge(bucket, DAY_KEY), "unchanged"), ({"periods": [DAY]}, "unchanged")):
            answer = api.invoke(event)
            self.assertEqual((answer.kind, outcomes(answer)), ("response", {DAY: outcome}), event)
        ignored = api.invoke(s3(bucket, "elsewhere/x.csv"))
        self.assertEqual((ignored.body["ingestions"], len(ignored.body["ignored"])), ([], 1))
        self.assertIn("elsewhere/x.csv", ignored.body["ignored"][0])
        self.check_loaded({DAY: ROWS})

    def test_a_queue(self):
        """Those messages come back that failed, and no others."""
        bucket = self.s3.bucket
        api = self.function()
        answer = api.invoke(sqs(
            good=s3(bucket, "2021/01/events.csv"), bad=s3(bucket, "2021/06/events.csv"), junk="not JSON",
            mixed=s3(bucket, "2021/01/events.csv", "2021/06/events.csv"), sns=envelope_of_sns(s3(bucket, "2021/02/events.csv")),
            absent={"periods": ["2021-07"]}, test=TEST_EVENT, bridge=eventbridge(bucket, "2021/04/events.csv")))
        self.assertEqual(answer.kind, "response", answer)
        failed = [failure["itemIdentifier"] for failure in answer.body["batchItemFailures"]]
        self.assertEqual(failed, ["bad", "junk", "mixed", "absent"])
        self.assertEqual(outcomes(answer), {"2021-01": "loaded", "2021-02": "loaded", "2021-04": "loaded", BAD: "failed",
                                            "2021-07": "missing"})
        answer = api.invoke(sqs(good=s3(bucket, "2021/01/events.csv"), test=TEST_EVENT))
        self.assertEqual((outcomes(answer), answer.body["batchItemFailures"]), ({"2021-01": "unchanged"}, []))
        # All of them: an error too where the queue's mapping asks for no reports.
        self.check_error(api.invoke(sqs(bad=s3(bucket, "2021/06/events.csv"), junk="not JSON")), "Weir.Rejects", BAD,
                         "rejected", "message junk", "not JSON")
        self.check_loaded({month: ROWS for month in MONTHS})

    def test_two_instances_at_once(self):
        """Into a database without a schema."""
        apis = [self.function(), self.function(), self.function()]
        for api in apis:
            api.asked.wait(30)
        for api in apis:
            api.deliver(s3(self.s3.bucket, "2021/03/events.csv"))
        answers = [api.answers.get(timeout=120) for api in apis]
        self.assertEqual({answer.kind for answer in answers}, {"response"}, answers)
        self.assertEqual(collections.Counter(outcomes(answer)[LARGE] for answer in answers), {"loaded": 1, "unchanged": 2})
        self.check_loaded({LARGE: LARGE_ROWS})
        self.assertEqual(self.ask("SELECT status FROM ingestions"), ["loaded"])

    def test_a_deadline_in_the_middle(self):
        host, port = self.s3.facts["host"].split(":")
        proxy = StallingProxy((host, int(port)), 1 << 20)
        self.addCleanup(proxy.close)
        proxy.stalled = b"2021/03/events.csv"
        api = self.function(AWS_ENDPOINT_URL=f"http://127.0.0.1:{proxy.port}")
        everything = {"periods": ["2021-01..2021-04"]}
        answer = api.invoke(everything, timeout_s=5)
        self.check_error(answer, "Weir.Deadline", "2021-03: not loaded: the time was up", "2021-04: not loaded",
                         "Done: 2021-01 loaded, 2021-02 loaded", "more time")
        self.assertLess(answer.late_s, 0)
        self.assertGreater(proxy.passed, 1 << 20)  # it was in the middle
        self.check_loaded({"2021-01": ROWS, "2021-02": ROWS})
        self.assertEqual(self.ask("SELECT period, status, error FROM ingestions ORDER BY id"),
                         ["2021-01|loaded|", "2021-02|loaded|", "2021-03|failed|interrupted"])
        # Of a queue's messages those come back that there was no time for.
        answer = api.invoke(sqs(one=s3(self.s3.bucket, "2021/01/events.csv"), three=s3(self.s3.bucket, "2021/03/events.csv")),
                            timeout_s=3)
        self.assertEqual((answer.kind, answer.body["batchItemFailures"]), ("response", [{"itemIdentifier": "three"}]))
        self.assertLess(answer.late_s, 0)
        proxy.release()
        answer = api.invoke(everything)
        self.assertEqual(outcomes(answer), {"2021-01": "unchanged", "2021-02": "unchanged", LARGE: "loaded",
                                            "2021-04": "loaded"})
        self.check_loaded({**{month: ROWS for month in MONTHS}, LARGE: LARGE_ROWS})

    def test_a_deadline_while_another_loads(self):
        """Waiting for the slot ends in time, too."""
        text = (self.directory / f"{LARGE}.csv").read_bytes()
        holder = self.start("ingest", "-", "--period", "2021-04", "--db", self.url, "-q", stdin=subprocess.PIPE)
        holder.stdin.write(text[:len(text) // 2])
        holder.stdin.flush()
        self.wait_until_loading()
        answer = self.function().invoke({"periods": ["2021-04"]}, timeout_s=3)
        self.check_error(answer, "Weir.Deadline", "2021-04: not loaded: the time was up")
        self.assertLess(answer.late_s, 0)

    def test_errors(self):
        api = self.function()
        for event, error_type, words in (
                (schedule("2021-08-01T10:00:00Z"), "Weir.Missing", ["2021-07", "nothing at s3://", "2021/07/events.csv"]),
                ({"periods": ["2021-07"]}, "Weir.Missing", ["2021-07"]),
                (s3(self.s3.bucket, "2021/04/events.csv", "2021/06/events.csv"), "Weir.Rejects",
                 [f"{BAD}: ", "100 of 600 rows were rejected", "Done: 2021-04 loaded"]),
                ({"hello": "world"}, "Weir.Usage", ["cannot tell what to load", "hello", '{"periods":["2021-04"]}']),
                ("not JSON", "Weir.Usage", ["not JSON"]), ({"periods": ["April"]}, "Weir.Usage", ["April"])):
            self.check_error(api.invoke(event), error_type, *words)
        # It goes on.
        self.assertEqual(outcomes(api.invoke({"periods": ["2021-04"]})), {"2021-04": "unchanged"})
        wrong = self.function(AWS_SECRET_ACCESS_KEY="wrong").invoke({"periods": ["2021-04"]})
        self.check_error(wrong, "Weir.Access", "2021-04: cannot read s3://")
        lost = self.function(WEIR_DB=f"postgresql://weir@127.0.0.1:{free_port()}/none").invoke({"periods": ["2021-04"]})
        self.check_error(lost, "Weir.Failed", "2021-04")

    def test_what_it_cannot_start_with(self):
        for changes, error_type, word, status in (
                ({"WEIR_SOURCE": None}, "Weir.Usage", "WEIR_SOURCE", 2),
                ({"WEIR_SOURCE": "s3://b/{YYYY}.csv"}, "Weir.Usage", "{MM}", 2),
                ({"WEIR_DB": None}, "Weir.Usage", "WEIR_DB", 2),
                ({"WEIR_LAMBDA_FLAGS": '["--regoin","eu-west-1"]'}, "Weir.Usage", "--region", 2),
                ({"WEIR_LAMBDA_FLAGS": "--region eu-west-1"}, "Weir.Usage", "--region eu-west-1", 2),
                ({"WEIR_DB": "mysql://root:hidden@h/db"}, "Weir.Usage", "no such kind", 2)):
            api = self.function(**changes)
            body, header = api.start_failures.get(timeout=30)
            self.assertEqual((body["errorType"], header), (error_type, error_type))
            self.assertIn(word, body["errorMessage"])
            self.assertNotIn("hidden", body["errorMessage"])
            self.assertEqual(api.process.wait(timeout=30), status)
            self.assertFalse(api.asked.is_set())

    def test_without_lambda(self):
        finished = self.weir("lambda", status=2)
        self.assertIn("AWS_LAMBDA_RUNTIME_API", finished.err)

    def test_by_name_and_with_a_proxy(self):
        """As a container image starts it. A proxy for the world is none for the API."""
        api = RuntimeApi()
        self.function([WEIR, "lambda"], api, AWS_LAMBDA_RUNTIME_API=api.host.replace("127.0.0.1", "localhost"),
                      http_proxy=f"http://127.0.0.1:{free_port()}", no_proxy="127.0.0.1")
        self.assertEqual(outcomes(api.invoke({"periods": ["2021-04"]})), {"2021-04": "loaded"})

    def test_it_ends_when_told(self):
        api = self.function()
        self.assertTrue(api.asked.wait(30))
        api.process.send_signal(signal.SIGTERM)
        self.assertEqual(api.process.wait(timeout=30), 0)

    def test_an_api_that_is_gone(self):
        api = self.function()
        self.assertTrue(api.asked.wait(30))
        api.stopping = True  # answers with 500
        self.assertEqual(api.process.wait(timeout=30), 1)
        self.assertIn("is no invocation", self.log(api)[-1]["why"])

    def test_a_secret(self):
        manager = SecretsManager(self.s3.facts["access_key"], self.s3.facts["secret_key"], TOKEN)
        self.addCleanup(manager.stop)
        self.ask(f"CREATE ROLE keeper LOGIN SUPERUSER PASSWORD '{PASSWORD}'")
        hba = self.server.directory / "data" / "pg_hba.conf"
        hba.write_text("host all keeper all scram-sha-256\n" + hba.read_text(encoding="utf-8"), encoding="utf-8")
        self.ask("SELECT pg_reload_conf()")
        api = self.function(WEIR_DB=self.tcp_url("", "keeper"), WEIR_DB_SECRET=ARN,
                            AWS_ENDPOINT_URL_SECRETS_MANAGER=f"http://{manager.host}")
        event = {"periods": ["2021-04"]}
        self.check_error(api.invoke(event), "Weir.Failed", ARN, "ResourceNotFoundException")
        manager.refused.add(ARN)
        self.check_error(api.invoke(event), "Weir.Access", ARN, "secretsmanager:GetSecretValue")
        manager.refused.clear()
        manager.secrets[ARN] = json.dumps({"username": "keeper"})
        self.check_error(api.invoke(event), "Weir.Failed", ARN, "without a password")
        manager.secrets[ARN] = "the password before it was rotated"
        answer = api.invoke(event)
        self.check_error(answer, "Weir.Access", "2021-04")
        self.assertNotIn("rotated", json.dumps(answer.body))
        manager.secrets[ARN] = PASSWORD
        manager.failures = 1
        self.assertEqual(outcomes(api.invoke(event)), {"2021-04": "loaded"})
        manager.secrets[ARN] = json.dumps({"username": "keeper", "password": PASSWORD, "engine": "postgres"})
        self.assertEqual(outcomes(api.invoke(event)), {"2021-04": "unchanged"})
        nameless = self.function(WEIR_DB=self.tcp_url("").replace("weir@", ""), WEIR_DB_SECRET=ARN,
                                 AWS_ENDPOINT_URL_SECRETS_MANAGER=f"http://{manager.host}")
        self.assertEqual(outcomes(nameless.invoke(event)), {"2021-04": "unchanged"})
        forged = self.function(WEIR_DB_SECRET=ARN, AWS_SECRET_ACCESS_KEY="wrong",
                               AWS_ENDPOINT_URL_SECRETS_MANAGER=f"http://{manager.host}")
        self.check_error(forged.invoke(event), "Weir.Access", "signature")

    def test_people_are_told(self):
        hook = Hook()
        self.addCleanup(hook.stop)
        api = self.function(WEIR_NOTIFY=hook.url)
        for event in (schedule("2021-05-01T10:00:00Z"), TEST_EVENT, {"periods": ["2021-07"]}, "not JSON"):
            api.invoke(event)
        self.assertEqual([body["status"] for _, _, _, body in hook.posted], ["success", "gap", "failure"])
        self.assertIn("2021-04: loaded", hook.posted[0][3]["text"])
        # A hook that does not answer does not keep Lambda waiting.
        with socket.create_server(("127.0.0.1", 0)) as silent:
            stuck = self.function(WEIR_NOTIFY=f"http://127.0.0.1:{silent.getsockname()[1]}/{PASSWORD}")
            answer = stuck.invoke({"periods": ["2021-04"]}, timeout_s=4)
        self.assertEqual(outcomes(answer), {"2021-04": "unchanged"})
        self.assertLess(answer.late_s, 0)
        self.assertIn("nobody was told", self.log(stuck)[-1]["message"])


if __name__ == "__main__":
    main()
