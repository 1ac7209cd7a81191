"""Stand-ins for the services that hand out keys, and for an S3 that knows them: each checks what it is sent.

Signatures are worked out here from AWS's description of Signature Version 4, not by weir's code. Keys live in a Keyring
that the services share: what STS hands out, S3 takes, until it expires or is revoked.
"""

import datetime
import hashlib
import hmac
import http.server
import json
import secrets
import socket
import ssl
import threading
import time
import urllib.parse
from xml.sax.saxutils import escape

CLOCK_SKEW_S = 300


class Key:
    def __init__(self, key_id, secret, token, expires):
        self.id, self.secret, self.token, self.expires = key_id, secret, token, expires
        self.revoked = False

    def expiration(self):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.expires))

    def document(self, **more):
        """As metadata services hand it out."""
        return json.dumps({"AccessKeyId": self.id, "SecretAccessKey": self.secret, "Token": self.token,
                           "Expiration": self.expiration(), **more})


class Keyring:
    def __init__(self):
        self.keys = {}
        self.spoken = set()  # every secret there ever was, for those who look for them where they must not be

    def make(self, prefix, lifetime_s=3600, token=True):
        number = sum(key_id.startswith(prefix) for key_id in self.keys) + 1
        key = Key(f"{prefix}{number:04}EXAMPLE", f"SeCrEt{secrets.token_hex(16)}", f"ToKeN+/{secrets.token_hex(40)}==" if token else "",
                  time.time() + lifetime_s)
        self.keys[key.id] = key
        self.spoken |= {key.secret, key.token} - {""}
        return key

    def of(self, prefix):
        return [key for key_id, key in self.keys.items() if key_id.startswith(prefix)]


class Refusal(Exception):
    """Status, code and message of an answer."""


def signer_of(keyring, service, method, target, headers, body):
    """The Key that signed the request; a Refusal where the signature does not hold."""
    kind, _, rest = headers.get("Authorization", "").partition(" ")
    if kind != "AWS4-HMAC-SHA256":
        raise Refusal(403, "AccessDenied", "not signed")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    key_id, date, region, named_service, end = parts["Credential"].split("/")
    key = keyring.keys.get(key_id)
    if key is None:
        raise Refusal(403, "InvalidAccessKeyId", "no such key")
    if (named_service, end) != (service, "aws4_request"):
        raise Refusal(403, "SignatureDoesNotMatch", f"signed for {named_service}")
    now = headers["X-Amz-Date"]
    signed_at = datetime.datetime.strptime(now, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
    if date != now[:8] or abs(time.time() - signed_at) > CLOCK_SKEW_S:
        raise Refusal(403, "RequestTimeTooSkewed", "the clock")
    if headers["X-Amz-Content-Sha256"] != hashlib.sha256(body).hexdigest():
        raise Refusal(400, "XAmzContentSHA256Mismatch", "the body is another")
    names = parts["SignedHeaders"].split(";")
    sent = {name.lower() for name in headers if name.lower() == "host" or name.lower().startswith("x-amz-")}
    if names != sorted(names) or not sent <= set(names):
        raise Refusal(403, "SignatureDoesNotMatch", "headers are not signed")
    path, _, query = target.partition("?")
    pairs = sorted(pair if "=" in pair else pair + "=" for pair in query.split("&") if pair)
    canonical = "\n".join([method, path, "&".join(pairs), *(f"{name}:{' '.join(headers[name].split())}" for name in names), "",
                           ";".join(names), headers["X-Amz-Content-Sha256"]])
    scope = f"{date}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    secret = ("AWS4" + key.secret).encode()
    for part in [*scope.split("/"), text]:
        secret = hmac.digest(secret, part.encode(), "sha256")
    if parts["Signature"] != secret.hex():
        raise Refusal(403, "SignatureDoesNotMatch", "the signature does not hold")
    if headers.get("X-Amz-Security-Token", "") != key.token:
        raise Refusal(403, "InvalidToken", "the token is another")
    if key.revoked or key.expires <= time.time():
        raise Refusal(400, "ExpiredToken", "The provided token has expired.")
    return key


class Service:
    """A server on a loopback port. `answer(method, target, headers, body)` gives (status, headers, body); `asked` are the
    requests so far, as (method, target)."""

    def __init__(self, certificate=None):
        service = self
        self.asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                service.asked.append((self.command, self.path))
                try:
                    status, headers, body = service.answer(self.command, self.path, self.headers, body)
                except Refusal as refusal:
                    status, headers, body = service.refuse(*refusal.args)
                self.send_response(status)
                headers.setdefault("Content-Length", str(len(body)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_HEAD = do_PUT = do_POST = handle_one

            def log_message(self, *arguments):
                """Requests are not the test's output."""

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """Who asked has gone."""

        self.server = Server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def refuse(self, status, code, message):
        text = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return status, {"Content-Type": "application/xml"}, text.encode()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class S3(Service):
    """Objects by bucket and key, for every key of the ring. `signers` are the ids that requests were signed with, in
    order; `on_request(count)` is called before each is looked at, `forbidden` says what is not allowed ("list", "read")."""

    def __init__(self, keyring, certificate=None, unsigned=False):
        self.keyring, self.unsigned = keyring, unsigned
        self.objects, self.signers, self.forbidden = {}, [], set()
        self.on_request = lambda count: None
        super().__init__(certificate)

    def answer(self, method, target, headers, body):
        self.on_request(len(self.asked))
        if not self.unsigned:
            self.signers.append(signer_of(self.keyring, "s3", method, target, headers, body).id)
        elif "Authorization" in headers:
            raise Refusal(400, "InvalidRequest", "signed, and should not be")
        url = urllib.parse.urlsplit(target)
        bucket, _, key = urllib.parse.unquote(url.path).lstrip("/").partition("/")
        if not key:
            return self.listing(bucket, dict(urllib.parse.parse_qsl(url.query)))
        if "read" in self.forbidden:
            raise Refusal(403, "AccessDenied", "Access Denied")
        return self.object(bucket, key, headers)

    def listing(self, bucket, query):
        if "list" in self.forbidden:
            raise Refusal(403, "AccessDenied", "Access Denied")
        found = sorted(key for own, key in self.objects if own == bucket and key.startswith(query.get("prefix", "")))
        entries = "".join(f"<Contents><Key>{urllib.parse.quote(key)}</Key><Size>{len(self.objects[bucket, key])}</Size>"
                          f"<ETag>&quot;{self.etag(bucket, key)}&quot;</ETag></Contents>" for key in found)
        return 200, {}, (f"<ListBucketResult><EncodingType>url</EncodingType>{entries}<IsTruncated>false</IsTruncated>"
                         "</ListBucketResult>").encode()

    def etag(self, bucket, key):
        return hashlib.md5(self.objects[bucket, key]).hexdigest()

    def object(self, bucket, key, headers):
        if (bucket, key) not in self.objects:
            raise Refusal(404, "NoSuchKey", "no such key")
        content = self.objects[bucket, key]
        head = {"ETag": f'"{self.etag(bucket, key)}"', "Accept-Ranges": "bytes",
                "Last-Modified": "Mon, 03 May 2021 10:00:00 GMT"}
        if "Range" not in headers:
            return 200, head, content
        first, _, last = headers["Range"].removeprefix("bytes=").partition("-")
        first, last = int(first), min(int(last or len(content)), len(content) - 1)
        if first >= len(content):
            return 416, {"Content-Range": f"bytes */{len(content)}"}, b""
        head["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        return 206, head, content[first:last + 1]


class Sts(Service):
    """`roles`: by ARN what is asked for beyond the keys: {"by": prefix of the ids that may, "external_id", "session",
    "token"}. Each role's keys are called by its "prefix" and live for its "lifetime_s"."""

    def __init__(self, keyring):
        self.keyring, self.roles, self.forms = keyring, {}, []
        super().__init__()

    def answer(self, method, target, headers, body):
        if (method, target) != ("POST", "/"):
            raise Refusal(400, "MalformedQueryString", "post the form to /")
        if not headers["Content-Type"].startswith("application/x-www-form-urlencoded"):
            raise Refusal(400, "MalformedQueryString", "not a form")
        form = dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))
        self.forms.append(form)
        if form["Version"] != "2011-06-15":
            raise Refusal(400, "NoSuchVersion", form["Version"])
        action = form["Action"]
        if action == "AssumeRoleWithWebIdentity":
            if "Authorization" in headers:
                raise Refusal(400, "InvalidClientTokenId", "a web identity is not signed")
            return self.keys_of(action, form, None)
        signer = signer_of(self.keyring, "sts", method, target, headers, body)
        if action == "GetCallerIdentity":
            return self.result(action, f"<Arn>arn:aws:iam::123456789012:user/{signer.id[:4]}</Arn>")
        return self.keys_of(action, form, signer)

    def keys_of(self, action, form, signer):
        role = self.roles.get(form["RoleArn"])
        may = role is not None and form.get("WebIdentityToken") == role.get("token") and (
            signer is None or signer.id.startswith(role["by"])) and form.get("ExternalId") == role.get("external_id")
        if not may:
            raise Refusal(403, "AccessDenied", f"not authorized to perform: sts:{action} on {form['RoleArn']}")
        key = self.keyring.make(role["prefix"], role.get("lifetime_s", 3600))
        arn = form["RoleArn"].replace(":iam:", ":sts:").replace("role/", "assumed-role/") + "/" + form["RoleSessionName"]
        return self.result(action, f"<AssumedRoleUser><Arn>{escape(arn)}</Arn></AssumedRoleUser><Credentials><AccessKeyId>{key.id}"
                           f"</AccessKeyId><SecretAccessKey>{key.secret}</SecretAccessKey><SessionToken>{escape(key.token)}"
                           f"</SessionToken><Expiration>{key.expiration()}</Expiration></Credentials>")

    @staticmethod
    def result(action, inner):
        return 200, {}, (f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>{inner}'
                         f"</{action}Result></{action}Response>").encode()

    def refuse(self, status, code, message):
        return status, {}, (f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message>"
                            "</Error></ErrorResponse>").encode()


class InstanceMetadata(Service):
    """Version 2: nothing without a token, and the token by PUT with a lifetime."""

    ROLES = "/latest/meta-data/iam/security-credentials/"

    def __init__(self, keyring, lifetime_s=3600):
        self.keyring, self.lifetime_s = keyring, lifetime_s
        self.token = f"ImDs{secrets.token_hex(24)}=="
        keyring.spoken.add(self.token)
        super().__init__()

    def answer(self, method, target, headers, body):
        if target == "/latest/api/token":
            lifetime = int(headers.get("X-aws-ec2-metadata-token-ttl-seconds", 0))
            if method != "PUT" or not 1 <= lifetime <= 21600 or "X-Forwarded-For" in headers:
                return 400, {}, b""
            return 200, {}, self.token.encode()
        if method != "GET" or headers.get("X-aws-ec2-metadata-token") != self.token:
            return 401, {}, b""
        if target == self.ROLES:
            return 200, {}, b"instance-role"
        if target == self.ROLES + "instance-role":
            return 200, {}, self.keyring.make("ASIAIMDS", self.lifetime_s).document(Code="Success", Type="AWS-HMAC").encode()
        return 404, {}, b""


class Container(Service):
    """Of ECS and EKS: keys for whoever brings the token."""

    def __init__(self, keyring):
        self.keyring = keyring
        self.token = f"CoNt{secrets.token_hex(24)}"
        keyring.spoken.add(self.token)
        super().__init__()

    def answer(self, method, target, headers, body):
        if method != "GET" or headers.get("Authorization") != self.token:
            return 401, {}, b'{"code": "InvalidTokenException", "message": "who are you"}'
        return 200, {}, self.keyring.make("ASIACONT").document(RoleArn="arn:aws:iam::1:role/task").encode()


class ForwardProxy:
    """A proxy for http:// (by whole addresses) and https:// (by CONNECT). Whatever host is named, it talks to `port` on
    loopback: who reaches a name that does not exist came through here. `login` ("user:password") is wanted where given."""

    def __init__(self, port, login=None):
        self.port_behind = port
        self.login = login
        self.lines = []  # the first line of each request
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed
            thread = threading.Thread(target=self.serve, args=(client,))
            self.threads.append(thread)
            thread.start()

    def serve(self, client):
        with client:
            head = self.head(client)
            if not head:
                return
            lines = head.split(b"\r\n")
            self.lines.append(lines[0].decode())
            if self.login and not any(line.lower().startswith(b"proxy-authorization: basic ") for line in lines):
                client.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            method, target, version = lines[0].split(b" ")
            with socket.create_connection(("127.0.0.1", self.port_behind)) as server:
                if method == b"CONNECT":
                    client.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                else:
                    path = b"/" + target.split(b"/", 3)[3]
                    kept = [line for line in lines[1:] if not line.lower().startswith((b"proxy-", b"connection:"))]
                    server.sendall(b"\r\n".join([b" ".join([method, path, version]), b"Connection: close", *kept]) + b"\r\n\r\n")
                back = threading.Thread(target=self.pump, args=(server, client))
                back.start()
                self.pump(client, server)
                back.join()

    @staticmethod
    def head(client):
        received = b""
        while b"\r\n\r\n" not in received:
            data = client.recv(65536)
            if not data:
                return b""
            received += data
        return received[:received.index(b"\r\n\r\n")]  # of requests without bodies

    @staticmethod
    def pump(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass  # reset from either side
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it has gone already

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join()
