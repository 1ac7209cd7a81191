#!/usr/bin/python3
"""What starting weir costs: an answer loads the libraries that it calls, and no others."""

import re

from programs import WeirTest, main

MONTH = "2021-04"
LATE = {"libcurl", "libpq", "libduckdb", "libcrypto"}  # each takes longer to load than to read megabytes


class Starting(WeirTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dump = cls.sample("events.csv", MONTH, 1000)

    def loaded(self, *arguments):
        """Of the libraries that are loaded late, those that a command loads; the dynamic linker writes down what it opens."""
        notes = self.directory / "linker"
        process = self.start(*arguments, env={**self.environment, "LD_DEBUG": "files", "LD_DEBUG_OUTPUT": str(notes)})
        self.finish(process)
        text = notes.with_name(f"linker.{process.pid}").read_text(encoding="utf-8", errors="replace")
        opened = {re.match(r"[^.]*", name.rpartition("/")[2])[0] for name in re.findall(r"calling init: (\S+)", text)}
        self.assertIn("libc", opened, "the linker's notes are read")
        return opened & LATE

    def test_a_local_file_needs_none(self):
        for question in (["insights"], ["top", "countries"], ["tags", "pairs"], ["top", "users", "--where", "country=France"]):
            self.assertEqual(self.loaded(*question, self.dump), set(), question)
        self.assertEqual(self.loaded("--version"), set())

    def test_a_database_in_a_file_needs_duckdb_alone(self):
        database = f"duckdb:{self.directory / 'events.duckdb'}"
        self.assertEqual(self.loaded("ingest", self.dump, "--period", MONTH, "--db", database), {"libduckdb"})
        self.assertEqual(self.loaded("insights", "--db", database), {"libduckdb"})


if __name__ == "__main__":
    main()
