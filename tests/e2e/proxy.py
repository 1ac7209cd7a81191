"""A network between weir and a server that fails when the test says so."""

import socket
import threading

COMMIT = b"COMMIT\0"  # of PostgreSQL's protocol: the end of a query, and of the answer to it


class Proxy:
    """A loopback port in front of a server's Unix socket, or of its (host, port). Passes everything on, until told
    otherwise."""

    def __init__(self, address):
        self.address = address if isinstance(address, tuple) else str(address)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.pairs = []  # of connections: (client's, server's)
        self.lock = threading.Lock()
        self.moving = threading.Event()
        self.moving.set()
        self.lost_commit = None  # "asked": the next one never reaches the server; "answered": its answer never comes back
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # closed
            server = socket.socket(socket.AF_INET if isinstance(self.address, tuple) else socket.AF_UNIX)
            try:
                server.connect(self.address)
            except OSError:
                client.close()  # as a refused connection, or nearly so
                continue
            with self.lock:
                self.pairs.append((client, server))
                for source, target, losing in ((client, server, "asked"), (server, client, "answered")):
                    self.threads.append(threading.Thread(target=self.pump, args=(source, target, losing)))
                    self.threads[-1].start()

    def pump(self, source, target, losing):
        try:
            while data := source.recv(65536):
                self.moving.wait()
                if self.lost_commit == losing and COMMIT in data:
                    self.lost_commit = None
                    break
                target.sendall(data)
        except OSError:
            pass  # reset from either side
        self.end(source, target)

    @staticmethod
    def end(*ends):
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)  # unlike close() it wakes the thread that reads
            except OSError:
                pass  # it has gone already

    def cut(self):
        """Every connection is gone; new ones pass."""
        with self.lock:
            for pair in self.pairs:
                self.end(*pair)

    def stall(self):
        """Nothing moves any more, and nobody is told."""
        self.moving.clear()

    def close(self):
        """May be repeated."""
        self.moving.set()
        self.end(self.listener)
        self.threads[0].join()
        self.cut()
        for thread in self.threads[1:]:
            thread.join()
        for client, server in self.pairs:
            client.close()
            server.close()
        self.listener.close()
