"""The works that are measured, each with its contenders: weir first, then the peers that can do the same.

A contender knows one or several ways to do the work; the way that is fastest in the warm-up is the one that is measured, so
that a peer is shown at its best. Before that its answer is compared, key by key, to weir's.
"""

import contextlib
import csv
import dataclasses
import json
import os
import pathlib
import subprocess
import sys

import compare_copy
import peers
from peers import Engine, Missing

MONTH = "2021-04"
FIELDS = ["country", "email", "action", "timestamp"]
QUESTIONS = {"country": "countries", "email": "users", "action": "actions", "timestamp": "dates"}


@dataclasses.dataclass
class Contender:
    """`ways`: by what they are called, functions that do the work once and say what it took. `check`: compares the answer
    and ends the run where it is wrong. `missing`: why it cannot take part. `close`: frees what it holds."""

    name: str
    ways: dict = dataclasses.field(default_factory=dict)
    check: object = None
    missing: str = ""
    close: object = None


@dataclasses.dataclass
class Work:
    key: str
    title: str
    rows: int
    size: int
    contenders: list


def contender(name, make):
    """What `make` returns, or one that says why it is not there."""
    try:
        return make(name)
    except Missing as why:
        return Contender(name, missing=f"not installed ({why})")


class Dumps:
    """Sample dumps in a folder, made when first asked for."""

    def __init__(self, binaries, folder):
        self.weir, self.sample, self.folder = binaries / "weir", binaries / "weir-sample", folder

    def month(self, rows, *flags, name="events.csv"):
        path = self.folder / f"{rows}-{name}"
        if not path.exists():
            print(f"making {path.name}", file=sys.stderr)
            subprocess.run([self.sample, "--month", MONTH, "--rows", str(rows), *flags, "-o", path], check=True)
        return path

    def rewritten(self, rows, name, write):
        """The month of so many rows, as `write(rows, file)` puts it."""
        path = self.folder / f"{rows}-{name}"
        if not path.exists():
            source = self.month(rows)
            print(f"making {path.name}", file=sys.stderr)
            with open(source, newline="") as rows_in, open(path, "w", newline="") as out:
                write(csv.reader(rows_in), out)
        return path


def write_quoted(rows, out):
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(rows)


def write_crlf(rows, out):
    csv.writer(out, lineterminator="\r\n").writerows(rows)


def write_wide(rows, out):
    """500 columns, three of which are known: the timestamp, e-mail and country, far from each other."""
    writer = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(rows):
        others = [f"v{number * column % 1000}" if number else f"column_{column}" for column in range(1, 498)]
        writer.writerow(others[:120] + [row[1]] + others[120:250] + [row[2]] + others[250:380] + [row[3]] + others[380:])


def answer_of_weir(weir, path, fields):
    """{field: {key: events}} of everything."""
    done = subprocess.run([weir, "insights", path, "-n", "all", "-f", "json", "-q"], check=True, stdout=subprocess.PIPE)
    answers = {question["question"]: question["rows"] for question in json.loads(done.stdout)["questions"]}
    return {field: {row["key"]: row["events"] for row in answers[QUESTIONS[field]]} for field in fields}


def compare(peer, expected, rows):
    """`rows`: (field, key, events) as the peer told them."""
    told = {field: {} for field in expected}
    for field, key, events in rows:
        told[field][key or "(none)"] = int(events)
    for field, counts in expected.items():
        if told[field] != counts:
            wrong = sorted(key for key in counts.keys() | told[field].keys() if counts.get(key) != told[field].get(key))
            sys.exit(f"the counts differ by {field}, in {len(wrong)} of {len(counts)} keys; {wrong[0]!r}: weir "
                     f"{counts.get(wrong[0])}, {peer} {told[field].get(wrong[0])}")


def rows_of_sql(path, fields):
    """Columns: which field the row is grouped by (GROUPING's bits), the fields, the count."""
    with open(path, newline="") as answer:
        for which, *keys, events in csv.reader(answer):
            [field] = [i for i in range(len(fields)) if not int(which) >> (len(fields) - 1 - i) & 1]
            yield fields[field], keys[field], events


def grouping_sets(fields, table):
    names = ", ".join(fields)
    return (f"SELECT GROUPING({names}) AS g, {names}, count(*) AS n FROM {table} GROUP BY "
            f"GROUPING SETS ({', '.join(f'({field})' for field in fields)})")


def one_query_each(fields, table):
    parts = []
    for i, field in enumerate(fields):
        bits = (1 << len(fields)) - 1 - (1 << (len(fields) - 1 - i))
        columns = ", ".join(name if name == field else "''" for name in fields)
        parts.append(f"SELECT {bits}, {columns}, count() FROM {table} GROUP BY {field}")
    return " UNION ALL ".join(parts)


class Reading:
    """Contenders that answer how many events there are by each of `fields` of the dump at `path`."""

    def __init__(self, dumps, path, fields):
        self.weir, self.path, self.fields = dumps.weir, path, fields
        self.answer = path.with_suffix(".answer")
        self.expected = answer_of_weir(dumps.weir, path, fields)

    def weir_contender(self, name, *arguments):
        """Its output is the same in every run, or the run ends."""
        command = [self.weir, *arguments, self.path]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        return Contender(name, {"": lambda: peers.run_program(command, output)})

    def duckdb(self, name):
        csv_reader = f"read_csv('{self.path}', header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"')"
        sql = {"GROUPING SETS" if len(self.fields) > 1 else "GROUP BY": grouping_sets(self.fields, csv_reader)}
        return self.engine(name, Engine("duckdb"), sql)

    def clickhouse(self, name):
        with open(self.path, newline="") as dump:
            columns = next(csv.reader(dump))
        plain = ", ".join(f"{column} String" for column in columns)
        few = ", ".join(f"{column} {'LowCardinality(String)' if column in FIELDS and column != 'email' else 'String'}"
                        for column in columns)
        queries = {}
        for how, types in {"": plain, ", LowCardinality": few}.items():
            table = f"file('{self.path}', 'CSVWithNames', '{types}')"
            queries[("GROUPING SETS" if len(self.fields) > 1 else "GROUP BY") + how] = grouping_sets(self.fields, table)
            if len(self.fields) > 1:
                queries["UNION ALL" + how] = one_query_each(self.fields, table)
        return self.engine(name, Engine("clickhouse"), queries)

    def engine(self, name, engine, queries):
        def check(way):
            self.answer.unlink(missing_ok=True)
            engine.query(queries[way], self.answer)
            compare(name, self.expected, rows_of_sql(self.answer, self.fields))

        ways = {way: lambda sql=sql: engine.query(sql) for way, sql in queries.items()}
        return Contender(name, ways, check, close=engine.close)

    def pandas(self, name):
        peers.pandas_version()

        def command(only, answer=""):
            return [peers.PANDAS_PYTHON, "-c", peers.PANDAS, self.path, ",".join(self.fields), only, answer]

        only = ",".join(self.fields) if "usecols" in name else ""

        def check(_):
            self.answer.unlink(missing_ok=True)
            peers.run_program(command(only, self.answer))
            self.compare_plain(name)

        return Contender(name, {"": lambda: peers.run_program(command(only))}, check)

    def miller(self, name):
        command = [peers.program("mlr", "miller"), "-S", "--icsv", "--ocsv", "--headerless-csv-output", "count-distinct", "-u",
                   "-f", ",".join(self.fields), self.path]

        def check(_):
            with open(self.answer, "wb") as answer:
                subprocess.run(command, check=True, stdout=answer)
            self.compare_plain(name)

        return Contender(name, {"": lambda: peers.run_program(command)}, check)

    def compare_plain(self, name):
        with open(self.answer, newline="") as answer:
            compare(name, self.expected, csv.reader(answer))


def reading(dumps, key, title, path, rows, fields, ours, others):
    """`ours`: weir's arguments. `others`: peers by name and the method of Reading that makes them."""
    read = Reading(dumps, path, fields)
    contenders = [read.weir_contender("weir " + " ".join(ours), *ours)]
    contenders += [contender(name, getattr(read, method)) for name, method in others.items()]
    return Work(key, title, rows, os.path.getsize(path), contenders)


ENGINES = {"DuckDB": "duckdb", "ClickHouse (chDB)": "clickhouse"}
PANDAS = {"pandas": "pandas"}
SCRIPTS = PANDAS | {"pandas, usecols": "pandas", "miller": "miller"}
FOUR = "four of them in one query"


def month(dumps, rows):
    return reading(dumps, "month", f"All seven questions; the peers answer country, user, action and date, {FOUR}",
                   dumps.month(rows), rows, FIELDS, ["insights"], ENGINES | SCRIPTS)


def large(dumps, rows):
    return reading(dumps, "large", "The same, a large dump", dumps.month(rows), rows, FIELDS, ["insights"], ENGINES | PANDAS)


def countries(dumps, rows):
    return reading(dumps, "countries", "One question of few keys", dumps.month(rows), rows, ["country"], ["top", "countries"],
                   ENGINES)


def quoted(dumps, rows):
    return reading(dumps, "quoted", "Every field quoted", dumps.rewritten(rows, "quoted.csv", write_quoted), rows, FIELDS,
                   ["insights"], ENGINES)


def crlf(dumps, rows):
    return reading(dumps, "crlf", "Lines that end in CRLF", dumps.rewritten(rows, "crlf.csv", write_crlf), rows, FIELDS,
                   ["insights"], ENGINES)


def wide(dumps, rows):
    rows //= 12  # 100,000 rows of 500 columns are twice the month's bytes
    fields = ["country", "email", "timestamp"]
    return reading(dumps, "wide", "500 columns, three of which are asked for", dumps.rewritten(rows, "wide.csv", write_wide),
                   rows, fields, ["insights"], ENGINES)


def wide_one(dumps, rows):
    rows //= 12
    return reading(dumps, "wide-one", "500 columns, one of which is asked for",
                   dumps.rewritten(rows, "wide.csv", write_wide), rows, ["country"], ["top", "countries"], ENGINES)


def gzipped(dumps, rows):
    """The same month compressed, beside what cannot be avoided: decompressing it, and reading it plain."""
    plain, packed = dumps.month(rows), dumps.month(rows, "--gzip", name="events.csv.gz")
    output = subprocess.run([dumps.weir, "insights", plain], check=True, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL).stdout

    def weir(path):
        return {"": lambda: peers.run_program([dumps.weir, "insights", path], output)}

    def gunzip(name):
        ways = {}
        for tool, package in {"igzip": "isal", "pigz": "pigz", "gzip": "gzip"}.items():
            with contextlib.suppress(Missing):
                command = [peers.program(tool, package), "-dc", packed]
                ways[tool] = lambda command=command: peers.run_program(["sh", "-c", '"$@" > /dev/null', "sh", *command])
        if not ways:
            raise Missing("neither igzip nor pigz nor gzip")
        return Contender(name, ways)

    return Work("gzipped", "The month gzipped, all seven questions", rows, os.path.getsize(packed),
                [Contender("weir insights, gzipped", weir(packed)), Contender("weir insights, plain", weir(plain)),
                 contender("gunzip alone", gunzip)])


# The column's types are for the CSV reader to parse; the company is the label before the public suffix, of which a few of two
# labels are told apart: less than weir does, and enough for the sample.
TYPED_TABLE = """CREATE TABLE events AS SELECT id, timestamp, email,
  coalesce(nullif(regexp_extract(email, '([^.@]+)\\.(?:(?:co|com|net|org|ac|gov)\\.[a-z][a-z]|[a-z]+)$', 1), ''),
    'Unknown company') AS company,
  country, ip, uri, action, tags
FROM read_csv('{path}', header = true, delim = ',', quote = '"', escape = '"', columns = {{
  'id': 'UUID', 'timestamp': 'TIMESTAMP', 'email': 'VARCHAR', 'country': 'VARCHAR', 'ip': 'VARCHAR', 'uri': 'VARCHAR',
  'action': 'VARCHAR', 'tags': 'VARCHAR[]'}})"""
LOADED = "SELECT company, count(*), sum(len(tags)), min(timestamp), max(timestamp) FROM events GROUP BY ALL ORDER BY ALL"


def load_duckdb(dumps, rows):
    """Each loads into a new file; DuckDB's time includes the checkpoint, which weir leaves behind, too."""
    path, databases = dumps.month(rows), [dumps.folder / "weir.duckdb", dumps.folder / "peer.duckdb"]
    ours, theirs = databases

    def fresh(database):
        for file in dumps.folder.glob(database.name + "*"):
            file.unlink()

    def weir():
        fresh(ours)
        subprocess.run([dumps.weir, "db", "init", "--db", f"duckdb:{ours}"], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        taken = peers.run_program([dumps.weir, "ingest", path, "--period", MONTH, "--db", f"duckdb:{ours}", "-q"])
        if pathlib.Path(f"{ours}.wal").exists():
            sys.exit("weir ingest left a write-ahead log: it did not checkpoint, and DuckDB's time includes that")
        return taken

    def table(setting):
        fresh(theirs)
        engine = Engine("duckdb", theirs)
        try:
            engine.query(setting)
            load, checkpoint = engine.query(TYPED_TABLE.format(path=path)), engine.query("CHECKPOINT")
        finally:
            engine.close()
        return peers.Taken(load.seconds + checkpoint.seconds, load.cpu_seconds + checkpoint.cpu_seconds,
                           checkpoint.peak_bytes)

    def loaded(database):
        engine, answer = Engine("duckdb", database), dumps.folder / "loaded.answer"
        try:
            engine.query(LOADED, answer)
        finally:
            engine.close()
        return answer.read_text().splitlines()

    def check(_):
        for mine, other in zip(loaded(ours), loaded(theirs), strict=True):
            if mine != other:
                sys.exit(f"what was loaded differs (company, rows, tags, first and last time): weir {mine}, DuckDB {other}")

    def duckdb(name):
        Engine("duckdb").close()  # whether there is one
        return Contender(name, {f"preserve_insertion_order = {value}":
                                lambda value=value: table(f"SET preserve_insertion_order = {value}")
                                for value in ("true", "false")}, check)

    return Work("load-duckdb", "Loading a DuckDB file, typed, with companies and lists of tags", rows, os.path.getsize(path),
                [contender("weir ingest", lambda name: Contender(name, {"": weir})),
                 contender("DuckDB CREATE TABLE AS", duckdb)])


def load_postgres(dumps, rows):
    """As compare_copy.py does, here beside the others."""
    path = dumps.month(rows)
    server = []

    def started():
        if not server:
            try:
                server.append(compare_copy.PostgresServer(dumps.folder / "postgres"))
            except RuntimeError as why:
                raise Missing(str(why)) from why
        return server[0]

    def once(load):
        seconds, cpu, served = compare_copy.loaded(started(), load, dumps.weir, path, f"of_{load.__name__}", rows)
        return peers.Taken(seconds, cpu + served, 0)

    def close():
        while server:
            server.pop().close()

    def made(load):
        def make(name):
            started()
            return Contender(name, {"": lambda: once(load)}, close=close)
        return make

    return Work("load-postgres", "Loading PostgreSQL (CPU: the server's included)", rows, os.path.getsize(path),
                [contender("weir ingest", made(compare_copy.ingest)), contender("psql \\copy", made(compare_copy.copy))])


ALL = [month, countries, gzipped, wide, wide_one, quoted, crlf, load_duckdb, load_postgres]
