"""A function's code unpacked where Lambda puts it, in a root directory that holds nothing else a program could lean on: no C
library, no shell, no /proc. Certificates are where Amazon Linux keeps them."""

import os
import pathlib
import zipfile

NOBODY = 65534
# What Lambda sets for every function. Of these folders the first two hold libraries that are not ours.
LIBRARY_PATH = "/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib"
# As in Amazon Linux: a service that is not there, before those that are.
NSSWITCH = "passwd: sss files systemd\nhosts: files myhostname dns\n"


class EmptyRoot:
    def __init__(self, folder, archive, authorities=""):
        self.folder = pathlib.Path(folder)
        self.task = self.folder / "var/task"
        self.task.mkdir(parents=True)
        with zipfile.ZipFile(archive) as code:
            for entry in code.infolist():
                path = pathlib.Path(code.extract(entry, self.task))
                path.chmod(entry.external_attr >> 16 & 0o777)
        self.write("etc/pki/tls/certs/ca-bundle.crt", authorities)
        self.write("etc/hosts", "127.0.0.1 localhost runtime.internal s3.internal\n")
        self.write("etc/resolv.conf", "nameserver 127.0.0.1\n")
        self.write("etc/nsswitch.conf", NSSWITCH)
        for name in ("lib64/libc.so.6", "usr/lib64/libstdc++.so.6", "lib64/libcrypto.so.3"):
            self.write(name, "of another C library")
        self.tmp = self.folder / "tmp"
        self.tmp.mkdir(mode=0o777)
        self.tmp.chmod(0o777)
        self.folder.chmod(0o755)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def command(self, program="/var/task/bootstrap"):
        """Nobody in there; as root of a namespace of its own where the test runs as somebody."""
        enter = ["/usr/sbin/chroot", f"--userspec={NOBODY}:{NOBODY}", "--groups="] if os.geteuid() == 0 else [
            "/usr/bin/unshare", "--user", "--map-root-user", "/usr/sbin/chroot"]
        return [*enter, str(self.folder), program]

    @staticmethod
    def environment(api_host, **more):
        """As Lambda sets it; None takes one away."""
        found = {"AWS_LAMBDA_RUNTIME_API": api_host, "LAMBDA_TASK_ROOT": "/var/task", "_HANDLER": "bootstrap", "TZ": ":UTC",
                 "LANG": "en_US.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin", "LD_LIBRARY_PATH": LIBRARY_PATH, **more}
        return {name: value for name, value in found.items() if value is not None}
