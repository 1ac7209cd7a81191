#!/usr/bin/python3
"""A month as CSV, gzip and Parquet: the same answers, from the file and from a database, and what a bad file is told."""

import ctypes
import os
import pathlib

import expected
from programs import WEIR, WeirTest, main

ROWS = 30000


class DuckDb:
    """The library that weir loads, to write Parquet with that weir has not written."""

    class Result(ctypes.Structure):
        _fields_ = [("storage", ctypes.c_uint64 * 8)]

    def __init__(self):
        path = pathlib.Path(os.environ.get("WEIR_DUCKDB_LIBRARY") or pathlib.Path(WEIR).parent / "../lib/weir/libduckdb.so")
        self.engine = ctypes.CDLL(str(path.resolve(strict=True)))
        self.engine.duckdb_result_error.restype = ctypes.c_char_p
        database, self.connection = ctypes.c_void_p(), ctypes.c_void_p()
        if self.engine.duckdb_open(None, ctypes.byref(database)):
            raise RuntimeError("DuckDB does not open a database in memory")
        if self.engine.duckdb_connect(database, ctypes.byref(self.connection)):
            raise RuntimeError("DuckDB admits no connection")

    def run(self, sql):
        result = self.Result()
        failed = self.engine.duckdb_query(self.connection, sql.encode(), ctypes.byref(result))
        error = self.engine.duckdb_result_error(ctypes.byref(result)) if failed else None
        self.engine.duckdb_destroy_result(ctypes.byref(result))
        if failed:
            raise RuntimeError(f"{sql}: {(error or b'no reason').decode()}")


class Parquet(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.duckdb = DuckDb()
        cls.csv = cls.sample("april.csv", "2021-04", ROWS)
        cls.gzip = cls.sample("april.csv.gz", "2021-04", ROWS, 1, "--gzip")
        rows = f"read_csv('{cls.csv}', all_varchar = true)"
        # Tags as JSON has them, so that DuckDB can make lists of them.
        tags = """from_json(CASE WHEN starts_with(tags, '[') THEN replace(replace(replace(replace(tags, '"', chr(1)),
                  '''', '"'), chr(1) || 'today"s news' || chr(1), '"today''s news"'), chr(1), '"') END, '["VARCHAR"]')"""
        cls.parquet("text.parquet", f"SELECT * FROM {rows}")
        cls.parquet("small_groups.parquet", f"SELECT * FROM {rows}", ", ROW_GROUP_SIZE 2048")
        cls.parquet("typed.parquet", f'SELECT id::UUID AS id, "timestamp"::TIMESTAMP AS "timestamp", email, country, ip, '
                    f"uri, action, tags FROM {rows} ORDER BY email, uri")
        cls.parquet("days.parquet", f'SELECT tags, uri, "timestamp"::DATE AS "timestamp", action, ip, country, email, id '
                    f"FROM {rows}", ", COMPRESSION snappy")
        cls.parquet("instants.parquet", f'SELECT * REPLACE ("timestamp"::TIMESTAMPTZ AS "timestamp") FROM {rows}')

    @classmethod
    def parquet(cls, name, select, options=", COMPRESSION zstd"):
        cls.duckdb.run(f"COPY ({select}) TO '{cls.directory / name}' (FORMAT parquet{options})")

    def answers(self, *arguments):
        return self.weir("insights", *arguments, "-n", "all", "-f", "json").out

    def test_every_form_answers_alike(self):
        self.assert_insights(self.insights(self.csv), expected.insights(expected.read_dump(self.csv).events), "CSV")
        right = self.answers(self.csv)
        self.assertEqual(self.answers(self.gzip), right)
        for name in ("text", "small_groups", "typed", "days", "instants"):
            for threads in (1, 3):
                self.assertTrue(self.answers(f"{name}.parquet", "--threads", threads) == right, f"{name}, {threads}")
        where = ("--since", "2021-04-10", "--where", "country=France", "-n", "all", "-f", "csv")
        self.assertEqual(self.weir("top", "tags", "typed.parquet", *where).out, self.weir("top", "tags", self.csv, *where).out)
        with open(self.directory / "typed.parquet", "rb") as stored:
            self.assertTrue(self.weir("insights", "-", "-n", "all", "-f", "json", stdin=stored).out == right, "a redirect")
        with open(self.directory / "typed.parquet", "rb") as stored:
            cat = self.start("insights", "-", "-n", "all", "-f", "json", stdin=-1)
            out, err = cat.communicate(stored.read(), timeout=60)
            self.assertTrue(out.decode() == right, f"a pipe: {err}")

    def test_the_database_answers_alike(self):
        answers = {}
        for name in ("april.csv", "typed.parquet"):
            database = f"{name}.duckdb"
            [loaded] = self.ingest(database, name, "--period", "2021-04")
            self.assertEqual((loaded["outcome"], loaded["rows_loaded"]), ("loaded", ROWS))
            self.assertEqual(loaded["bytes"], (self.directory / name).stat().st_size)
            [again] = self.ingest(database, name, "--period", "2021-04")
            self.assertEqual(again["outcome"], "unchanged")
            answers[name] = self.answers("--db", f"duckdb:{database}")
        self.assertTrue(answers["april.csv"] == answers["typed.parquet"])

    def test_lists_are_read_as_lists(self):
        self.parquet("lists.parquet", """SELECT DATE '2021-04-01' AS "timestamp", t AS tags FROM (VALUES
            (['a', ' a ', 'b;c']), ([]), (NULL), ([NULL, 'it''s', ''])) rows(t)""")
        found = self.weir("top", "tags", "lists.parquet", "-f", "csv").out
        self.assertEqual(found.splitlines(), ["key,events", "(none),2", "a,1", "b;c,1", "it's,1"])

    def test_rows_that_are_no_events_are_rejected_with_their_numbers(self):
        self.parquet("rejects.parquet", """SELECT t AS "timestamp", u AS uri FROM (VALUES
            (TIMESTAMP '2021-04-01', '/a'), (NULL, '/b'), (TIMESTAMP '2021-04-02', 'x' || chr(0) || 'y'),
            (TIMESTAMP 'infinity', '/c'), (TIMESTAMP '2021-04-03', '/d')) rows(t, u)""")
        [loaded] = self.ingest("rejects.duckdb", "rejects.parquet", "--period", "2021-04")
        self.assertEqual((loaded["rows_read"], loaded["rows_loaded"], loaded["rows_rejected"]), (5, 2, 3))
        rejects = self.weir("rejects", "--db", "duckdb:rejects.duckdb", "-f", "csv").out
        for line, reason in ((2, "timestamp is empty"), (3, "NUL"), (4, "years 1 to 9999")):
            self.assertTrue(any(f",{line}," in row and reason in row for row in rejects.splitlines()), rejects)
        self.assertEqual(self.weir("top", "uris", "rejects.parquet", "-f", "csv").out, "key,events\n/a,1\n/d,1\n")

    def test_damaged_files_are_told(self):
        whole = (self.directory / "text.parquet").read_bytes()
        for name, stored, why in (("cut.parquet", whole[:len(whole) // 2], "it is cut short"),
                                  ("footer.parquet", whole[:-60] + bytes(50) + whole[-10:], "damaged"),
                                  ("data.parquet", whole[:1000] + b"\xff" * 40_000 + whole[41_000:], "damaged")):
            (self.directory / name).write_bytes(stored)
            failed = self.weir("insights", name, status=1)
            self.assertEqual(failed.out, "")
            self.assertIn(f"cannot read {name}: ", failed.err)
            self.assertNotIn("/proc/", failed.err)
            self.assertIn(why, failed.err)


if __name__ == "__main__":
    main()
