# SPDX-License-Identifier: BSL-1.0
"""SIGSTOP: a process that sleeps through an election and wakes up believing what it believed before."""

import threading
import time

from harness.case import case, strike
from harness.load import response_word
from harness.outcome import expect, say, wait_until
from harness.resp import Broken, Connection, Refusal


class WaitingReaders:
    """Readers that ask a stopped node and wait, long after others wrote: what it says on waking up is
    recorded, with the time of asking."""

    def __init__(self, node, history):
        self.node, self.history = node, history
        self.answers = 0
        self.asked = 0
        self.threads = []

    def ask(self, key, client):
        thread = threading.Thread(target=self._ask, args=(key, client), daemon=True)
        thread.start()
        self.threads.append(thread)
        self.asked += 1

    def _ask(self, key, client):
        begin = time.monotonic_ns()
        try:
            with Connection(self.node.client, 30.0, 5.0) as connection:
                value = connection.call("GET", key)
        except (Broken, Refusal):
            return
        self.history.ended(client, begin, time.monotonic_ns(), "get", key, "-",
                           response_word("get", value))
        self.answers += 1

    def join(self):
        for thread in self.threads:
            thread.join(35)


@case(seconds=150)
def freeze_leader(context):
    """the leader is stopped for longer than an election; it comes back as a follower, nothing stale"""
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster) as load:
            for turn in range(context.rounds(1, 4)):
                load.wait_progress(100, 15, "before the leader is stopped")
                leader = cluster.wait_leader()
                before = leader.status()
                count = strike(load, leader.pause, cluster.nodes.index(leader))
                others = cluster.followers(leader)
                new = cluster.wait_leader(15, others)
                expect(new is not leader, "a stopped process leads")
                readers = WaitingReaders(leader, context.history)
                for number in range(12):
                    # Each key is written by others before the stopped node is asked for it.
                    load.wait_progress(20, 15, "while the leader is stopped")
                    readers.ask(context.random.choice(load.keys_at()), 500 + turn * 20 + number)
                leader.resume()
                status = wait_until(
                    lambda: (lambda now: now and now["role"] == "follower" and now)(leader.status()),
                    15, "the old leader follows")
                expect(status["term"] > before["term"], "the old leader's term did not rise")
                readers.join()
                load.wait_progress(100, 15, "after the leader came back")
                say(f"stopped with {count} requests in flight; {readers.asked} reads waited for it, "
                    f"{readers.answers} of them answered by it")
        cluster.wait_caught_up()
        context.judge_all(cluster)


@case(seconds=120)
def freeze_everybody(context):
    """all are stopped for longer than an election, as by a machine that sleeps: no election follows"""
    with context.cluster() as cluster:
        leader = cluster.start()
        rounds = context.rounds(3, 10)
        with context.load(cluster) as load:
            first = leader.status()["term"]
            for _ in range(rounds):
                load.wait_progress(100, 15, "before everybody is stopped")
                for node in cluster.nodes:
                    node.pause()
                time.sleep(2.5)
                for node in cluster.nodes:
                    node.resume()
                load.wait_progress(100, 15, "after everybody was continued")
            last = cluster.wait_leader().status()["term"]
        say(f"stopped {rounds} times: term {first}, then {last}")
        # A leader that was stopped with nothing on its way to it has nothing to read.
        expect(last - first <= rounds // 3, f"{rounds} stops raised the term from {first} to {last}")
        cluster.wait_caught_up()
        context.judge_all(cluster)


@case(seconds=120)
def freeze_follower(context):
    """a follower is stopped for a while; nobody waits for it, and it catches up"""
    with context.cluster() as cluster:
        leader = cluster.start()
        with context.load(cluster, pause=0.01) as load:
            load.wait_progress(100, 10, "before a follower is stopped")
            follower = context.random.choice(cluster.followers(leader))
            term = leader.status()["term"]
            count = strike(load, follower.pause)
            time.sleep(context.rounds(3, 8))
            load.wait_progress(50, 10, "while a follower is stopped")
            follower.resume()
            load.wait_progress(100, 10, "after it was continued")
            status = cluster.wait_leader().status()
            expect(status["term"] == term,
                   f"a follower that slept brought an election: term {term}, now {status['term']}")
            say(f"stopped with {count} requests in flight; still term {term}")
        cluster.wait_caught_up()
        context.judge_all(cluster)
