#!/usr/bin/python3
"""The server, the network and the disk fail in the middle of a load into PostgreSQL. Each time: one clear message and exit
code 1, the attempt failed in the ledger, the old version whole; the next ingest succeeds, and every count is exact.
"""

import gzip
import os
import shutil
import signal
import subprocess
import time

from postgres_checks import MONTH, PostgresTest
from programs import main
from proxy import Proxy

ROWS = 12000
DISK_BYTES = 40 << 20
SOON_S = 20.0  # for a machine that is busy with other things
ENDLESS_S = 60.0


class PostgresFaults(PostgresTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.old, cls.new = cls.versions(ROWS)
        cls.server.ask("postgres", "ALTER ROLE weir PASSWORD 'another-one'")

    def setUp(self):
        super().setUp()
        self.load_old()

    def load_old(self):
        self.publish(self.old)
        self.assertEqual(self.outcome(self.dump, "--period", MONTH), "loaded")

    def behind_proxy(self, settings=""):
        """A network that can fail, and the URL that leads through it."""
        proxy = Proxy(next(self.server.directory.glob(".s.PGSQL.[0-9]*[0-9]")))
        self.addCleanup(proxy.close)
        return proxy, f"postgresql://weir:never-to-be-shown@127.0.0.1:{proxy.port}/{self.name}?{settings}"

    def start_half(self, url=None):
        """A load in the middle of its dump, which comes through a pipe."""
        process = self.start_ingest("-", "--period", MONTH, "--force", url=url, stdin=subprocess.PIPE)
        process.stdin.write(self.new.text[:len(self.new.text) // 2])
        process.stdin.flush()
        return process, self.wait_for_rows()

    def feed(self, process):
        """The rest of the dump, and then more and more rows: whatever stopped the load, weir stops reading soon after."""
        began = time.monotonic()
        rows = self.new.text[self.new.text.index(b"\n") + 1:self.new.text.rindex(b"\nnot,an") + 1]
        try:
            process.stdin.write(self.new.text[len(self.new.text) // 2:])
            while time.monotonic() - began < ENDLESS_S:
                process.stdin.write(rows)
            self.fail("weir goes on reading though its load has failed")
        except BrokenPipeError:
            return

    def check_failed(self, process, words, recorded=None, status=1):
        """One message, in `words`; what `recorded` says is in the ledger, the old version stands, and loading goes on."""
        finished = self.finish(process, status)
        [ingestion] = finished.json()["ingestions"]
        self.assertEqual(ingestion["outcome"], "failed", finished)
        self.assertRegex(finished.err, words)
        self.assertEqual(finished.err.count("weir: "), 1, finished.err)
        self.assertLess(len(finished.err), 600, finished.err)
        self.wait_until_gone()
        self.check_goes_on(recorded or words)
        return finished

    def check_goes_on(self, recorded):
        ledger = self.check_holds(self.old, "after the fault")
        self.assertEqual([row["status"] for row in ledger], ["loaded", "failed"])
        self.assertRegex(ledger[1]["error"], recorded)
        self.assertEqual(ledger[1]["rows_loaded"], 0)
        self.publish(self.new)
        self.assertEqual(self.outcome(self.dump, "--period", MONTH), "replaced")
        self.check_holds(self.new, "after the next ingest")
        stored = self.server.ask(self.name, "SELECT status FROM ingestions ORDER BY id")
        self.assertEqual(stored, ["superseded", "failed", "loaded"])

    def test_server_process_killed(self):
        """Which makes the server end all its sessions, and recover."""
        process, pid = self.start_half()
        os.kill(int(pid), signal.SIGKILL)
        self.feed(process)
        self.check_failed(process, "connection|recovery|terminat", "connection|recovery|terminat|interrupted")

    def test_server_process_ended_by_its_administrator(self):
        process, pid = self.start_half()
        self.server.ask("postgres", f"SELECT pg_terminate_backend({pid})")
        self.feed(process)
        self.check_failed(process, "terminating connection due to administrator command")

    def test_server_process_ended_while_the_dump_is_silent(self):
        """Whoever writes it need not say anything more: the error does not wait for that."""
        for text in (self.new.text, gzip.compress(self.new.text)):
            process = self.start_ingest("-", "--period", MONTH, "--force", stdin=subprocess.PIPE)
            process.stdin.write(text[:len(text) * 3 // 4])
            process.stdin.flush()
            pid = self.wait_for_rows()
            self.server.ask("postgres", f"SELECT pg_terminate_backend({pid})")
            process.wait(timeout=SOON_S)  # its standard input is still open
            self.assertEqual(process.returncode, 1)
            self.assertIn(b"terminating connection due to administrator command", process.stderr.read())
            process.stdin.close()
        self.check_holds(self.old, "a silent dump")

    def test_statement_cancelled(self):
        process, pid = self.start_half()
        self.server.ask("postgres", f"SELECT pg_cancel_backend({pid})")
        self.feed(process)
        self.check_failed(process, "canceling statement due to user request")

    def test_server_stopped_at_once(self):
        process, _ = self.start_half()
        self.server.stop()
        self.feed(process)
        finished = self.finish(process, status=1)
        self.assertEqual(finished.err.count("weir: "), 1, finished.err)
        self.assertIn("the ledger could not record it", finished.err)
        self.server.start()
        self.check_goes_on("^interrupted$")

    def test_server_restarted_at_once(self):
        process, _ = self.start_half()
        self.server.stop()
        self.server.start()
        self.feed(process)
        self.check_failed(process, "connection|terminat")

    def test_connections_reset(self):
        proxy, url = self.behind_proxy()
        process, _ = self.start_half(url)
        proxy.cut()
        self.feed(process)
        self.check_failed(process, "[Cc]onnection")

    def test_commit_that_never_arrives(self):
        proxy, url = self.behind_proxy()
        proxy.lost_commit = "asked"
        self.publish(self.new)
        self.check_failed(self.start_ingest(self.dump, "--period", MONTH, url=url), "[Cc]onnection")

    def test_commit_whose_answer_never_arrives(self):
        """The ledger tells, so this is no failure."""
        proxy, url = self.behind_proxy()
        proxy.lost_commit = "answered"
        self.publish(self.new)
        self.assertEqual(self.outcome(self.dump, "--period", MONTH, url=url), "replaced")
        self.assertIsNone(proxy.lost_commit)
        self.check_holds(self.new, "after a commit without an answer")
        self.assertEqual(self.outcome(self.dump, "--period", MONTH), "unchanged")

    def test_network_that_stalls(self):
        """Not a word is heard any more; tcp_user_timeout (60 s unless the URL says otherwise) tells that it is dead."""
        proxy, url = self.behind_proxy("tcp_user_timeout=2000&connect_timeout=2")
        process, _ = self.start_half(url)
        proxy.stall()
        self.feed(process)
        finished = self.finish(process, status=1)
        self.assertRegex(finished.err, "[Cc]onnection.*did not answer")
        proxy.close()
        self.wait_until_gone()
        self.check_goes_on("^interrupted$")

    def test_interrupt_while_the_network_stalls(self):
        proxy, url = self.behind_proxy("connect_timeout=2")
        process, _ = self.start_half(url)
        proxy.stall()
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=120)
        self.assertLess(time.monotonic() - began, SOON_S)
        self.finish(process, status=130)
        proxy.close()
        self.wait_until_gone()
        self.check_goes_on("^interrupted$")

    def test_statement_timeout_of_the_role(self):
        """Is for questions. A load takes the time it takes, as that of pg_restore does."""
        self.server.ask("postgres", f"ALTER DATABASE {self.name} SET statement_timeout = '300ms'")
        process, _ = self.start_half()
        time.sleep(1.0)
        process.stdin.write(self.new.text[len(self.new.text) // 2:])
        [ingestion] = self.finish(process).json()["ingestions"]
        self.assertEqual(ingestion["outcome"], "replaced")
        self.server.ask("postgres", f"ALTER DATABASE {self.name} SET statement_timeout = '1ms'")
        finished = self.weir("insights", "--db", self.url, status=1)
        self.assertIn("statement timeout", finished.err)
        self.assertIn("raise the server's statement_timeout", finished.err)
        self.server.ask("postgres", f"ALTER DATABASE {self.name} RESET statement_timeout")
        self.check_holds(self.new, "after a statement timeout")

    def test_full_disk(self):
        disk = self.directory / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "weir-e2e", disk],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:  # as in most containers
            self.skipTest(f"no disk of its own: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        space = disk / "space"
        space.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(space, "postgres", "postgres")
        self.server.ask("postgres", f"CREATE TABLESPACE small LOCATION '{space}'")
        self.addCleanup(self.server.ask, "postgres", "DROP TABLESPACE small")
        self.url = self.url.replace(self.name, "on_a_small_disk")
        self.name = "on_a_small_disk"
        self.server.ask("postgres", "CREATE DATABASE on_a_small_disk TABLESPACE small")
        self.addCleanup(self.server.ask, "postgres", "DROP DATABASE on_a_small_disk")
        self.load_old()
        process, _ = self.start_half()
        self.feed(process)
        subprocess.run(["mount", "-o", "remount,size=256m", disk], check=True)
        self.check_failed(process, "the server's disk is full .*No space left on device")


if __name__ == "__main__":
    main()
