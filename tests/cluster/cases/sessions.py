# SPDX-License-Identifier: BSL-1.0
"""Sessions: a request that is sent again until it is answered is executed once."""

import random
import threading
import time

from harness.case import case
from harness.outcome import Failure, expect, expect_equal, say, wait_until
from harness.resp import Broken, Connection, Refusal

IDLE = 600_000  # ms that a session may be idle


class SessionClient(threading.Thread):
    """Counts one key up through one session, asking again and elsewhere until it is answered."""

    def __init__(self, cluster, number, seed, budget):
        super().__init__(daemon=True)
        self.addresses = cluster.addresses()
        self.source = random.Random(seed * 100 + number)
        self.budget = budget
        self.stopping = threading.Event()
        self.gate = threading.Event()  # closed: waits before it sends an answered request again
        self.gate.set()
        self.at_gate = False
        self.answers = []
        self.retries = 0
        self.replays = 0
        self.waiting = False
        self.wrong = None
        self.connection = None

    def run(self):
        try:
            session = self._until_answered("SYNOD", "SESSION", "OPEN", IDLE)
            sequence = 0
            while not self.stopping.is_set() and sequence < self.budget:
                sequence += 1
                call = ("SYNOD", "SESSION", "CALL", session, sequence, sequence, "INCR", "total")
                answer = self._until_answered(*call)
                self.answers.append(answer)
                if sequence % 10 == 0:
                    self._leave()
                    self.at_gate = True
                    self.gate.wait()
                    self.at_gate = False
                    again = self._until_answered(*call)
                    expect_equal(again, answer, f"request {sequence} of session {session}, sent again")
                    self.replays += 1
                time.sleep(0.002)
        except Failure as failure:
            self.wrong = str(failure)
        self._leave()

    def _leave(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def _until_answered(self, *request):
        self.waiting = True
        end = time.monotonic() + 30
        while True:
            try:
                if self.connection is None:
                    self.connection = Connection(self.source.choice(self.addresses), 1.5)
                answer = self.connection.call(*request)
                self.waiting = False
                return answer
            except Refusal as refusal:
                expect(refusal.code in ("UNKNOWN", "TRYAGAIN"), f"{request} was answered: {refusal}")
            except Broken:
                pass
            self._leave()
            self.retries += 1
            expect(time.monotonic() < end, f"no answer to {request} for 30 s")
            time.sleep(0.02)


def restart_from_snapshots(cluster, clients):
    """All answered, all begun anew from snapshots: a request sent again still gets its answer."""
    for client in clients:
        client.gate.clear()
    wait_until(lambda: all(client.at_gate or client.wrong for client in clients), 20,
               "every client is about to send an answered request again")
    cluster.wait_caught_up()
    for node in cluster.nodes:
        node.ask("SYNOD", "SNAPSHOT")
    for node in cluster.nodes:
        wait_until(lambda one=node: (one.status() or {}).get("snapshot_index", 0) > 0, 10,
                   f"node {node.number} has a snapshot")
    for node in cluster.nodes:
        node.kill()
    for node in cluster.nodes:
        node.start()
    cluster.wait_ready()
    for client in clients:
        client.gate.set()
    say("every node began anew from a snapshot")


@case(seconds=120)
def sessions_count_once(context):
    """counters through sessions, leaders killed under load: acknowledged is exactly what is found"""
    with context.cluster() as cluster:
        cluster.start()
        clients = [SessionClient(cluster, number, context.seed, context.requests // 6)
                   for number in range(6)]
        for client in clients:
            client.start()

        def answered():
            for client in clients:
                expect(not client.wrong, client.wrong)
            return sum(len(client.answers) for client in clients)

        for turn in range(context.rounds(2, 6)):
            before = answered()
            wait_until(lambda at=before: answered() >= at + 200, 30, "200 more answers")
            leader = cluster.wait_leader()
            wait_until(lambda: any(client.waiting for client in clients), 5, "a request is in flight")
            leader.kill()
            wait_until(lambda at=before: answered() >= at + 300, 30, "answers without the old leader")
            if turn % 2:
                cluster.wait_leader(15, cluster.followers(leader)).ask("SYNOD", "SNAPSHOT")
            leader.start()
        restart_from_snapshots(cluster, clients)
        wait_until(lambda at=answered(): answered() >= at + 100, 30, "answers at the end")
        for client in clients:
            client.stopping.set()
        for client in clients:
            client.join(40)
        counted = answered()
        found = int(cluster.wait_ready().ask("GET", "total"))
        retries = sum(client.retries for client in clients)
        replays = sum(client.replays for client in clients)
        say(f"{counted} acknowledged, {found} found; {retries} requests sent again unanswered, "
            f"{replays} sent again on purpose")
        expect(retries > 0, "no request was in flight at any kill")
        expect_equal(found, counted, "the counter")
        numbers = sorted(number for client in clients for number in client.answers)
        expect_equal(numbers, list(range(1, counted + 1)), "the answers, sorted")
