# SPDX-License-Identifier: BSL-1.0
"""Links between peers through a proxy in this process: each direction can be cut, slowed, broken.

A cut direction holds its bytes as a network does that drops packets: the sender's TCP goes on
retransmitting, and what was held arrives when the link is mended, unless the connection was broken.
"""

import random
import socket
import threading
import time

from harness.processes import free_ports


class Direction:
    """Bytes from one node to another; what is set here holds for open connections too."""

    def __init__(self):
        self.open = threading.Event()
        self.open.set()
        self.delay = 0.0
        self.jitter = 0.0
        self.bytes = 0
        self.held = 0  # pieces that met a cut


class Links:
    """A proxied link for every ordered pair: `connects` dials `to` through a port of its own."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.directions = {}
        self.sockets = {}  # unordered pair: open sockets
        self.lock = threading.Lock()
        self.listeners = []
        numbers = [node.number for node in cluster.nodes]
        for source in numbers:
            for target in numbers:
                if source != target:
                    self.directions[source, target] = Direction()
        for source in numbers:
            for target in numbers:
                if source != target:
                    self._listen(source, target)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for listener in self.listeners:
            listener.close()
        self.mend()
        for pair in list(self.sockets):
            self.drop(*pair)

    # --- what tests do -------------------------------------------------------------------------
    def cut(self, source, target):
        self.directions[source, target].open.clear()

    def isolate(self, number):
        """Both directions of every link of a node."""
        for source, target in self.directions:
            if number in (source, target):
                self.cut(source, target)

    def mend(self):
        for direction in self.directions.values():
            direction.delay = direction.jitter = 0.0
            direction.open.set()

    def delay(self, seconds, jitter=0.0):
        for direction in self.directions.values():
            direction.delay, direction.jitter = seconds, jitter

    def drop(self, one, other):
        """Breaks every open connection between two nodes; how many there were."""
        with self.lock:
            broken = self.sockets.pop(frozenset((one, other)), [])
        for end in broken:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        return len(broken) // 2

    def pairs(self):
        return sorted({tuple(sorted(pair)) for pair in self.directions})

    def held(self):
        return sum(direction.held for direction in self.directions.values())

    # --- how -----------------------------------------------------------------------------------
    def _listen(self, source, target):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        (port,) = free_ports(1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        self.listeners.append(listener)
        self.cluster.node(source).peers_as_seen[target] = ("127.0.0.1", port)
        threading.Thread(target=self._accept, args=(listener, source, target), daemon=True).start()

    def _accept(self, listener, source, target):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near, source, target), daemon=True).start()

    def _serve(self, near, source, target):
        # While either direction is cut no connection comes about.
        self.directions[source, target].open.wait()
        self.directions[target, source].open.wait()
        try:
            far = socket.create_connection(self.cluster.node(target).peer, 1.0)
            far.settimeout(None)
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self.lock:
            self.sockets.setdefault(frozenset((source, target)), []).extend((near, far))
        back = threading.Thread(target=self._pump, args=(far, near, self.directions[target, source]),
                                daemon=True)
        back.start()
        self._pump(near, far, self.directions[source, target])
        back.join()
        near.close()
        far.close()
        with self.lock:
            kept = self.sockets.get(frozenset((source, target)), [])
            for end in (near, far):
                if end in kept:
                    kept.remove(end)

    @staticmethod
    def _pump(source, target, direction):
        try:
            while piece := source.recv(65536):
                if not direction.open.is_set():
                    direction.held += 1
                    direction.open.wait()
                if direction.delay or direction.jitter:
                    time.sleep(direction.delay + random.random() * direction.jitter)
                target.sendall(piece)
                direction.bytes += len(piece)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
