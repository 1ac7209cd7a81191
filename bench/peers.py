#!/usr/bin/env python3
"""The programs that are measured beside each other, and what one run of them took.

A program is timed as a whole process. An engine (DuckDB, ClickHouse) is a library: it is loaded into a process of its own,
this file run as `peers.py duckdb FILE` or `peers.py clickhouse`, and timed only while its query runs. What is not installed
raises Missing, which says what is not there.
"""

import ctypes
import dataclasses
import functools
import hashlib
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARIES = {
    "duckdb": ROOT / "node_modules/@duckdb/node-bindings-linux-x64/libduckdb.so",
    "clickhouse": ROOT / "bench/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so",
}
PANDAS_PYTHON = "/usr/bin/python3"  # the one that the package python3-pandas belongs to
# The script that people come from. Arguments: path, columns, those to read ("" is all), where to write the answer ("" is no).
PANDAS = """
import sys, pandas
path, columns, only, answer = sys.argv[1], sys.argv[2].split(","), sys.argv[3], sys.argv[4]
frame = pandas.read_csv(path, usecols=only.split(",") if only else None)
counts = {column: frame[column].value_counts(dropna=False) for column in columns}
for column, of in counts.items():
    print(of.head(10))
    if answer:
        of.rename_axis("key").reset_index(name="n").assign(field=column)[["field", "key", "n"]].to_csv(
            answer, mode="a", index=False, header=False)
"""


class Missing(Exception):
    """A peer is not installed; the text says what."""


@dataclasses.dataclass
class Taken:
    """What one run took. `cpu_seconds`: on all threads. `peak_bytes`: most memory resident in the process until then."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def program(name, package):
    """Its path."""
    path = shutil.which(name)
    if not path:
        raise Missing(f"no {name}: Debian's package {package}")
    return path


def pandas_version():
    done = subprocess.run([PANDAS_PYTHON, "-c", "import pandas; print(pandas.__version__)"], capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        raise Missing("no pandas: Debian's package python3-pandas")
    return done.stdout.strip()


class Server:
    """This file in a process of its own, that does what it is asked. Not for several threads. close() ends it."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([sys.executable, __file__, *map(str, arguments)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.reply()  # that it is ready

    def reply(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise Missing(f"it does not work here: its process ended with {self.process.returncode}, see above")
        return json.loads(line)

    def ask(self, *request):
        """What it took, and what else it says. A failure ends the benchmark."""
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        reply = self.reply()
        if "error" in reply:
            sys.exit(f"{request[0]}\n{reply['error']}")
        return Taken(**reply["taken"]), reply["says"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


class Engine(Server):
    def __init__(self, name, *arguments):
        if not LIBRARIES[name].exists():
            raise Missing(f"no {LIBRARIES[name].relative_to(ROOT)}: run bench/run.py --install")
        super().__init__(name, *arguments)

    def query(self, sql, answer=""):
        """What it took. `answer`: a file to write the rows to, as CSV without a header, instead of dropping them."""
        return self.ask(sql, str(answer))[0]


@functools.cache
def launcher():
    """Starts programs. A process's peak is at least that of who started it, so a small one does."""
    return Server("programs")


def run_program(command, expected=None):
    """Runs it to its end. What it prints must be `expected` (bytes), where that is given."""
    taken, digest = launcher().ask([str(part) for part in command])
    if expected is not None and digest != hashlib.sha256(expected).hexdigest():
        sys.exit(f"{' '.join(map(str, command))} answered otherwise than before")
    return taken


class Programs:
    """run() starts a program, waits for its end, and says the hash of what it printed."""

    def run(self, command):
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        digest = hashlib.sha256()
        while piece := process.stdout.read(1 << 20):
            digest.update(piece)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        if process.returncode != 0:
            raise RuntimeError(f"ended with {process.returncode}; run it alone to see why")
        return Taken(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024), digest.hexdigest()


class DuckDb:
    """run() runs a statement in a database in memory, or in `file`. A failure raises RuntimeError."""

    def __init__(self, file=None):
        self.api = ctypes.CDLL(str(LIBRARIES["duckdb"]))
        self.api.duckdb_result_error.restype = ctypes.c_char_p
        database, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        if self.api.duckdb_open(file and file.encode(), ctypes.byref(database)) or self.api.duckdb_connect(
            database, ctypes.byref(self.connection)
        ):
            raise RuntimeError("cannot open DuckDB")
        self.run(f"SET threads = {os.cpu_count()}", "")

    def run(self, sql, answer):
        """What it took, and nothing to say."""
        if answer:
            sql = f"COPY ({sql}) TO '{answer}' (FORMAT csv, HEADER false)"
        result = ctypes.create_string_buffer(256)  # a duckdb_result, and room to spare
        watch = Watch()
        failed = self.api.duckdb_query(self.connection, sql.encode(), result)
        taken = watch.taken()
        error = failed and self.api.duckdb_result_error(result).decode()
        self.api.duckdb_destroy_result(result)
        if failed:
            raise RuntimeError(error)
        return taken, None


class ClickHouse:
    """The same by chDB's library."""

    def __init__(self):
        self.api = ctypes.CDLL(str(LIBRARIES["clickhouse"]))
        self.api.chdb_connect.restype = ctypes.POINTER(ctypes.c_void_p)
        self.api.chdb_query.restype = ctypes.c_void_p
        self.api.chdb_query.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
        self.api.chdb_destroy_query_result.argtypes = [ctypes.c_void_p]
        for part, kind in {"buffer": ctypes.c_void_p, "length": ctypes.c_size_t, "error": ctypes.c_char_p}.items():
            function = getattr(self.api, f"chdb_result_{part}")
            function.restype, function.argtypes = kind, [ctypes.c_void_p]
        connection = self.api.chdb_connect(1, (ctypes.c_char_p * 1)(b"clickhouse"))
        if not connection:
            raise RuntimeError("cannot open chDB")
        self.connection = connection[0]

    def run(self, sql, answer):
        watch = Watch()
        result = self.api.chdb_query(self.connection, sql.encode(), b"CSV" if answer else b"Null")
        taken = watch.taken()
        try:
            if error := self.api.chdb_result_error(result):
                raise RuntimeError(error.decode())
            if answer:
                text = ctypes.string_at(self.api.chdb_result_buffer(result), self.api.chdb_result_length(result))
                pathlib.Path(answer).write_bytes(text)
        finally:
            self.api.chdb_destroy_query_result(result)
        return taken, None


class Watch:
    """Of this process."""

    def __init__(self):
        self.cpu, self.began = cpu_seconds(), time.perf_counter()

    def taken(self):
        return Taken(time.perf_counter() - self.began, cpu_seconds() - self.cpu, peak_bytes())


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak_bytes():
    """Of this process; ru_maxrss would remember who started it."""
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("/proc/self/status does not tell VmHWM")


def serve(name, *arguments):
    """One request a line of standard input, one reply a line of standard output, where nothing else may write."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    does = {"duckdb": DuckDb, "clickhouse": ClickHouse, "programs": Programs}[name](*arguments)
    print("{}", file=replies, flush=True)
    for line in sys.stdin:
        try:
            taken, says = does.run(*json.loads(line))
            reply = {"taken": dataclasses.asdict(taken), "says": says}
        except (RuntimeError, OSError) as error:
            reply = {"error": str(error)}
        print(json.dumps(reply), file=replies, flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
