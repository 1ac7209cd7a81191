#!/usr/bin/env python3
"""cold_start.py ZIP… [-n RUNS]: how long the code of an AWS Lambda function takes to start, on this machine.

Unpacks each zip into an empty root, as the tests of packages do, and starts its bootstrap -n times (11): from the process to
its first question for work, and to the answer of an event that names no period. Prints medians. The files are in the page
cache; what Lambda adds, fetching the zip and starting a machine, is not in it. Needs root, or namespaces of one's own.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests/e2e"), str(ROOT / "tests/package")]
from aws import RuntimeApi  # noqa: E402
from empty_root import EmptyRoot  # noqa: E402

SETTINGS = {"WEIR_SOURCE": "s3://bucket/{YYYY}/{MM}/events.csv", "WEIR_DB": "postgresql://weir@database.internal/events",
            "AWS_REGION": "eu-west-1"}
# S3 sends it when it is told whom to notify.
NOTHING = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Time": "2021-05-01T10:00:00.000Z", "Bucket": "bucket"}


def measure(root):
    """Seconds to the first question, and to the answer."""
    api = RuntimeApi()
    try:
        began = time.monotonic()
        process = subprocess.Popen(root.command(), env=root.environment(api.host, **SETTINGS), cwd="/", stdin=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        if not api.asked.wait(30):
            process.kill()
            sys.exit(f"it asks for nothing: {process.communicate()[1].decode()}")
        asked_s = time.monotonic() - began
        answer = api.invoke(NOTHING)
        answered_s = time.monotonic() - began
        if answer.kind != "response" or answer.body["ingestions"]:
            sys.exit(f"another answer than expected: {answer}")
        process.kill()
        process.communicate()
        return asked_s, answered_s
    finally:
        api.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zips", nargs="+", metavar="ZIP")
    parser.add_argument("-n", dest="runs", type=int, default=11)
    options = parser.parse_args()
    for archive in options.zips:
        with tempfile.TemporaryDirectory() as folder:
            root = EmptyRoot(folder, archive)
            runs = [measure(root) for _ in range(options.runs)]
        asked_s, answered_s = (statistics.median(column) for column in zip(*runs))
        print(f"{pathlib.Path(archive).name}: first question after {asked_s * 1e3:.0f} ms, answer after {answered_s * 1e3:.0f} ms "
              f"(medians of {options.runs})")


if __name__ == "__main__":
    main()
