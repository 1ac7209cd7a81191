#!/usr/bin/python3
"""deploy/compose.yaml and deploy/Dockerfile, where no container engine runs: they parse, what they name is there, no secret
stands in them, and the image has every library that weir needs. WEIR names the program. Needs Debian's python3-yaml."""

import fnmatch
import json
import os
import pathlib
import re
import shlex
import subprocess
import unittest

import yaml

TOP = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = TOP / "deploy"
WEIR = os.environ["WEIR"]
INSTRUCTIONS = {"FROM", "SHELL", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "ENTRYPOINT", "CMD", "ENV", "ARG", "LABEL",
                "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ADD", "ONBUILD"}
SECRET_NAMES = re.compile("PASSWORD|SECRET|TOKEN|ACCESS_KEY")


class Strict(yaml.SafeLoader):
    """A key that stands twice is a mistake, which YAML's readers pass over."""

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if len(keys) != len(set(keys)):
            raise yaml.constructor.ConstructorError(None, None, f"a key stands twice: {keys}", node.start_mark)
        return super().construct_mapping(node, deep)


class Compose(unittest.TestCase):
    def setUp(self):
        self.text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
        self.compose = yaml.load(self.text, Strict)
        self.services = self.compose["services"]

    def test_top_level(self):
        self.assertEqual({key for key in self.compose if not key.startswith("x-")}, {"name", "services", "volumes"})
        self.assertEqual(set(self.services), {"postgres", "tables", "roles", "weir", "reader"})

    def test_services_are_whole(self):
        known = {"image", "build", "profiles", "depends_on", "read_only", "tmpfs", "volumes", "cap_drop", "security_opt",
                 "environment", "command", "entrypoint", "healthcheck", "restart", "shm_size", "stop_grace_period"}
        for name, service in self.services.items():
            self.assertLessEqual(set(service), known, name)
            self.assertIn("image", service, name)
            for other, how in service.get("depends_on", {}).items():
                self.assertEqual(how, {"condition": "service_healthy"}, name)
                self.assertIn("healthcheck", self.services[other], name)
            for value in service.get("environment", {}).values():
                self.assertIsInstance(value, str, f"{name}: quote {value!r}")

    def test_what_it_names_is_there(self):
        for name, service in self.services.items():
            if "build" in service:
                context = DEPLOY / service["build"]["context"]
                self.assertTrue((context / service["build"]["dockerfile"]).is_file(), name)
            for volume in service.get("volumes", []):
                source, _, target = volume.partition(":")
                self.assertTrue(target.startswith("/"), volume)
                if source.startswith("."):
                    self.assertTrue((DEPLOY / source).is_dir(), volume)
                else:
                    self.assertIn(source, self.compose["volumes"], name)
            mounts = {volume.split(":")[1]: DEPLOY / volume.split(":")[0] for volume in service.get("volumes", [])}
            for word in service.get("entrypoint", []):
                if word.endswith(".sql"):
                    folder, _, file = word.rpartition("/")
                    self.assertTrue((mounts[folder] / file).is_file(), word)

    def test_secrets_come_from_the_environment(self):
        for name, service in self.services.items():
            for key, value in service.get("environment", {}).items():
                if SECRET_NAMES.search(key):
                    self.assertRegex(value, r"^\$\{[A-Z_]+:(\?.+|-)\}$", f"{name}: {key}")
            words = " ".join([*service.get("command", []), *service.get("entrypoint", [])])
            self.assertIsNone(SECRET_NAMES.search(words), name)

    def test_every_variable_is_in_the_example(self):
        lines = (DEPLOY / "env.example").read_text(encoding="utf-8").splitlines()
        example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        used = set(re.findall(r"\$\{([A-Z_]+)", self.text))
        self.assertEqual(used, set(example))
        for name, value in example.items():
            self.assertTrue(value == "" or not SECRET_NAMES.search(name), name)
        ignored = (TOP / ".gitignore").read_text(encoding="utf-8").splitlines()
        self.assertIn(".env", ignored)

    def test_commands_of_weir_exist(self):
        typed = re.findall(r"docker compose run --rm (\S+) ?(.*?)(?:  .*)?$", self.text, re.MULTILINE)
        self.assertEqual(len(typed), 5)
        for name, words in typed:
            self.assertIn(name, self.services)
            if words:
                self.runs(words.split())
        for name in ("tables", "weir", "reader"):
            self.runs(self.services[name]["command"])

    def runs(self, words):
        done = subprocess.run([WEIR, *words, "--help"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, f"weir {words}: {done.stderr}")

    def test_the_root_is_read_only_and_nothing_is_published(self):
        for name in ("tables", "weir", "reader"):
            self.assertTrue(self.services[name]["read_only"], name)
        for name, service in self.services.items():
            self.assertNotIn("ports", service, name)


class Dockerfile(unittest.TestCase):
    def setUp(self):
        text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
        lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
        joined = re.sub(r"\\\n", " ", lines)
        self.steps = [tuple(line.split(None, 1)) for line in joined.splitlines() if line.strip()]
        self.stages = []
        for instruction, words in self.steps:
            if instruction == "FROM":
                self.stages.append([])
            self.stages[-1].append((instruction, words))

    def test_instructions(self):
        self.assertEqual(self.steps[0][0], "FROM")
        for step in self.steps:
            self.assertEqual(len(step), 2, step)
            self.assertIn(step[0], INSTRUCTIONS)
        self.assertEqual(len(self.stages), 2)
        for stage in self.stages:
            self.assertTrue(stage[0][1].startswith("debian:12"), stage[0])

    def test_lists_are_json(self):
        for instruction, words in self.steps:
            if instruction in {"SHELL", "ENTRYPOINT", "CMD"}:
                self.assertIsInstance(json.loads(words), list)

    def test_commands_parse(self):
        for instruction, words in self.steps:
            if instruction == "RUN":
                subprocess.run(["bash", "-n", "-c", words], check=True)

    def test_what_is_copied_is_there(self):
        ignored = [line for line in (TOP / ".dockerignore").read_text(encoding="utf-8").splitlines()
                   if line and not line.startswith("#")]
        names = {stage[0][1].split(" AS ")[1] for stage in self.stages if " AS " in stage[0][1]}
        copied = 0
        for instruction, words in self.steps:
            if instruction != "COPY":
                continue
            *sources, _ = shlex.split(words)
            if sources[0].startswith("--from="):
                self.assertIn(sources[0].removeprefix("--from="), names)
                continue
            for source in sources:
                copied += 1
                self.assertTrue((TOP / source).exists(), source)
                self.assertFalse(any(fnmatch.fnmatch(source, pattern) for pattern in ignored), f"{source} is ignored")
        self.assertGreater(copied, 5)

    def test_what_is_built_needs_no_more_than_what_is_copied(self):
        copied = {source for instruction, words in self.steps if instruction == "COPY" for source in shlex.split(words)[:-1]}
        folders = re.findall(r"^add_subdirectory\((\w+)\)", (TOP / "CMakeLists.txt").read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(folders, ["src"], "the folders that a build without options enters")
        self.assertLessEqual({*folders, "cmake", "include", "scripts"}, copied)

    def test_it_runs_as_nobody_special(self):
        users = [words for instruction, words in self.stages[-1] if instruction == "USER"]
        self.assertEqual(users, ["weir"])
        self.assertRegex(" ".join(words for _, words in self.stages[-1]), r"useradd --system --uid \d{4,} .* weir")

    def test_the_image_has_the_libraries_that_weir_needs(self):
        listed = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
        paths = dict(re.findall(r"^\s*(\S+) \(libc6,x86-64[^)]*\) => (\S+)", listed, re.MULTILINE))
        # Those it is linked to, and those it loads when it first calls them.
        dynamic = subprocess.run(["objdump", "-p", WEIR], capture_output=True, text=True, check=True).stdout
        names = set(re.findall(r"NEEDED\s+(\S+)", dynamic))
        names |= {name.decode() for name in re.findall(rb"lib(?:curl|pq)\.so\.[0-9]+", pathlib.Path(WEIR).read_bytes())}
        names -= {"libduckdb.so"}  # which comes along with weir
        for one in ("libpq.so.5", "libcurl.so.4", "libfmt.so.9", "libstdc++.so.6"):
            self.assertIn(one, names)
        packages = set()
        for name in names:
            path = os.path.realpath(paths[name])
            found = subprocess.run(["dpkg-query", "--search", f"*{path.removeprefix('/usr')}"], capture_output=True, text=True,
                                   check=True).stdout
            packages.add(found.split(":")[0])
        [installs] = [words for instruction, words in self.stages[-1] if instruction == "RUN"]
        installed = set(installs.split())
        # Every image has these.
        self.assertEqual(packages - installed - {"libc6", "libgcc-s1"}, set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
