"""weir and weir-sample as a user runs them: in a directory and an environment of the test's own.

WEIR and WEIR_SAMPLE name the programs (ctest sets them). A suite fails where one of them is missing.
"""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import typing
import unittest

LIMIT_S = 600  # of one command: longer is a hang


def program(variable):
    path = os.environ.get(variable, "")
    if not os.access(path, os.X_OK):
        sys.exit(f"{variable} must name the program to test, and names {path!r}")
    return path


WEIR = program("WEIR")
WEIR_SAMPLE = program("WEIR_SAMPLE")


class Finished(typing.NamedTuple):
    status: int
    out: str
    err: str
    seconds: float

    def json(self):
        return json.loads(self.out)


class Measured(typing.NamedTuple):
    finished: Finished
    peak_mb: float


class WeirTest(unittest.TestCase):
    """A directory for the tests of one class, an environment in which nothing of the caller's can be found."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="weir-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory, ignore_errors=True)
        cls.directory.chmod(0o711)  # servers started by root run as another user
        (cls.directory / "home").mkdir()
        cls.environment = {"PATH": os.environ["PATH"], "HOME": str(cls.directory / "home"), "LC_ALL": "C.UTF-8",
                           "AWS_EC2_METADATA_DISABLED": "true"}

    @classmethod
    def sample(cls, path, month, rows, seed=1, *options):
        """A dump at `path`, below the class's directory; says where it is."""
        path = cls.directory / path
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [WEIR_SAMPLE, "--month", month, "--rows", str(rows), "--seed", str(seed), "-o", str(path), *options]
        subprocess.run(command, check=True, timeout=LIMIT_S)
        return path

    def start(self, *arguments, **options):
        """A process that the test itself ends; killed after the test in any case."""
        process = subprocess.Popen([WEIR, *map(str, arguments)], **{
            "cwd": self.directory, "env": self.environment, "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options})
        self.addCleanup(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.kill()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None and not stream.closed:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass  # what was still to be written has no reader any more
        process.wait()

    def finish(self, process, status=0):
        """`out` is empty where standard output went elsewhere."""
        began = time.monotonic()
        out, err = process.communicate(timeout=LIMIT_S)
        finished = Finished(process.returncode, (out or b"").decode(), err.decode(), time.monotonic() - began)
        if status is not None:
            self.assertEqual(finished.status, status, f"{' '.join(process.args)}\n{finished.out[:500]}\n{finished.err}")
        return finished

    def weir(self, *arguments, status=0, **options):
        """Runs weir to its end and checks its exit code (None: any)."""
        return self.finish(self.start(*arguments, **options), status)

    def wait_until_open(self, process, path):
        """Until `process` has the file open. False where it ended without being seen with it."""
        descriptors = pathlib.Path(f"/proc/{process.pid}/fd")
        while process.poll() is None:
            for descriptor in descriptors.iterdir():
                try:
                    if os.readlink(descriptor) == str(path):
                        return True
                except FileNotFoundError:
                    pass  # closed in the meantime
        return False

    def measure(self, *arguments):
        """Runs weir with its peak of resident memory; its output goes to a file, and is not kept."""
        began = time.monotonic()
        with open(self.directory / "measured.out", "wb") as out, open(self.directory / "measured.err", "wb+") as err:
            process = self.start(*arguments, stdout=out, stderr=err)
            _, code, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(code)
            err.seek(0)
            text = err.read().decode()
        self.assertEqual(process.returncode, 0, text)
        finished = Finished(process.returncode, "", text, time.monotonic() - began)
        return Measured(finished, usage.ru_maxrss * resource_unit_bytes() / 1e6)

    def ingest(self, database, *arguments, status=0, **options):
        """The ingestions that `weir ingest` reports."""
        finished = self.weir("ingest", *arguments, "--db", f"duckdb:{database}", "-f", "json", "-q", status=status,
                             **options)
        return finished.json()["ingestions"]

    def ledger(self, database):
        return self.weir("status", "--ledger", "--db", f"duckdb:{database}", "-f", "json").json()["ingestions"]

    def insights(self, *arguments, **options):
        return self.weir("insights", *arguments, "-n", "all", "-f", "json", **options).json()

    def assert_insights(self, found, expected, about):
        """Every count of every question. A difference is shown by its first rows, since there may be thousands."""
        self.assertEqual(found["events"], expected["events"], about)
        names = [answer["question"] for answer in expected["questions"]]
        self.assertEqual([answer["question"] for answer in found["questions"]], names, about)
        for answer, right in zip(found["questions"], expected["questions"]):
            if answer == right:
                continue
            where = f"{about}: {right['question']}"
            self.assertEqual({**answer, "rows": []}, {**right, "rows": []}, where)
            wrong = [pair for pair in zip(answer["rows"], right["rows"]) if pair[0] != pair[1]]
            self.fail(f"{where}: {len(answer['rows'])} rows, {len(right['rows'])} expected; found and expected: {wrong[:5]}")


def resource_unit_bytes():
    assert resource.RUSAGE_CHILDREN == -1  # Linux, which counts in KiB
    return 1024


def main():
    unittest.main(verbosity=2)
