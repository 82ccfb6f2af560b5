# SPDX-License-Identifier: BSL-1.0
"""What a case is, and what it is given."""

import pathlib
import random
import time
from dataclasses import dataclass, field

from harness.cluster import Cluster
from harness.history import History
from harness.load import Load, read_everything
from harness.outcome import expect, say

CASES = {}


@dataclass
class Case:
    name: str
    run: object
    seconds: int  # after which it is stopped and has failed
    requests: int  # of the load
    meaning: str
    alone: bool  # nothing else runs beside it: it measures, or takes much of the machine


def case(seconds=60, requests=20000, alone=False):
    """Makes a function a case, named as it is, with - for _; its documentation says what holds."""
    def register(function):
        name = function.__name__.replace("_", "-")
        CASES[name] = Case(name, function, seconds, requests, function.__doc__.split("\n")[0], alone)
        return function

    return register


@dataclass
class Context:
    """A case's own folder, its programs, its source of chance, and its history."""

    server: pathlib.Path
    judge: pathlib.Path
    folder: pathlib.Path
    requests: int
    seed: int
    long: bool
    history: History = field(default_factory=History)

    def __post_init__(self):
        self.random = random.Random(self.seed)

    def cluster(self, **options):
        return Cluster(self.server, self.folder, **options)

    def load(self, cluster, addresses=None, **options):
        options.setdefault("budget", self.requests)
        options.setdefault("seed", self.seed)
        return Load(addresses or cluster.addresses(), self.history, **options)

    def rounds(self, short, long):
        return long if self.long else short

    def judge_all(self, cluster, addresses=None, answers=300):
        """Reads all keys through every node and has the history judged. Too quiet a run is a failure."""
        expect(self.history.acknowledged() >= answers,
               f"only {self.history.summary()}: that proves nothing")
        read_everything(addresses or cluster.addresses(), self.history)
        verdict = self.history.judge(self.judge, self.folder / "history.txt")
        say(f"{self.history.summary()}; judge: {verdict}")


def strike(load, fault, node=None):
    """Does something with at least one request in flight (at that node); how many there were."""
    count = load.wait_in_flight(node)
    fault()
    return count


def seconds_of(action):
    begin = time.monotonic()
    action()
    return time.monotonic() - begin
