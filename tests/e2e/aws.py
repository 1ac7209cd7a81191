"""Stand-ins for the parts of AWS that a Lambda function meets, by the protocols that AWS documents: the Lambda Runtime API
(version 2018-06-01) and Secrets Manager's GetSecretValue. A web hook as people have, and a network that stands still in the middle of an object."""

import hashlib
import hmac
import http.server
import json
import queue
import re
import threading
import time
import typing

from proxy import Proxy

ANSWER_LIMIT_S = 120
RUNTIME = "/2018-06-01/runtime"
HOOK_SECRET = "T00/B00/never-to-be-shown"


class Answer(typing.NamedTuple):
    kind: str  # "response", "error"
    body: dict
    error_type: str  # of the header
    late_s: float  # after the deadline; negative: before it


class StandIn:
    """A web server on a loopback port; `answer_to(method, path, headers, body)` says (status, headers, text)."""

    def __init__(self):
        stand_in = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # a killed function's

            def do_GET(self):
                self.answer("GET")

            def do_POST(self):
                self.answer("POST")

            def answer(self, method):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, text = stand_in.answer_to(method, self.path, self.headers, body)
                data = text.encode()
                try:
                    self.send_response(status)
                    for name, value in {"Content-Length": str(len(data)), **headers}.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    self.close_connection = True  # who asked has gone

            def log_message(self, *arguments):
                """Requests are not the test's output."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def answer_to(self, method, path, headers, body):
        raise NotImplementedError

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class RuntimeApi(StandIn):
    """One function instance's Lambda. It gives out one invocation at a time, and keeps what it is told; `breaches` are
    what the documentation does not allow."""

    def __init__(self):
        self.waiting = queue.Queue()
        self.answers = queue.Queue()
        self.start_failures = queue.Queue()
        self.breaches = []
        self.open = None  # (request id, deadline in s)
        self.count = 0
        self.asked = threading.Event()  # it waits for its next invocation, or did
        self.stopping = False
        super().__init__()

    def invoke(self, event, timeout_s=60.0):
        """Delivers an event (text as it is, else as JSON) and waits for its answer. The request id begins with req-."""
        self.deliver(event, timeout_s)
        return self.answers.get(timeout=ANSWER_LIMIT_S)

    def deliver(self, event, timeout_s=60.0):
        self.waiting.put((event if isinstance(event, str) else json.dumps(event), timeout_s))

    def answer_to(self, method, path, headers, body):
        if (method, path) == ("GET", RUNTIME + "/invocation/next"):
            return self.next()
        if (method, path) == ("POST", RUNTIME + "/init/error"):
            self.start_failures.put((json.loads(body), headers["Lambda-Runtime-Function-Error-Type"]))
            return 202, {}, '{"status":"OK"}'
        found = re.fullmatch(RUNTIME + r"/invocation/([^/]+)/(response|error)", path)
        if method != "POST" or not found:
            return self.breach(404, f"{method} {path}")
        if self.open is None or found[1] != self.open[0]:
            return self.breach(400, f"{path}, while {self.open} is open")
        deadline_s = self.open[1]
        self.open = None
        self.answers.put(Answer(found[2], json.loads(body), headers["Lambda-Runtime-Function-Error-Type"],
                                time.time() - deadline_s))
        return 202, {}, '{"status":"OK"}'

    def next(self):
        if self.open is not None:
            return self.breach(403, f"next, while {self.open} is not answered")
        self.asked.set()
        while not self.stopping:
            try:
                event, timeout_s = self.waiting.get(timeout=0.1)
            except queue.Empty:
                continue
            self.count += 1
            self.open = (f"req-{self.count}", time.time() + timeout_s)
            return 200, {"Content-Type": "application/json", "Lambda-Runtime-Aws-Request-Id": self.open[0],
                         "Lambda-Runtime-Deadline-Ms": str(int(self.open[1] * 1000)),
                         "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:weir",
                         "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1"}, event
        return 500, {}, "{}"

    def breach(self, status, what):
        self.breaches.append(what)
        return status, {}, json.dumps({"errorMessage": what, "errorType": "InvalidRequest"})

    def stop(self):
        self.stopping = True
        super().stop()


class SecretsManager(StandIn):
    """`secrets` holds texts by ARN. Requests that are not signed by the key's owner for the ARN's region are refused."""

    def __init__(self, access_key, secret_key, session_token):
        self.keys = (access_key, secret_key, session_token)
        self.secrets = {}
        self.refused = set()
        self.failures = 0  # that many requests are answered with 500 first
        super().__init__()

    def answer_to(self, method, path, headers, body):
        if self.failures > 0:
            self.failures -= 1
            return self.refuse(500, "InternalServiceError", "later")
        if (method, path) != ("POST", "/") or headers["X-Amz-Target"] != "secretsmanager.GetSecretValue" or \
                headers["Content-Type"] != "application/x-amz-json-1.1":
            return self.refuse(400, "UnknownOperationException", "")
        arn = json.loads(body)["SecretId"]
        why = self.why_unsigned(headers, body, arn.split(":")[3])
        if why:
            return self.refuse(400, "InvalidSignatureException", why)
        if arn in self.refused:
            return self.refuse(400, "AccessDeniedException", "no identity-based policy allows the action")
        if arn not in self.secrets:
            return self.refuse(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
        return 200, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(
            {"ARN": arn, "Name": "weir", "VersionStages": ["AWSCURRENT"], "SecretString": self.secrets[arn]})

    @staticmethod
    def refuse(status, kind, message):
        return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps({"__type": kind, "Message": message})

    def why_unsigned(self, headers, body, region):
        """By AWS Signature Version 4; empty where all is right."""
        access_key, secret_key, token = self.keys
        found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
                             r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})", headers.get("Authorization", ""))
        if not found:
            return "no Authorization"
        key, day, signed_region, service, names, signature = found.groups()
        now = headers["X-Amz-Date"]
        sent = time.mktime(time.strptime(now, "%Y%m%dT%H%M%SZ")) - time.timezone
        required = {"host", "x-amz-date", "x-amz-target"} | ({"x-amz-security-token"} if token else set())
        if (key, day, signed_region, service) != (access_key, now[:8], region, "secretsmanager") or \
                not required <= set(names.split(";")) or abs(time.time() - sent) > 300 or \
                headers.get("X-Amz-Security-Token", "") != token:
            return "signed by, for or as something else"
        canonical = "\n".join(["POST", "/", "", *(f"{name}:{headers[name].strip()}" for name in names.split(";")), "", names,
                               hashlib.sha256(body).hexdigest()])
        text = f"AWS4-HMAC-SHA256\n{now}\n{day}/{region}/{service}/aws4_request\n" \
               f"{hashlib.sha256(canonical.encode()).hexdigest()}"
        digest = ("AWS4" + secret_key).encode()
        for part in (day, region, service, "aws4_request", text):
            digest = hmac.digest(digest, part.encode(), "sha256")
        return "" if digest.hex() == signature else "the signature does not match"


class Hook(StandIn):
    """A web hook, as Slack's. It keeps what is posted to it; `failures` are the statuses of the next answers, then it is 200."""

    def __init__(self):
        self.posted = []
        self.failures = []
        super().__init__()
        self.url = f"http://{self.host}/services/{HOOK_SECRET}"

    def answer_to(self, method, path, headers, body):
        status = self.failures.pop(0) if self.failures else 200
        if status == 200:
            self.posted.append((method, path, headers["Content-Type"], json.loads(body)))
        return status, {}, "ok"


class StallingProxy(Proxy):
    """In front of an S3 server: after `passed_max` bytes of the objects whose keys hold `stalled`, nothing more of them
    comes until release()."""

    def __init__(self, address, passed_max):
        self.stalled = None
        self.passed = 0
        self.passed_max = passed_max
        self.slow = set()  # connections to the server that such an object was asked of
        super().__init__(address)

    def pump(self, source, target, losing):
        try:
            while data := source.recv(65536):
                if losing == "asked" and self.stalled is not None and b"GET " in data:
                    (self.slow.add if self.stalled in data.split(b"\r\n")[0] else self.slow.discard)(target)
                if losing == "answered" and source in self.slow:
                    self.passed += len(data)
                    if self.passed > self.passed_max:
                        self.moving.clear()
                        self.moving.wait()
                target.sendall(data)
        except OSError:
            pass  # reset from either side
        self.end(source, target)

    def release(self):
        self.stalled = None
        self.slow.clear()
        self.moving.set()
