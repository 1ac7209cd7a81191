#!/usr/bin/env python3
"""package.py BUILD-DIR [--output DIR] [lambda|lambda-lean|deb|tar]…: packages of the program that was built in BUILD-DIR.

    weir-lambda.zip             the code of an AWS Lambda function for provided.al2023, x86_64
    weir-lambda-lean.zip        the same without DuckDB: for PostgreSQL
    weir_VERSION_amd64.deb      for Debian 12 and what comes after it
    weir-VERSION-linux-x86_64.tar.gz   for any Linux, to unpack anywhere

All of them unless some are named, into packages/ of BUILD-DIR (--output). Of a build without DuckDB all are lean, and called
so. BUILD-DIR/package.json, which CMake wrote, says what was built. The same program gives the same bytes.

Zip and tar carry the dynamic loader and every library (docs/decisions/0010). Sizes are printed. Exit 1: something is missing,
or a function's code is larger than Lambda takes. Needs Debian, binutils, dpkg-dev; Python's standard library only.
"""

import argparse
import calendar
import functools
import gzip
import hashlib
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile

# Of AWS Lambda, as its quotas are documented.
UNPACKED_BYTES_MAX = 250 * 1024 * 1024
UPLOADED_BYTES_MAX = 50 * 1024 * 1024

FOLDER = "lib/weir"  # as src/launch/main.cpp looks for it
COMPRESSION = 6  # 9 takes three times as long for two hundredths less
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
CONTROL = """Package: {package}
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {installed_kib}
Depends: {depends}
Recommends: ca-certificates
{relations}Section: database
Priority: optional
Description: measures what flows through your buckets
 weir answers who, where, when and about what straight from dumps of events
 (CSV, plain or compressed, on disk, in S3 or on the web), and loads them into
 a database with a ledger, each dump once:
 {databases}.
"""
# As Debian's own tools are told.
MAINTAINER = f"{os.environ.get('DEBFULLNAME', 'weir authors')} <{os.environ.get('DEBEMAIL', 'weir@localhost')}>"


class Failure(Exception):
    """What is printed, without a trace."""


def run(*command, **options):
    """What it prints."""
    words = [str(word) for word in command]
    try:
        return subprocess.run(words, check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options).stdout
    except FileNotFoundError as error:
        raise Failure(f"there is no {words[0]}: install binutils and dpkg-dev") from error
    except subprocess.CalledProcessError as error:
        raise Failure(f"{' '.join(words)} failed: {error.stderr.strip()}") from error


class Build:
    """What package.json tells of a build folder."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve()
        description = self.folder / "package.json"
        if not description.is_file():
            raise Failure(f"{description} is not there: configure with CMake, and without sanitizers")
        facts = json.loads(description.read_text(encoding="utf-8"))
        self.version, self.date, self.has_duckdb = facts["version"], facts["date"], facts["duckdb"]
        self.program, self.launcher = pathlib.Path(facts["program"]), pathlib.Path(facts["launcher"])
        self.lean_program = pathlib.Path(facts["lean_program"] or facts["program"])
        self.lazy_libraries = [pathlib.Path(path) for path in facts["lazy_libraries"]]
        self.readelf, self.strip, self.cmake = facts["readelf"], facts["strip"], facts["cmake"]
        self.time_s = calendar.timegm(time.strptime(self.date, "%Y-%m-%d"))
        self.name = "weir" if self.has_duckdb else "weir-lean"

    @functools.cache
    def bundle(self, with_duckdb):
        """Of the program with DuckDB, or of the lean one."""
        return Bundle(self, self.program if with_duckdb else self.lean_program, with_duckdb)

    @functools.cache
    def stripped(self, path):
        with tempfile.NamedTemporaryFile() as copy:
            run(self.strip, "--strip-unneeded", "-o", copy.name, path)
            return pathlib.Path(copy.name).read_bytes()

    def dynamic(self, tag, *paths):
        return re.findall(rf"\({tag}\).*\[(.+)\]", run(self.readelf, "--dynamic", *paths))

    def loader(self):
        return re.search(r"program interpreter: (.+)\]", run(self.readelf, "--program-headers", self.program))[1]


def is_duckdb(library):
    return library.name.startswith("libduckdb.")


def owners_of(paths):
    """Debian's packages that files are from, by path; those that are from none are not there."""
    spelt = {}  # dpkg knows files of /lib by the one name or by the other
    for path in paths:
        tail = os.path.realpath(path).removeprefix("/usr")
        spelt[tail] = spelt["/usr" + tail] = path
    done = subprocess.run(["dpkg-query", "--search", *spelt], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return {spelt[file]: names.split(",")[0] for names, file in (line.split(": ", 1) for line in done.stdout.splitlines())}


class Bundle:
    """A program with all that it loads: `files` by their names in FOLDER."""

    def __init__(self, build, program, with_duckdb):
        loader = build.loader()
        lazy = [path for path in build.lazy_libraries if with_duckdb or not is_duckdb(path)]
        self.paths = {"loader": pathlib.Path(loader)}
        for path in lazy:
            self.paths[(build.dynamic("SONAME", path) or [path.name])[0]] = path
        for path in [program, *lazy]:
            self.add_needed(loader, path)
        self.check(build, program, pathlib.Path(loader).name)
        self.owners = owners_of(self.paths.values())
        self.files = {name: path.read_bytes() if path in self.owners else build.stripped(path)
                      for name, path in sorted(self.paths.items())}
        self.files["weir"] = build.stripped(program)
        self.files.update(self.licenses())

    def add_needed(self, loader, path):
        """What the loader itself finds, for any processor of the architecture."""
        plain = {name: value for name, value in os.environ.items() if not name.startswith("LD_")}
        for line in run(loader, "--glibc-hwcaps-mask", "none", "--list", path, env=plain).splitlines():
            found = re.fullmatch(r"\s+(\S+) => (/\S+) \(0x[0-9a-f]+\)", line)
            if found:
                self.paths.setdefault(found[1], pathlib.Path(found[2]))
            elif "not found" in line:
                raise Failure(f"{path} needs a library that is not there: {line.strip()}")

    def check(self, build, program, loader_name):
        """What each file says it needs, and what the program names to load later, is among them."""
        needed = set(build.dynamic("NEEDED", program, *self.paths.values()))
        needed |= {name.decode() for name in re.findall(rb"\0(lib[a-z]+\.so(?:\.[0-9]+)?)\0", program.read_bytes())}
        missing = needed - set(self.paths) - {loader_name}
        if missing:
            raise Failure(f"not in the package: {', '.join(sorted(missing))}")

    def licenses(self):
        """Whoever hands on a library hands on its terms."""
        found = {}
        for path in self.paths.values():
            name = self.owners.get(path, path.name.split(".")[0]).split(":")[0]
            terms = pathlib.Path("/usr/share/doc", name, "copyright") if path in self.owners else path.resolve().parent / "LICENSE"
            if not terms.is_file():
                raise Failure(f"the licence of {path} is not at {terms}")
            found[f"licenses/{name}"] = terms.read_bytes()
        found["licenses/email-providers"] = mail_providers_terms()
        return found


def mail_providers_terms():
    """Of the list that is compiled into the program."""
    terms = pathlib.Path(__file__).resolve().parent.parent / "node_modules/email-providers/license.md"
    if not terms.is_file():
        raise Failure(f"the licence of the list of mail providers is not at {terms}: run `npm ci --ignore-scripts`")
    return terms.read_bytes()


def report(path, sizes):
    unpacked = sum(sizes.values())
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, unpacked {unpacked / 1e6:.1f} MB in {len(sizes)} files")
    for name, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:5]:
        print(f"  {size / 1e6:6.1f} MB  {name}")


def function_code(build, path, with_duckdb):
    """With the times, modes and the order of files always the same."""
    files = {"bootstrap": build.stripped(build.launcher)}
    files.update({f"{FOLDER}/{name}": data for name, data in build.bundle(with_duckdb).files.items()})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.create_system = 3  # Unix, whose modes follow
            entry.external_attr = (0o100755 if is_run(name) else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    sizes = {name: len(data) for name, data in files.items()}
    report(path, sizes)
    if sum(sizes.values()) > UNPACKED_BYTES_MAX:
        raise Failure(f"{path} is larger unpacked than the {UNPACKED_BYTES_MAX} bytes that Lambda takes")
    if path.stat().st_size > UPLOADED_BYTES_MAX:
        print("  over 50 MB: upload it by way of S3")


def is_run(name):
    return name.split("/")[-1] in {"bootstrap", "loader", "weir"} and "licenses" not in name


def installed(build, prefix):
    """What `cmake --install` puts into `prefix`: everything but what is for one kind of package."""
    run(build.cmake, "--install", build.folder, "--prefix", prefix, "--strip")


def archive_of(build, path):
    top = f"{build.name}-{build.version}"
    files = {f"{top}/bin/weir": build.stripped(build.launcher)}
    files.update({f"{top}/{FOLDER}/{name}": data for name, data in build.bundle(build.has_duckdb).files.items()})
    with tempfile.TemporaryDirectory() as prefix:
        installed(build, prefix)
        share = pathlib.Path(prefix, "share")
        for file in filter(pathlib.Path.is_file, share.rglob("*")):
            files[f"{top}/share/{file.relative_to(share)}"] = file.read_bytes()
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(files[name]), build.time_s, 0o755 if is_run(name) else 0o644
            archive.addfile(entry, io.BytesIO(files[name]))
    with open(path, "wb") as file, gzip.GzipFile("", "wb", COMPRESSION, file, mtime=build.time_s) as packed:
        packed.write(raw.getvalue())
    report(path, {name: len(data) for name, data in files.items()})


def depends(build, root):
    """On libraries: those the program is linked to by dpkg-shlibdeps, those it loads later by their packages."""
    (root / "debian").mkdir()
    (root / "debian/control").write_text(f"Source: {build.name}\n\nPackage: {build.name}\nArchitecture: any\n", encoding="utf-8")
    binaries = [root / "usr/bin/weir", *(root / "usr/lib/weir").glob("*.so")]
    told = run("dpkg-shlibdeps", "-O", *(f"-e{path}" for path in binaries), cwd=root)
    shutil.rmtree(root / "debian")
    found = told.strip().removeprefix("shlibs:Depends=").split(", ")
    owners = owners_of(build.lazy_libraries)
    for path in build.lazy_libraries:
        if path in owners:
            version = run("dpkg-query", "--show", "--showformat=${Version}", owners[path])
            upstream = re.match(r"(?:\d+:)?(\d+(?:\.\d+)*?)(?:\.\d+)?[-+~]", version)[1]  # but for its last number: of patches
            found.append(f"{owners[path].split(':')[0]} (>= {upstream})")
        elif not is_duckdb(path):
            raise Failure(f"{path} is from no package")
    return ", ".join(sorted(found))


def zipped(text):
    return gzip.compress(text, 9, mtime=0)


def documents(build, root):
    """What Debian wants to have in each package."""
    folder = root / "usr/share/doc" / build.name
    folder.mkdir(parents=True)
    stamp = time.strftime("%a, %d %b %Y 00:00:00 +0000", time.gmtime(build.time_s))
    changes = f"{build.name} ({build.version}) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- {MAINTAINER}  {stamp}\n"
    (folder / "changelog.gz").write_bytes(zipped(changes.encode()))
    top = pathlib.Path(__file__).resolve().parent.parent
    (folder / "CHANGELOG.md.gz").write_bytes(zipped((top / "CHANGELOG.md").read_bytes()))
    terms = [(top / "LICENSE").read_text(encoding="utf-8"),
             "The list of mail providers in weir:\n\n" + mail_providers_terms().decode()]
    for path in build.lazy_libraries:
        if is_duckdb(path) and not owners_of([path]):
            terms.append(f"/usr/lib/weir/{path.name}:\n\n" + (path.resolve().parent / "LICENSE").read_text(encoding="utf-8"))
    (folder / "copyright").write_text("\n----\n\n".join(terms), encoding="utf-8")
    for page in (root / "usr/share/man").rglob("*.[1-9]"):
        page.with_name(page.name + ".gz").write_bytes(zipped(page.read_bytes()))
        page.unlink()


def debian_package(build, path, architecture):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder, "root")
        installed(build, root / "usr")
        for library in (root / "usr/lib/weir").glob("*.so"):
            library.write_bytes(build.stripped(library))
        documents(build, root)
        needs = depends(build, root)
        files = {file.relative_to(root).as_posix(): file for file in sorted(root.rglob("*")) if file.is_file()}
        sizes = {name: file.stat().st_size for name, file in files.items()}
        (root / "DEBIAN").mkdir()
        (root / "DEBIAN/md5sums").write_text("".join(
            f"{hashlib.md5(file.read_bytes()).hexdigest()}  {name}\n" for name, file in files.items()), encoding="utf-8")
        (root / "DEBIAN/control").write_text(CONTROL.format(
            package=build.name, version=build.version, architecture=architecture, maintainer=MAINTAINER,
            installed_kib=sum(-(-size // 1024) for size in sizes.values()), depends=needs,
            relations="" if build.has_duckdb else "Provides: weir\nConflicts: weir\n",
            databases="embedded (DuckDB) or shared (PostgreSQL)" if build.has_duckdb else "PostgreSQL"), encoding="utf-8")
        for file in [root, *root.rglob("*")]:
            file.chmod(0o755 if file.is_dir() or file == root / "usr/bin/weir" else 0o644)
            os.utime(file, (build.time_s, build.time_s))
        run("dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, path,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(build.time_s)})
        report(path, sizes)


def make(build, kind, output):
    if kind == "lambda":
        function_code(build, output / "weir-lambda.zip", True)
    elif kind == "lambda-lean":
        function_code(build, output / "weir-lambda-lean.zip", False)
    elif kind == "deb":
        architecture = run("dpkg", "--print-architecture").strip()
        debian_package(build, output / f"{build.name}_{build.version}_{architecture}.deb", architecture)
    else:
        archive_of(build, output / f"{build.name}-{build.version}-linux-{os.uname().machine}.tar.gz")


def main():
    kinds = ["lambda", "lambda-lean", "deb", "tar"]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("kinds", nargs="*", metavar="kind", help=", ".join(kinds))
    parser.add_argument("--output")
    options = parser.parse_intermixed_args()
    unknown = set(options.kinds) - set(kinds)
    if unknown:
        parser.error(f"no such kind: {', '.join(sorted(unknown))}; there are {', '.join(kinds)}")
    try:
        build = Build(options.build)
        if "lambda" in options.kinds and not build.has_duckdb:
            raise Failure(f"{build.folder} was built without DuckDB: ask for lambda-lean")
        output = pathlib.Path(options.output or build.folder / "packages")
        output.mkdir(parents=True, exist_ok=True)
        for kind in options.kinds or kinds[0 if build.has_duckdb else 1:]:
            make(build, kind, output)
    except Failure as failure:
        print(f"package.py: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
