"""A network between weir and a web server that goes wrong when the test says so, request by request.

A fault happens to every call once, or for ever. Calls are told apart by method, target and the last byte asked for: the
rest of a part that broke is the same call.
"""

import collections
import http.client
import http.server
import re
import socket
import struct
import sys
import threading

PIECE = 65536


def error_document(code):
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>Said by the test.</Message></Error>".encode()


class Call:
    """One request on its way through the proxy."""

    def __init__(self, handler, host):
        self.handler = handler
        self.connection = http.client.HTTPConnection(host, timeout=60)

    def forward(self):
        """Asks the server, whose answer is then at hand."""
        headers = {name: value for name, value in self.handler.headers.items() if name.lower() != "connection"}
        self.connection.request(self.handler.command, self.handler.path, headers=headers)
        self.answer = self.connection.getresponse()
        self.headers = dict(self.answer.getheaders())
        self.chunks = b""
        if "Content-Length" not in self.headers:  # a short document, in chunks
            self.chunks = self.answer.read()
            self.headers["Content-Length"] = str(len(self.chunks))
        self.length = 0 if self.handler.command == "HEAD" else int(self.headers["Content-Length"])

    def send_head(self, **changed):
        self.handler.send_response_only(self.answer.status)
        for name, value in {**self.headers, **changed}.items():
            if name.lower() not in ("connection", "transfer-encoding", "date"):
                self.handler.send_header(name, value)
        self.handler.end_headers()

    def send_body(self, length):
        if self.chunks:
            self.handler.wfile.write(self.chunks[:length])
            length = 0
        while length > 0:
            data = self.answer.read(min(PIECE, length))
            if not data:
                break
            self.handler.wfile.write(data)
            length -= len(data)

    def pass_on(self):
        self.forward()
        self.send_head()
        self.send_body(self.length)

    def refuse(self, status, code):
        body = b"" if self.handler.command == "HEAD" else error_document(code)
        self.handler.send_response_only(status)
        self.handler.send_header("Content-Length", str(len(body)))
        self.handler.end_headers()
        self.handler.wfile.write(body)

    def reset(self):
        """The connection is gone, as when a machine has restarted."""
        self.handler.wfile.flush()
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.handler.close_connection = True
        self.handler.connection.close()
        raise ConnectionResetError

    def stall(self):
        """Nothing comes any more, until the client has gone."""
        self.handler.connection.settimeout(0.1)
        while not self.handler.server.ends.is_set():
            try:
                if not self.handler.connection.recv(1):
                    break
            except TimeoutError:
                pass
        self.handler.close_connection = True

    def has_body(self):
        return self.length > 1


def internal_error(call):
    call.refuse(500, "InternalError")


def slow_down(call):
    call.refuse(503, "SlowDown")


def expired_token(call):
    call.refuse(400, "ExpiredToken")


def forbidden_token(call):
    call.refuse(403, "ExpiredToken")


def reset(call):
    call.reset()


def stall(call):
    call.stall()


def in_body(fault):
    """Half of the body comes; then `fault`."""
    def broken(call):
        call.forward()
        call.send_head()
        if call.has_body():
            call.send_body(call.length // 2)
            fault(call)
    broken.__name__ = f"{fault.__name__}_in_body"
    return broken


def short_body(call):
    """The connection ends in good order, and too soon."""
    call.forward()
    call.send_head()
    if call.has_body():
        call.send_body(call.length // 2)
        call.handler.close_connection = True


def wrong_length(call):
    """Half of the body, and a length that says so: only who has looked at the range can tell."""
    call.forward()
    if call.has_body():
        call.send_head(**{"Content-Length": str(call.length // 2)})
        call.send_body(call.length // 2)
    else:
        call.send_head()


def trickle(call):
    """A few bytes now and then: nothing that could be waited for."""
    call.forward()
    call.send_head()
    while call.has_body() and not call.handler.server.ends.wait(0.1):
        call.send_body(10)
        call.handler.wfile.flush()
        call.length -= 10


def wrong_range(call):
    """Another length of the whole object than it has."""
    call.forward()
    told = call.headers.get("Content-Range")
    if told and call.has_body():
        start, total = told.rsplit("/", 1)
        call.send_head(**{"Content-Range": f"{start.replace('-', '-1', 1)}/{int(total) * 100}"})
    else:
        call.send_head()
    call.send_body(call.length)


FAULTS = [internal_error, slow_down, reset, stall, in_body(reset), in_body(stall), trickle, short_body, wrong_length,
          wrong_range, expired_token, forbidden_token]


class FaultProxy:
    """A loopback port in front of `host`. `fault` is one of FAULTS, or None."""

    def __init__(self, host, fault=None, for_ever=False, only=lambda first: True):
        """`only`: which calls are to fail, by the first byte they ask for."""
        self.fault, self.for_ever, self.only = fault, for_ever, only
        self.before = lambda first: None  # called with the first byte that a GET asks for, before it is passed on
        self.calls = collections.Counter()
        self.failed = collections.Counter()
        self.lock = threading.Lock()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = PIECE

            def do_GET(self):
                call = Call(self, host)
                try:
                    proxy.answer(call)
                finally:
                    call.connection.close()

            do_HEAD = do_GET

            def log_message(self, *arguments):
                """Requests are not the test's output."""

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                if not isinstance(sys.exception(), (OSError, ValueError, http.client.HTTPException)):
                    super().handle_error(request, client_address)
                # Else weir has hung up, or its connection was reset by a fault.

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.ends = threading.Event()
        self.endpoint = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def answer(self, call):
        first, last = re.fullmatch(r"(?:bytes=(\d+)-(\d*))?", call.handler.headers.get("Range", "")).groups()
        first = int(first or 0)
        name = (call.handler.command, call.handler.path, last)
        with self.lock:
            self.calls[name] += 1
            fails = self.fault and self.only(first) and (self.for_ever or self.failed[name] == 0)
            self.failed[name] += bool(fails)
            if call.handler.command == "GET":
                self.before(first)
        if fails:
            self.fault(call)
        else:
            call.pass_on()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.ends.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
