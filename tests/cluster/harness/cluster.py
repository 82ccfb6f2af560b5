# SPDX-License-Identifier: BSL-1.0
"""Three servers on loopback, each with a directory, a log and, where asked for, links through a proxy."""

import os
import pathlib
import signal

from harness.outcome import Failure, expect, wait_until
from harness.processes import end, free_ports, spawn
from harness.resp import Broken, Refusal, ask

HOST = "127.0.0.1"


class Node:
    """One server: started, asked, killed, stopped, continued, started again."""

    def __init__(self, cluster, number, client, peer):
        self.cluster = cluster
        self.number = number
        self.client = client  # (host, port) that clients connect to
        self.peer = peer  # (host, port) that peers connect to
        self.data = cluster.folder / f"node-{number}"
        self.log = cluster.folder / f"node-{number}.log"
        self.cluster_name = cluster.name
        self.peers_as_seen = {}  # number of a peer: address, where that is not its own
        self.extra = []
        self.env = {}
        self.inside = []
        self.process = None

    def command(self):
        addresses = {one.number: one.peer for one in self.cluster.nodes} | self.peers_as_seen
        peers = ",".join(f"{number}={host}:{port}" for number, (host, port) in sorted(addresses.items()))
        return [self.cluster.server, "--id", self.number, "--listen", "%s:%d" % self.client,
                "--peers", peers, "--data", self.data, "--cluster", self.cluster_name,
                *self.cluster.extra, *self.extra]

    def start(self):
        expect(not self.running(), f"node {self.number} runs already")
        self.process = spawn(self.command(), self.log, self.env, self.inside)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """SIGKILL; the disk's cache stays, as when a process dies and the machine does not."""
        expect(self.running(), f"node {self.number} does not run when it is to be killed")
        end(self.process)

    def terminate(self, patience=10):
        """SIGTERM; its exit status."""
        return end(self.process, patience)

    def pause(self):
        os.kill(self.process.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.process.pid, signal.SIGCONT)

    def ask(self, *arguments, timeout=2.0):
        return ask(self.client, *arguments, timeout=timeout)

    def status(self, timeout=1.0):
        """What SYNOD STATUS says, numbers as numbers; None from a server that does not answer."""
        if not self.running():
            return None
        try:
            text = self.ask("SYNOD", "STATUS", timeout=timeout)
        except (Broken, Refusal):
            return None
        pairs = (line.split(":", 1) for line in text.decode().splitlines() if ":" in line)
        return {name: int(value) if value.lstrip("-").isdigit() else value for name, value in pairs}

    def wait_exit(self, seconds, what):
        """The status of a server that is expected to end by itself."""
        wait_until(lambda: self.process.poll() is not None, seconds, what)
        return self.process.returncode

    def log_text(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""


class Cluster:
    def __init__(self, server, folder, numbers=(1, 2, 3), extra=(), name="tested", hosts=None):
        self.server = pathlib.Path(server)
        self.folder = pathlib.Path(folder)
        self.name = name
        self.extra = list(extra)
        hosts = hosts or [HOST] * len(numbers)
        ports = free_ports(2 * len(numbers))
        self.nodes = [Node(self, number, (host, ports.pop()), (host, ports.pop()))
                      for number, host in zip(numbers, hosts)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for node in self.nodes:
            if node.process is not None:
                end(node.process)

    def start(self, seconds=20):
        for node in self.nodes:
            node.start()
        return self.wait_ready(seconds)

    def node(self, number):
        return next(node for node in self.nodes if node.number == number)

    def addresses(self, *without):
        return [node.client for node in self.nodes if node not in without]

    def leader(self, among=None):
        """The node that says it leads with the highest term, if any."""
        found = []
        for node in among or self.nodes:
            status = node.status()
            if status and status.get("role") == "leader":
                found.append((status.get("term", 0), node))
        return max(found, key=lambda one: one[0])[1] if found else None

    def wait_leader(self, seconds=15, among=None):
        def look():
            for node in among or self.nodes:
                expect(node.process.poll() is None,
                       f"node {node.number} ended with {node.process.poll()}:\n{tail(node.log)}")
            return self.leader(among)

        return wait_until(look, seconds, "a leader is there")

    def wait_ready(self, seconds=20, among=None):
        """A leader that answers a write; the leader."""
        leader = self.wait_leader(seconds, among)

        def writes():
            try:
                return leader.ask("SET", "ready", "1") == "OK"
            except (Broken, Refusal):
                return False

        wait_until(writes, seconds, "the leader answers a write")
        return leader

    def wait_caught_up(self, seconds=20, among=None):
        """Every node has applied what the leader had committed when this was called."""
        among = among or self.nodes
        leader = self.wait_leader(seconds, among)
        status = wait_until(leader.status, seconds, "the leader's status")
        wanted = status["commit"]
        for node in among:
            wait_until(lambda node=node: (node.status() or {}).get("applied", -1) >= wanted, seconds,
                       f"node {node.number} applies up to {wanted}")

    def followers(self, leader):
        return [node for node in self.nodes if node is not leader]


def tail(file, lines=15):
    text = file.read_text(errors="replace") if file.exists() else ""
    return "\n".join("      | " + line for line in text.splitlines()[-lines:])


def check_ended(node, code, words, seconds=10):
    """The node ends by itself with this status and says each of these words in its log."""
    found = node.wait_exit(seconds, f"node {node.number} refuses to run")
    text = node.log_text()
    if found != code:
        raise Failure(f"exit status {found} where {code} was expected:\n{tail(node.log)}")
    for word in words:
        expect(word in text, f"its log does not say '{word}':\n{tail(node.log)}")
