#!/usr/bin/python3
"""Who is told what an ingest came to: --notify, against a web hook that fails when the test says so, and --metrics-file, read
by a strict parser (and by promtool, where the machine has it)."""

import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

import prometheus
from aws import HOOK_SECRET as SECRET, Hook
from programs import WeirTest, main

ROWS = 500
TEMPLATE = "{YYYY}/{MM}/events.csv"


class Telling(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for month in ("2021-01", "2021-02"):
            cls.sample(TEMPLATE.format(YYYY=month[:4], MM=month[5:]), month, ROWS)
        with open(cls.sample("2021/04/events.csv", "2021-04", ROWS), "a", encoding="utf-8") as dump:
            dump.write("<not>,an,&event\n" * 100)
        cls.hook = Hook()
        cls.addClassCleanup(cls.hook.stop)

    def setUp(self):
        self.db = f"duckdb:{self._testMethodName}.duckdb"
        self.hook.posted.clear()
        self.hook.failures.clear()
        self.metrics = self.directory / f"{self._testMethodName}.prom"

    def finish(self, process, status=0):
        finished = super().finish(process, status)
        self.assertNotIn(SECRET, finished.out + finished.err)
        return finished

    def run_ingest(self, *arguments, status=0, env=None):
        return self.weir("ingest", *arguments, "--source", TEMPLATE, "--db", self.db, "-f", "json", status=status,
                         env={**self.environment, **(env or {})})

    def told(self, *arguments, status=0, env=None):
        """What one ingest posts."""
        finished = self.run_ingest(*arguments, status=status, env=env)
        [(method, path, content_type, body)] = self.hook.posted
        self.assertEqual((method, path, content_type), ("POST", f"/services/{SECRET}", "application/json"))
        self.hook.posted.clear()
        return finished, body

    def test_success(self):
        finished, body = self.told("2021-01", "--notify", self.hook.url)
        self.assertEqual(body["ingestions"], finished.json()["ingestions"])
        self.assertRegex(body.pop("text"), r"^weir: events 2021-01: loaded, 500 rows, 0 rejected, \d+\.\d s$")
        self.assertEqual({**body, "ingestions": 0, "weir_version": 0},
                         {"mrkdwn": False, "status": "success", "source": "events", "ingestions": 0, "weir_version": 0})
        _, body = self.told("2021-01..2021-02", "--notify", self.hook.url)
        self.assertEqual(body["text"], "weir: events: 1 loaded, 1 unchanged")

    def test_failure(self):
        _, body = self.told("2021-04", "--notify", self.hook.url, status=3)
        self.assertEqual(body["status"], "failure")
        self.assertRegex(body["text"], r"^weir: events 2021-04: failed, cannot load .*100 of 600 rows were rejected")
        _, body = self.told("2021-01..2021-04", "--notify", self.hook.url, status=3)
        self.assertEqual(body["status"], "failure")
        self.assertRegex(body["text"], r"^weir: events: 2 loaded, 1 missing, 1 failed\n2021-03: missing.*\n2021-04: failed")

    def test_gap(self):
        _, body = self.told("2021-03", "--notify", self.hook.url, status=4)
        self.assertEqual((body["status"], body["ingestions"][0]["outcome"]), ("gap", "missing"))
        self.assertEqual(body["text"], "weir: events 2021-03: missing, nothing at 2021/03/events.csv")

    def test_an_error_before_anything_is_loaded(self):
        """With what Slack would take for markup."""
        self.weir("ingest", "--source", "<{YYYY}>&.csv", "--notify", self.hook.url, status=2)
        [(_, _, _, body)] = self.hook.posted
        self.assertEqual((body["status"], body["ingestions"]), ("failure", []))
        self.assertIn("<{YYYY}>&.csv", body["error"])
        self.assertIn("weir: events: failed, ", body["text"])
        self.assertIn("&lt;{YYYY}&gt;&amp;.csv", body["text"])

    def test_nothing_to_do(self):
        self.run_ingest("2021-01..2021-02")
        self.run_ingest("--new", "--max-rejects", "50%", "--notify", self.hook.url)
        self.assertEqual(len(self.hook.posted), 1)  # of the month with rejects
        self.run_ingest("--new", "--notify", self.hook.url)
        self.run_ingest("2021-01", "--dry-run", "--notify", self.hook.url)
        self.assertEqual(len(self.hook.posted), 1)

    def test_it_tries_again(self):
        self.hook.failures[:] = [503, 429, 500]
        finished, body = self.told("2021-01", "--notify", self.hook.url)
        self.assertEqual((body["status"], finished.err), ("success", ""))

    def test_it_never_fails_the_load(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            closed = listener.getsockname()[1]
        self.hook.failures[:] = [404]
        for number, url in enumerate((f"http://127.0.0.1:{closed}/{SECRET}", self.hook.url,
                                      f"http://user:{SECRET.replace('/', '-')}@nowhere.invalid/{SECRET}")):
            finished = self.run_ingest("2021-01", "--notify", url, "--force")
            self.assertEqual(finished.json()["ingestions"][0]["outcome"], "replaced" if number else "loaded")
            self.assertIn("nobody was told at http://", finished.err)
            self.assertNotIn(SECRET.replace("/", "-"), finished.err)

    def test_who_says_so(self):
        self.told("2021-01", env={"WEIR_NOTIFY": self.hook.url})
        self.told("2021-01", "--notify", self.hook.url, env={"WEIR_NOTIFY": "http://127.0.0.1:1/"})
        config = self.directory / "weir.toml"
        self.addCleanup(config.unlink)
        config.write_text(f'notify = "{self.hook.url}"\nmetrics_file = "{self.metrics}"\n', encoding="utf-8")
        self.told("2021-01")
        self.assertTrue(prometheus.samples(self.metrics.read_text(encoding="utf-8")))

    def test_no_address(self):
        finished = self.run_ingest("2021-01", "--notify", SECRET, status=2)
        self.assertIn("--notify", finished.err)

    def test_an_interrupt_is_told(self):
        process = self.start("ingest", "-", "--period", "2021-01", "--db", self.db, "--notify", self.hook.url,
                             stdin=subprocess.PIPE)
        process.stdin.write((self.directory / "2021/01/events.csv").read_bytes()[:5000])
        process.stdin.flush()
        self.assertTrue(self.wait_until_open(process, self.directory / f"{self.db.removeprefix('duckdb:')}.lock"))
        self.assertNotIn(SECRET.encode(), pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes())
        process.send_signal(signal.SIGINT)
        self.finish(process, 130)
        self.assertEqual([body["status"] for _, _, _, body in self.hook.posted], ["failure"])

    def measured(self):
        if tool := shutil.which("promtool"):
            with open(self.metrics, "rb") as text:
                subprocess.run([tool, "check", "metrics"], stdin=text, check=True)
        return prometheus.samples(self.metrics.read_text(encoding="utf-8"))

    def measure_ingest(self, *arguments, status=0):
        self.run_ingest(*arguments, "--metrics-file", self.metrics, status=status)
        return self.measured()

    def test_metrics(self):
        began = time.time()
        found = self.measure_ingest("2021-01..2021-02", "--source-name", 'a"b\\c')
        source = ("source", 'a"b\\c')
        for month in ("2021-01", "2021-02"):
            labels = (("period", month), source)
            size = (self.directory / month[:4] / month[5:] / "events.csv").stat().st_size
            for name, value in (("rows_read", ROWS), ("rows_loaded", ROWS), ("rows_rejected", 0), ("bytes", size)):
                self.assertEqual(found[f"weir_ingestion_{name}", labels], value)
            self.assertGreater(found["weir_ingestion_seconds", labels], 0)
        for name in ("weir_last_run_timestamp_seconds", "weir_last_success_timestamp_seconds"):
            self.assertTrue(began <= found[name, (source,)] <= time.time(), found)
        self.assertEqual(found["weir_last_run_success", (source,)], 1)
        outcomes = {labels[0][1]: value for (name, labels), value in found.items() if name == "weir_last_run_ingestions"}
        self.assertEqual(outcomes, {"loaded": 2, "replaced": 0, "unchanged": 0, "missing": 0, "failed": 0})

    def test_metrics_remember(self):
        source = (("source", "events"),)
        success = ("weir_last_success_timestamp_seconds", source)
        first = self.measure_ingest("2021-01")
        for arguments, status in ((["2021-04"], 3), (["2021-03"], 4), (["April"], 2)):
            failed = self.measure_ingest(*arguments, status=status)
            self.assertEqual((failed["weir_last_run_success", source], failed[success]), (0, first[success]), arguments)
            self.assertGreater(failed["weir_last_run_timestamp_seconds", source], first[success])
        self.run_ingest("--new", "--max-rejects", "50%")
        idle = self.measure_ingest("--new")  # there is nothing new: the last dumps are still told of
        self.assertGreater(idle[success], first[success])
        self.assertEqual(idle["weir_ingestion_rows_loaded", (("period", "2021-03"), *source)], 0)
        # Another source in the same file.
        both = self.measure_ingest("2021-02", "--source-name", "other")
        self.assertEqual({key: value for key, value in both.items() if ("source", "events") in key[1]}, idle)
        self.assertEqual(both["weir_ingestion_rows_loaded", (("period", "2021-02"), ("source", "other"))], ROWS)

    def test_metrics_appear_whole(self):
        self.measure_ingest("2021-01")
        stop = threading.Event()
        seen = []

        def watch():
            while not stop.is_set():
                seen.append(self.metrics.read_text(encoding="utf-8"))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for _ in range(5):
                self.measure_ingest("2021-01..2021-02")
        finally:
            stop.set()
            watcher.join()
        for text in set(seen):
            prometheus.samples(text)
        self.assertGreater(len(set(seen)), 1)
        self.assertEqual([path.name for path in self.directory.glob("*.prom*") if path.name.startswith(self.metrics.name)],
                         [self.metrics.name])

    def test_metrics_that_cannot_be_written(self):
        finished = self.run_ingest("2021-01", "--metrics-file", "/nowhere/weir.prom")
        self.assertIn("warning: cannot write /nowhere/weir.prom", finished.err)

    def test_the_parser_is_strict(self):
        head = "# HELP a b\n# TYPE a gauge\n"
        self.assertEqual(prometheus.samples(head + 'a{x="1"} 2.5\na 1e3\n'), {("a", (("x", "1"),)): 2.5, ("a", ()): 1000})
        for text in ("a 1\n", head + "a 1", head + "a one\n", head + "a 1 1395066363000\n", head + 'a{x="1",x="2"} 1\n',
                     head + "a 1\na 1\n", head + "b 1\n", head + 'a{x="1} 1\n', head + "a 1\n" + head, head + "a{x=1} 1\n",
                     "# TYPE a gauge\na 1\n", "# HELP a b\n# TYPE a gauche\na 1\n", head + "\n"):
            with self.assertRaises(prometheus.Malformed, msg=text):
                prometheus.samples(text)


if __name__ == "__main__":
    main()
