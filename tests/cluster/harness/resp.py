# SPDX-License-Identifier: BSL-1.0
"""A blocking RESP client, as small as it can be: what it asks is seen on the wire as written here."""

import socket


class Broken(Exception):
    """The connection ended, timed out, or did not speak RESP; what became of a request is unknown."""


class Refusal(Exception):
    """An error reply; `code` is its first word."""

    def __init__(self, text):
        super().__init__(text)
        self.code = text.split(" ", 1)[0]


def encode(*arguments):
    parts = [b"*%d\r\n" % len(arguments)]
    for one in arguments:
        raw = one if isinstance(one, bytes) else str(one).encode()
        parts.append(b"$%d\r\n%s\r\n" % (len(raw), raw))
    return b"".join(parts)


class Connection:
    def __init__(self, address, timeout=2.0, connect_timeout=1.0):
        self.address = address
        self.buffer = b""
        try:
            self.socket = socket.create_connection(address, connect_timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.settimeout(timeout)
        except OSError as error:
            raise Broken(f"connecting to {address}: {error}") from error

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def call(self, *arguments):
        """The reply; Refusal for an error reply, Broken if none came."""
        self.send(encode(*arguments))
        return self.reply()

    def send(self, raw):
        try:
            self.socket.sendall(raw)
        except OSError as error:
            raise Broken(f"sending: {error}") from error

    def reply(self):
        line = self._line()
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            raise Refusal(rest.decode(errors="replace"))
        if kind == b":":
            return int(rest)
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else self._exactly(size)
        if kind == b"*":
            return None if int(rest) < 0 else [self.reply() for _ in range(int(rest))]
        raise Broken(f"not RESP: {line[:40]!r}")

    def _more(self):
        try:
            chunk = self.socket.recv(65536)
        except OSError as error:
            raise Broken(f"receiving: {error}") from error
        if not chunk:
            raise Broken("closed by the server")
        self.buffer += chunk

    def _line(self):
        while b"\r\n" not in self.buffer:
            self._more()
        line, self.buffer = self.buffer.split(b"\r\n", 1)
        return line

    def _exactly(self, size):
        while len(self.buffer) < size + 2:
            self._more()
        body, self.buffer = self.buffer[:size], self.buffer[size + 2:]
        return body


def ask(address, *arguments, timeout=2.0):
    """One request on a connection of its own."""
    with Connection(address, timeout) as connection:
        return connection.call(*arguments)
