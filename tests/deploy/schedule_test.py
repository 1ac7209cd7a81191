#!/usr/bin/python3
"""`weir schedule`: what each format's own reader makes of the files, that texts come through them unharmed, that nothing
secret is in them, and that what a crontab and a unit would run does load a month.

Not tested: `terraform validate` and `aws cloudformation validate-template`, which want a provider or an account.
WEIR and WEIR_SAMPLE name the programs. Needs systemd-analyze (systemd), cron, python3-yaml and python3-jsonschema.
"""

import datetime
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

import yaml

import cloud_files
import machine_files

WEIR = os.environ["WEIR"]
WEIR_SAMPLE = os.environ["WEIR_SAMPLE"]
MONTHLY = "s3://bucket/events/{YYYY}/{MM}/events.csv"
DAILY = "s3://bucket/{YYYY}/{MM}/{DD}/events.csv.gz"
DATABASE = "postgresql://weir@db.example.com/events?sslmode=require"
FORMATS = ("cron", "systemd", "k8s", "sam", "terraform")
CLOUDS = ("k8s", "sam", "terraform")
NASTY = ["100 %", "%h%%d", "it's", 'say "hi"', "a\\b", "$HOME ${x} $$ %{y}", "a: b # c", "*?[x]", "ünï→", "&;|<>()`!~",
         "- x", "{DD}", "@NAME@", "<%= x %>", "null", "!Ref X", "\u00a0"]


class ScheduleTest(unittest.TestCase):
    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="weir-schedule-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LC_ALL": "C.UTF-8"}

    def weir(self, *words, status=0, **variables):
        done = subprocess.run([WEIR, *words], cwd=self.folder, env={**self.environment, **variables}, capture_output=True,
                              text=True, check=False, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, status, f"{words}\n{done.stdout}\n{done.stderr}")
        return done

    def schedule(self, format_, *words, source=MONTHLY, db=DATABASE, **variables):
        return self.weir("schedule", format_, "--source", source, "--db", db, *words, **variables).stdout

    def local_month(self, name):
        """The template of a folder that holds last month's dump."""
        month = (datetime.datetime.now(datetime.timezone.utc).replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m")
        dump = self.folder / name / month[:4] / month[5:] / "events.csv"
        dump.parent.mkdir(parents=True)
        subprocess.run([WEIR_SAMPLE, "--month", month, "--rows", "1000", "--seed", "1", "-o", str(dump)], check=True)
        return month, str(self.folder / name / "{YYYY}/{MM}/events.csv")

    def assert_loaded(self, database, month):
        [row] = [line.split(",") for line in self.weir("status", "-f", "csv", "--db", database).stdout.splitlines()[1:]]
        self.assertEqual(row[1:4], [month, "loaded", "1000"])


class Secrets(ScheduleTest):
    def test_none_is_printed(self):
        for format_ in FORMATS:
            done = self.weir("schedule", format_, "--source", MONTHLY, AWS_SECRET_ACCESS_KEY="hidden1",
                             WEIR_DB="postgresql://weir:hidden2@db/events?sslpassword=hidden3&password=hidden4",
                             WEIR_NOTIFY="https://hooks.example.com/hidden5", PGPASSWORD="hidden6",
                             AWS_ACCESS_KEY_ID="hidden7", AWS_SESSION_TOKEN="hidden8")
            self.assertNotIn("hidden", done.stdout + done.stderr, format_)
            self.assertIn("postgresql://weir@db/events", done.stdout)
            self.assertIn("the password in WEIR_DB is left out", done.stderr)
            self.assertRegex(done.stdout, "(?i)notify", format_)

    def test_nobody_is_named_where_nobody_is_to_be_told(self):
        for format_ in FORMATS:
            self.assertNotRegex(self.schedule(format_), "(?i)notify", format_)

    def test_the_file_of_settings_is_read(self):
        (self.folder / "weir.toml").write_text(
            f'source = "{DAILY}"\ndb = "{DATABASE}"\nmax_rejects = "2.5%"\nnotify = "https://hooks.example.com/hidden"\n'
            'delimiter = ";"\nwait = 90\n[columns]\nemail = ["client id", "clientId"]\n[s3]\nregion = "eu-west-1"\n',
            encoding="utf-8")
        command = yaml.safe_load_all(self.weir("schedule", "k8s").stdout)
        words = list(command)[1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"]
        self.assertEqual(words, ["ingest", "--log-format", "json", "--region", "eu-west-1", "--map",
                                 "email=client id,clientId", "--delimiter", ";", "--max-rejects", "2.5%", "--wait", "90"])
        self.assertNotIn("hidden", "".join(self.weir("schedule", format_).stdout for format_ in FORMATS))


class RoundTrip(ScheduleTest):
    def test_templates_databases_and_columns(self):
        for text in NASTY:
            for format_ in FORMATS:
                with self.subTest(text=text, format=format_):
                    key = text.replace("{x}", "").replace("%{y}", "%")  # which are no placeholders
                    self.come_through(format_, f"s3://bucket/{key}/{{YYYY}}/{{MM}}/{key}",
                                      f"{DATABASE}&application_name={urllib.parse.quote(text)}", text)

    def come_through(self, format_, source, database, text):
        found = READERS[format_](self.schedule(format_, "--map", f"email={text}", source=source, db=database,
                                               PGAPPNAME=text))
        self.assertEqual(found.variables["WEIR_SOURCE"], source)
        self.assertEqual(found.variables["WEIR_DB"], database)
        self.assertEqual(found.variables["PGAPPNAME"], text)
        self.assertEqual(found.command[found.command.index("--map") + 1], f"email={text}")

    def test_users_paths_and_images(self):
        for text in NASTY:
            with self.subTest(text=text):
                image = yaml.safe_load_all(self.schedule("k8s", f"--image={text}"))
                self.assertEqual(cloud_files.cron_job(list(image))["containers"][0]["image"], text)
                program = f"/opt/{text}/weir"
                for format_ in ("cron", "systemd"):
                    found = READERS[format_](self.schedule(format_, "--program", program))
                    self.assertEqual(found.command[0], program, format_)

    def test_what_none_can_hold_is_refused(self):
        for format_ in FORMATS:
            done = self.weir("schedule", format_, "--source", "s3://bucket/a\nb/{YYYY}/{MM}", "--db", DATABASE, status=2)
            self.assertIn("it holds a control character", done.stderr)
        done = self.weir("schedule", "cron", "--source", MONTHLY, "--db", DATABASE, "--map", "email=a\\\\b", status=2)
        self.assertIn("crons do not agree", done.stderr)


class Cron(ScheduleTest):
    def test_cron_takes_it(self):
        program = shutil.which("crontab", path=os.environ["PATH"] + ":/usr/bin")
        self.assertIsNotNone(program, "Debian's package cron is missing")
        for source in (MONTHLY, DAILY):
            file = self.folder / "crontab"
            file.write_text(self.schedule("cron", "--map", "email=100 %", source=source), encoding="utf-8")
            done = subprocess.run([program, "-n", str(file)], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        file.write_text("0 10 32 * * weir\n", encoding="utf-8")
        self.assertNotEqual(subprocess.run([program, "-n", str(file)], capture_output=True, check=False).returncode, 0)

    def test_times(self):
        self.assertEqual(machine_files.read_crontab(self.schedule("cron")).times, ["0 10 1 * *", "0 10 2-5 * *", "30 10 5 * *"])
        self.assertEqual(machine_files.read_crontab(self.schedule("cron", source=DAILY)).times,
                         ["0 10 * * *", "0 14,20 * * *", "30 20 * * *"])

    def test_its_commands_load_a_month(self):
        month, source = self.local_month("100 % of 'it' & \"$HOME\"")
        database = f"duckdb:{self.folder}/a % b.duckdb"
        text = self.schedule("cron", "--mail-to", "data@example.com", source=source, db=database)
        table = machine_files.read_crontab(text)
        self.assertEqual(table.variables["MAILTO"], "data@example.com")
        environment = {**table.variables, "HOME": str(self.folder), "SHELL": "/bin/sh", "LOGNAME": "weir"}
        for command in [*table.commands, table.commands[0]]:
            self.assertIn("flock -n ", command)
            done = subprocess.run(["/bin/sh", "-c", command], cwd=self.folder, env=environment, capture_output=True, text=True,
                                  check=False, timeout=60)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), command)
        self.assert_loaded(database, month)

    def test_what_is_missing_is_mailed(self):
        database = f"duckdb:{self.folder}/weir.duckdb"
        source = f"{self.folder}/{{YYYY}}/{{MM}}.csv"
        table = machine_files.read_crontab(self.schedule("cron", source=source, db=database))
        done = subprocess.run(["/bin/sh", "-c", table.commands[0]], env={**table.variables, "HOME": str(self.folder)},
                              capture_output=True, text=True, check=False, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (4, ""))
        self.assertIn("no dump for", done.stderr)


class Systemd(ScheduleTest):
    def verify(self, *words, **settings):
        text = self.schedule("systemd", *words, **settings)
        service, timer = text.split("\n# /etc/systemd/system/weir-events.timer\n")
        (self.folder / "weir-events.service").write_text(service, encoding="utf-8")
        (self.folder / "weir-events.timer").write_text(timer, encoding="utf-8")
        for name in ("weir-events.service", "weir-events.timer"):
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(self.folder / name)], capture_output=True,
                                  text=True, check=False, timeout=60)
            ours = [line for line in done.stderr.splitlines() if "weir-events" in line]
            self.assertEqual((done.returncode, ours), (0, []), done.stderr)
        return machine_files.read_unit(service), machine_files.read_unit(timer)

    def test_it_verifies(self):
        self.verify()
        self.verify(source=DAILY)
        self.verify("--metrics-file", f"{self.folder}/a % b/weir.prom", WEIR_NOTIFY="https://hooks.example.com/x")
        self.verify("--map", "email=100 %", "--no-sign-request", db=f"duckdb:{self.folder}/a.duckdb")

    def test_verify_can_fail(self):
        (self.folder / "weir-events.service").write_text("[Service]\nExecStart=weir\nUser=%\nNonsense=1\n", encoding="utf-8")
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(self.folder / "weir-events.service")],
                              capture_output=True, text=True, check=False)
        self.assertIn("weir-events", done.stderr)

    def test_one_unit_alone(self):
        both = self.schedule("systemd")
        service, timer = (self.schedule("systemd", "--unit", unit) for unit in ("service", "timer"))
        self.assertEqual(both, service + "\n" + timer)

    def test_times(self):
        for source, when in ((MONTHLY, "*-*-01 10:00:00 UTC"), (DAILY, "*-*-* 10:00:00 UTC")):
            timer = machine_files.read_unit(self.schedule("systemd", "--unit", "timer", source=source))
            self.assertEqual(timer["Timer", "OnCalendar"], [when])
            self.assertEqual(timer["Timer", "Persistent"], ["true"])
            subprocess.run(["systemd-analyze", "calendar", when], check=True, capture_output=True)

    def test_whose_files(self):
        service, _ = self.verify()
        self.assertEqual(service["Service", "DynamicUser"], ["yes"])
        self.assertEqual(service["Service", "LoadCredential"], ["pgpass:/etc/weir/weir-events.pgpass"])
        self.assertEqual(service["Service", "EnvironmentFile"], ["-/etc/weir/weir-events.env"])
        self.assertNotIn(("Service", "ReadWritePaths"), service)
        service, _ = self.verify("--user", "daemon", db=f"duckdb:{self.folder}/data/a.duckdb")
        self.assertEqual(service["Service", "User"], ["daemon"])
        self.assertEqual(service["Service", "ReadWritePaths"], [f"{self.folder}/data"])
        self.assertNotIn(("Service", "LoadCredential"), service)

    def test_its_command_loads_a_month(self):
        month, source = self.local_month("100 % of 'it' & \"$HOME\" \\")
        database = f"duckdb:{self.folder}/a % b.duckdb"
        service, _ = self.verify(source=source, db=database)
        found = machine_files.read_service(service)
        done = subprocess.run(found.command, env={**found.variables, "PATH": "/usr/bin:/bin"}, cwd="/", capture_output=True,
                              text=True, check=False, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assert_loaded(database, month)

    def test_nothing_is_left_open(self):
        """The score of systemd's own judge, from 0 (closed) to 10."""
        self.verify()
        done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=30",
                               str(self.folder / "weir-events.service")], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout[-2000:] + done.stderr)


class Kubernetes(ScheduleTest):
    def documents(self, *words, **settings):
        return list(yaml.load_all(self.schedule("k8s", *words, **settings), cloud_files.Strict))

    def test_it_is_what_kubernetes_documents(self):
        for settings in ({}, {"source": DAILY}, {"WEIR_NOTIFY": "https://hooks.example.com/x"}):
            cloud_files.check_kubernetes(self.documents(**settings))
        cloud_files.check_kubernetes(self.documents("--no-sign-request"))

    def test_the_check_can_fail(self):
        documents = self.documents()
        documents[1]["spec"]["concurencyPolicy"] = "Forbid"
        with self.assertRaises(cloud_files.NotAsDocumented):
            cloud_files.check_kubernetes(documents)

    def test_how_it_runs(self):
        account, job = self.documents()
        self.assertEqual(job["spec"]["concurrencyPolicy"], "Forbid")
        self.assertEqual((job["spec"]["schedule"], job["spec"]["timeZone"]), ("0 10 1 * *", "Etc/UTC"))
        pod = cloud_files.cron_job([account, job])
        [container] = pod["containers"]
        self.assertEqual(pod["serviceAccountName"], account["metadata"]["name"])
        self.assertTrue(pod["securityContext"]["runAsNonRoot"])
        self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])
        self.assertEqual(container["volumeMounts"], [{"name": "tmp", "mountPath": "/tmp"}])
        self.assertIn("emptyDir", pod["volumes"][0])
        self.assertLessEqual({"requests", "limits"}, set(container["resources"]))
        secret = {one["name"]: one["valueFrom"]["secretKeyRef"] for one in container["env"] if "valueFrom" in one}
        self.assertEqual(set(secret), {"PGPASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
        self.assertEqual({one["name"] for one in secret.values()}, {"weir-events"})
        self.weir(*container["args"], "--help")

    def test_days(self):
        self.assertEqual(self.documents(source=DAILY)[1]["spec"]["schedule"], "0 10 * * *")


class Aws(ScheduleTest):
    """What SAM and Terraform have in common."""

    def files(self, *words, **settings):
        for format_ in ("sam", "terraform"):
            with self.subTest(format=format_):
                yield READERS[format_](self.schedule(format_, *words, **settings))

    def test_it_is_whole(self):
        for settings in ({}, {"source": DAILY}, {"WEIR_NOTIFY": "https://hooks.example.com/x"},
                         {"source": "https://example.com/{YYYY}/{MM}.csv"}):
            cloud_files.check_sam(self.schedule("sam", **settings))
            cloud_files.check_terraform(self.schedule("terraform", **settings))

    def test_the_checks_can_fail(self):
        sam, terraform = self.schedule("sam"), self.schedule("terraform")
        for spoilt in (sam.replace("!Ref Alarms", "!Ref Alarm"), sam.replace("      Period: 300\n", "", 1),
                       sam.replace("Role.Arn", "Roles.Arn"), sam.replace("Transform:", "Transforms:")):
            with self.assertRaises(cloud_files.NotAsDocumented):
                cloud_files.check_sam(spoilt)
        for spoilt in (terraform.replace("(var.zip)", "(var.code)"), terraform.replace("aws_iam_role.weir.arn", "aws_iam_role.w.arn"),
                       re.sub(r" +period +=.*\n", "", terraform, count=1)):
            with self.assertRaises(cloud_files.NotAsDocumented):
                cloud_files.check_terraform(spoilt)
        with self.assertRaises(SyntaxError):
            cloud_files.check_terraform(terraform.replace('["x86_64"]', '["x86_64"'))

    def test_when_it_runs(self):
        for source, when in ((MONTHLY, "cron(0 10 1 * ? *)"), (DAILY, "cron(0 10 * * ? *)")):
            for found in self.files(source=source):
                self.assertEqual(found.schedule, when)
                self.assertEqual((found.memory_mb, found.timeout_s), (1769, 300))
                self.assertEqual(found.log_days, 400)
                self.assertEqual(found.command[0], "lambda")
                self.weir(*found.command, "--help")

    def test_the_least_rights(self):
        for found in self.files():
            actions = sorted(action for statement in found.statements for action in statement.actions)
            self.assertEqual(actions, sorted([
                "s3:GetObject", "s3:ListBucket", "secretsmanager:GetSecretValue", "logs:CreateLogStream",
                "logs:PutLogEvents", "sqs:SendMessage", *cloud_files.VPC_ACTIONS]))
            for statement in found.statements:
                if "*" in statement.resources:
                    self.assertEqual(set(statement.actions), cloud_files.VPC_ACTIONS)

    def test_rights_are_of_the_dumps_and_no_more(self):
        for key in ("events/{YYYY}/{MM}/events.csv", "{YYYY}/{MM}.csv", "a*b?c$d$$/{YYYY}-{MM}.csv", "{YYYY}/{MM}/{DD}/x"):
            for found in self.files(source=f"s3://bucket/{key}"):
                self.check_rights(found, key)

    def check_rights(self, found, key):
        [read] = [one for one in found.statements if one.actions == ["s3:GetObject"]]
        [find] = [one for one in found.statements if one.actions == ["s3:ListBucket"]]
        name = key.replace("{YYYY}", "2021").replace("{MM}", "04").replace("{DD}", "24")
        for bucket, object_, may in (("bucket", name, True), ("bucket", name + "x", False), ("bucket", "x" + name, False),
                                     ("other", name, False), ("bucket", name.replace("*", "x").replace("?", "y"),
                                                              "*" not in name)):
            matches = cloud_files.iam_match(read.resources[0], f"arn:aws:s3:::{bucket}/{object_}")
            self.assertEqual(matches, may, (read.resources, object_))
        self.assertEqual(find.resources, ["arn:aws:s3:::bucket"])
        [(test, variable, pattern)] = find.conditions
        self.assertEqual((test, variable), ("StringLikeIfExists", "s3:prefix"))
        literal = key[:key.index("{YYYY}")]
        self.assertTrue(cloud_files.iam_match(pattern, literal + "2021/"))
        if literal:
            self.assertFalse(cloud_files.iam_match(pattern, "x" + literal))

    def test_public_dumps_need_no_rights(self):
        for found in self.files("--no-sign-request"):
            self.assertFalse([one for one in found.statements if one.actions[0].startswith("s3:")])

    def test_the_secret(self):
        arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:weir-AbCdEf"
        for words, variables in ((("--db-secret", arn), {}), ((), {"WEIR_DB_SECRET": arn})):
            for found in self.files(*words, **variables):
                self.assertEqual(found.secret_default, arn)
        for found in self.files():
            self.assertIsNone(found.secret_default)

    def test_terraform_formats_it_so(self):
        program = shutil.which("terraform")
        if program is None:
            self.skipTest("terraform is not here, and in no Debian package")
        for settings in ({}, {"source": DAILY, "WEIR_NOTIFY": "https://hooks.example.com/x", "PGAPPNAME": "${x}"}):
            text = self.schedule("terraform", **settings)
            done = subprocess.run([program, "fmt", "-"], input=text, capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout, text)


class Documentation(ScheduleTest):
    def test_it_shows_what_is_printed(self):
        text = (pathlib.Path(__file__).resolve().parents[2] / "docs/automation.md").read_text(encoding="utf-8")
        shown = re.findall(r"^```console\n\$ (weir schedule (?:[^\n]*\\\n)*[^\n]*\n)(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        self.assertEqual([shlex.split(typed)[2] for typed, _ in shown], ["cron", "systemd", "k8s"])
        for typed, printed in shown:
            self.assertEqual(self.weir(*shlex.split(typed.replace("\\\n", ""))[1:]).stdout, printed)


READERS = {
    "cron": machine_files.read_crontab_job, "systemd": machine_files.read_service_text, "k8s": cloud_files.read_kubernetes,
    "sam": cloud_files.read_sam, "terraform": cloud_files.read_terraform,
}

if __name__ == "__main__":
    if shutil.which("systemd-analyze") is None:
        sys.exit("systemd-analyze is missing: it is in Debian's package systemd")
    unittest.main(verbosity=2)
