"""Buckets that tell what they are asked: a real server's behind a proxy, and one in memory that holds very many keys."""

import bisect
import http.client
import http.server
import threading
import urllib.parse
import xml.sax.saxutils


class Counted:
    """An HTTP server on a loopback port. `requests` are those it was sent: (method, path and query)."""

    def __init__(self):
        self.requests = []
        counted = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self):
                counted.requests.append((self.command, self.path))
                status, headers, body = counted.answer(self.command, self.path, dict(self.headers))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_HEAD = handle_one

            def log_message(self, *arguments):
                """Requests are not the test's output."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True  # idle connections do not hold up the end
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def take_requests(self):
        """Those since it was last asked: listings and others."""
        requests, self.requests[:] = list(self.requests), []
        listings = [path for _, path in requests if "list-type=2" in path]
        return listings, [request for request in requests if request[1] not in listings]


class CountingProxy(Counted):
    """In front of the server at `host` (with its port). Signatures stay valid, since the Host header is passed on."""

    def __init__(self, host):
        self.host = host
        super().__init__()

    def answer(self, method, path, headers):
        connection = http.client.HTTPConnection(self.host, timeout=120)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders()
                    if name.lower() not in ("transfer-encoding", "connection", "date", "server")}
            body = response.read()
            kept.setdefault("Content-Length", str(len(body)))
            return response.status, kept, body
        finally:
            connection.close()


class MemoryBucket(Counted):
    """Of one name or any, with `keys` and one `content` in all of them. Those in `refused` may not be read."""

    PAGE = 1000

    def __init__(self, keys, content):
        self.keys = sorted(keys, key=str.encode)
        self.there = set(keys)
        self.content = content
        self.refused = set()
        super().__init__()

    def answer(self, method, path, headers):
        url = urllib.parse.urlsplit(path)
        if "list-type=2" in url.query:
            body = self.page(dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))).encode()
            return 200, {"Content-Type": "application/xml", "Content-Length": str(len(body))}, body
        key = urllib.parse.unquote(url.path).split("/", 2)[2]
        if key in self.refused or key not in self.there:
            code = "AccessDenied" if key in self.refused else "NoSuchKey"
            body = f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode()
            return 403 if key in self.refused else 404, {"Content-Length": str(len(body))}, body
        first = int(headers.get("range", headers.get("Range", "bytes=0-"))[len("bytes="):].split("-")[0])
        common = {"ETag": '"e"', "Last-Modified": "Mon, 03 May 2021 10:00:00 GMT", "Accept-Ranges": "bytes"}
        body = self.content[first:]
        if first or "range" in {name.lower() for name in headers}:
            size = len(self.content)
            return 206, {**common, "Content-Range": f"bytes {first}-{size - 1}/{size}", "Content-Length": str(len(body))}, body
        return 200, {**common, "Content-Length": str(len(body))}, body

    def page(self, query):
        prefix = query.get("prefix", "")
        after = query.get("continuation-token") or query.get("start-after", "")
        at = max(bisect.bisect_left(self.keys, prefix), bisect.bisect_right(self.keys, after) if after else 0)
        end = at
        while end < len(self.keys) and end - at < self.PAGE and self.keys[end].startswith(prefix):
            end += 1
        more = end < len(self.keys) and self.keys[end].startswith(prefix)
        entries = "".join(f"<Contents><Key>{urllib.parse.quote(key)}</Key><Size>{len(self.content)}</Size><ETag>&quot;e&quot;</ETag>"
                          f"<LastModified>2021-05-03T10:00:00.000Z</LastModified></Contents>" for key in self.keys[at:end])
        token = f"<NextContinuationToken>{xml.sax.saxutils.escape(self.keys[end - 1])}</NextContinuationToken>" if more else ""
        return (f"<?xml version='1.0' encoding='UTF-8'?><ListBucketResult><EncodingType>url</EncodingType>"
                f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}{entries}</ListBucketResult>")
