# SPDX-License-Identifier: BSL-1.0
"""Concurrent closed-loop clients on few keys, every step recorded.

Values are integers, each SET's its own, so that every kind of operation makes sense on every key.
Keys are given up after a while for fresh ones: what stays unknown burdens the judge only there.
"""

import random
import threading
import time

from harness.outcome import Failure, expect
from harness.resp import Broken, Connection, Refusal

KINDS = ("get", "set", "setnx", "incr", "del")
WEIGHTS = (35, 25, 10, 20, 10)
# The first words of error replies: the command is in no log; nobody knows. All others are mistakes.
DID_NOT_HAPPEN = "TRYAGAIN"
UNKNOWN = "UNKNOWN"


def request_of(kind, key, argument):
    return (kind.upper(), key) if argument == "-" else (kind.upper(), key, argument)


def response_word(kind, value):
    """A reply as the judge reads it."""
    if kind == "get":
        return "nil" if value is None else value.decode()
    if kind == "set":
        return "ok" if value == "OK" else str(value)
    return str(value)


class Load:
    """Clients that run until stopped, or until the budget of requests is used up."""

    def __init__(self, addresses, history, clients=6, budget=20000, timeout=2.0, live_keys=4,
                 operations_a_key=150, pause=0.002, seed=1, prefix="k", kinds=KINDS,
                 weights=WEIGHTS):
        self.addresses = list(addresses)
        self.history = history
        self.budget = budget
        self.timeout = timeout
        self.live_keys = live_keys
        self.operations_a_key = operations_a_key
        self.pause = pause
        self.prefix = prefix
        self.kinds, self.weights = kinds, weights
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.begun = 0
        self.open = {}  # client: index of the node its request is at
        self.wrong = None
        self.threads = [
            threading.Thread(target=self._run, args=(number, random.Random(seed * 1000 + number)),
                             daemon=True)
            for number in range(clients)
        ]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind, *_):
        self.stop(quiet=kind is not None)

    def stop(self, quiet=False):
        self.stopping.set()
        for thread in self.threads:
            thread.join(self.timeout + 10)
        if not quiet and self.wrong:
            raise Failure(self.wrong)

    def in_flight(self, node=None):
        with self.lock:
            return sum(1 for at in self.open.values() if node is None or at == node)

    def wait_in_flight(self, node=None, seconds=10):
        """Returns as soon as a request is in flight (at that node), with their number."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            count = self.in_flight(node)
            if count:
                return count
            time.sleep(0.0005)
        raise Failure("no request was in flight when the fault was to strike")

    def wait_progress(self, answers, seconds, what):
        """Waits for so many more answered requests."""
        wanted = self.history.acknowledged() + answers
        end = time.monotonic() + seconds
        while self.history.acknowledged() < wanted:
            expect(not self.wrong, self.wrong)
            expect(time.monotonic() < end, f"fewer than {answers} answers within {seconds} s {what}")
            expect(self.begun < self.budget, f"the budget of {self.budget} requests is used up {what}")
            time.sleep(0.01)

    def keys_at(self, number=None):
        """The keys that the request of that number may use; those of now, without a number."""
        era = (self.begun if number is None else number) // (self.live_keys * self.operations_a_key)
        return [f"{self.prefix}{era}-{key}" for key in range(self.live_keys)]

    def _next(self, client, source):
        with self.lock:
            if self.begun >= self.budget:
                return None
            number = self.begun
            self.begun += 1
        key = source.choice(self.keys_at(number))
        kind = source.choices(self.kinds, self.weights)[0]
        argument = "-"
        if kind in ("set", "setnx"):
            argument = str((number + 1) * 1000 + client)
        return kind, key, argument

    def _run(self, client, source):
        home = at = client % len(self.addresses)
        away = 0  # requests since it left its own node
        connection = None
        while not self.stopping.is_set():
            if at != home:
                away += 1
                if away % 30 == 0 and connection is not None:
                    connection.close()
                    connection, at = None, home
            if connection is None:
                try:
                    connection = Connection(self.addresses[at], self.timeout)
                except Broken:
                    at = source.randrange(len(self.addresses))
                    time.sleep(0.02)
                    continue
            step = self._next(client, source)
            if step is None:
                break
            if not self._ask(client, connection, at, *step):
                connection.close()
                connection = None
                at = source.randrange(len(self.addresses))
            if self.pause:
                time.sleep(self.pause)
        if connection is not None:
            connection.close()

    def _ask(self, client, connection, at, kind, key, argument):
        """One request; false if the connection is of no more use."""
        with self.lock:
            self.open[client] = at
        begin = time.monotonic_ns()
        try:
            value = connection.call(*request_of(kind, key, argument))
            end = time.monotonic_ns()
            self.history.ended(client, begin, end, kind, key, argument, response_word(kind, value))
            return True
        except Refusal as refusal:
            if refusal.code == DID_NOT_HAPPEN:
                self.history.refused()
                time.sleep(0.01)
                return False  # elsewhere it may go better
            self.history.unknown(client, begin, kind, key, argument)
            if refusal.code != UNKNOWN:
                self.wrong = f"{kind} {key} {argument} was answered: {refusal}"
            return True
        except Broken:
            self.history.unknown(client, begin, kind, key, argument)
            return False
        finally:
            with self.lock:
                del self.open[client]


def read_everything(addresses, history, seconds=20, clients_from=900):
    """Every key once through every node, recorded: what was acknowledged must be there."""
    end = time.monotonic() + seconds
    for number, address in enumerate(addresses):
        connection = None
        for key in sorted(history.keys):
            while True:
                try:
                    connection = connection or Connection(address, 5.0)
                    begin = time.monotonic_ns()
                    value = connection.call("GET", key)
                    history.ended(clients_from + number, begin, time.monotonic_ns(), "get", key, "-",
                                  response_word("get", value))
                    break
                except Refusal as refusal:
                    expect(refusal.code in (DID_NOT_HAPPEN, UNKNOWN), f"final GET: {refusal}")
                except Broken:
                    connection = None
                expect(time.monotonic() < end, f"{address} does not answer GET at the end")
                time.sleep(0.05)
        if connection:
            connection.close()


def fill(address, bytes_in_all, size, stop, keys=5, seconds=90):
    """Writes values of that size to few keys, until stopped; how many bytes were acknowledged."""
    written = 0
    connection = None
    end = time.monotonic() + seconds
    while written < bytes_in_all and not stop() and time.monotonic() < end:
        try:
            connection = connection or Connection(address, 10.0)
            connection.call("SET", f"large-{written // size % keys}", b"x" * size)
            written += size
        except Refusal:
            time.sleep(0.05)
        except Broken:
            connection = None
            time.sleep(0.05)
    if connection:
        connection.close()
    return written
