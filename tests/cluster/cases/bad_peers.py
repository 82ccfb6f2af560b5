# SPDX-License-Identifier: BSL-1.0
"""Servers that do not belong together, starts that cannot go well, and nonsense on the peers' port."""

import shutil
import socket

from harness.case import case, strike
from harness.cluster import Node, tail
from harness.outcome import expect, expect_equal, say, wait_until
from harness.processes import Sampler, free_ports

MEGABYTE = 1 << 20
# Exit statuses of the server.
BAD_OPTION, BAD_DIRECTORY, BAD_ADDRESS = 2, 3, 4


def intruder(cluster, number, name, peers=None):
    """A server that is none of the three: its own addresses, directory and log."""
    client, peer = free_ports(2)
    node = Node(cluster, number, ("127.0.0.1", client), ("127.0.0.1", peer))
    node.data = cluster.folder / f"intruder-{name}"
    node.log = cluster.folder / f"intruder-{name}.log"
    node.peers_as_seen = {number: node.peer, **(peers or {})}
    return node


def steady(cluster, load, term, what):
    load.wait_progress(80, 15, what)
    status = cluster.wait_leader().status()
    expect_equal(status["term"], term, f"the term {what}")


@case(seconds=120)
def strangers_among_peers(context):
    """another cluster's server, an unknown id, a stolen id: turned away in words, without effect"""
    # Of two nodes the one with the lower number dials: number 4 does, and number 14 nobody dials.
    with context.cluster(numbers=(11, 12, 13)) as cluster:
        term = cluster.start().status()["term"]
        kinds = {"another-cluster": (11, "another"), "unknown-id": (4, cluster.name),
                 "unknown-and-silent": (14, cluster.name), "stolen-id": (11, cluster.name)}
        with context.load(cluster, pause=0.01) as load:
            load.wait_progress(80, 10, "before the strangers")
            for name, (number, cluster_name) in kinds.items():
                stranger = intruder(cluster, number, name)
                stranger.cluster_name = cluster_name
                before = {node.number: len(node.log_text()) for node in cluster.nodes}
                stranger.start()
                try:
                    load.stopping.wait(2)
                    if number == 14:
                        check_lonely(stranger, cluster)
                    steady(cluster, load, term, f"with a stranger ({name})")
                    role = (stranger.status() or {}).get("role")
                    expect(role != "leader", f"the stranger ({name}) leads")
                    said = [line for node in cluster.nodes
                            for line in node.log_text()[before[node.number]:].splitlines()]
                    refusals = [line for line in said + stranger.log_text().splitlines()
                                if "refuse" in line]
                    expect(refusals, f"nobody says that the stranger ({name}) was refused")
                    say(f"{name}: {refusals[0].strip()}")
                    expect(len(said) < 60, f"{len(said)} lines of log because of one stranger")
                finally:
                    stranger.terminate(3)
            steady(cluster, load, term, "after the strangers")
        cluster.wait_caught_up()
        context.judge_all(cluster)


def check_lonely(stranger, cluster):
    """A server that nobody dials says so, and asks its peers why."""
    wait_until(lambda: "is not among the peers" in stranger.log_text(), 10,
               "a server that nobody knows learns why")
    lines = stranger.log_text().splitlines()
    unmet = [line for line in lines if "never met since the start: node 11,12,13" in line]
    expect_equal(len(unmet), 1, "lines that name who was never met")
    expect(f"node {stranger.number} at 127.0.0.1:{stranger.peer[1]}" in unmet[0],
           f"it does not say what to check: {unmet[0]}")
    say(unmet[0].strip())
    for node in cluster.nodes:
        expect("never met" not in node.log_text(), f"node {node.number} misses somebody")


@case(seconds=120)
def swapped_directories(context):
    """a server started on another's directory, or another cluster's, does not run"""
    with context.cluster() as cluster:
        leader = cluster.start()
        with context.load(cluster) as load:
            load.wait_progress(80, 10, "before")
            victim, other = cluster.followers(leader)
            strike(load, victim.kill)
            # Copied while its owner is down; a node that gave its id away does not come back.
            copied = context.folder / "copied"
            shutil.copytree(victim.data, copied)
            wrong_number = intruder(cluster, other.number, "wrong-number")
            wrong_number.data = copied
            wrong_cluster = intruder(cluster, victim.number, "wrong-cluster")
            wrong_cluster.data = copied
            wrong_cluster.cluster_name = "another"
            for stranger in (wrong_number, wrong_cluster):
                stranger.start()
                code = stranger.wait_exit(10, "a server on a foreign directory ends")
                expect_equal(code, BAD_DIRECTORY, f"exit status:\n{tail(stranger.log)}")
                said = stranger.log_text().strip()
                expect(said, "it says nothing")
                say(f"status {code}: {said.splitlines()[-1]}")
                load.wait_progress(30, 10, "beside a foreign directory")
            victim.start()
            load.wait_progress(80, 15, "after its own server is back")
        cluster.wait_caught_up()
        context.judge_all(cluster, answers=150)


@case(seconds=60)
def starts_that_cannot_go_well(context):
    """a port in use, options missing or wrong: a status, and a line that names what is wrong"""
    with context.cluster() as cluster:
        cluster.start()
        host, port = cluster.nodes[0].client

        def ends(status, words, name, change):
            node = intruder(cluster, 1, name)
            command = change(node, [str(one) for one in node.command()])
            node.command = lambda: command
            node.start()
            code = node.wait_exit(10, f"a start that cannot go well ({name})")
            said = node.log_text().strip()
            expect_equal(code, status, f"{name}: exit status")
            for word in words:
                expect(word in said, f"{name}: '{word}' is not in: {said}")
            say(f"{name}: status {code}: {said.splitlines()[0]}")

        def replaced(option, value):
            def change(_, command):
                command[command.index(option) + 1] = value
                return command
            return change

        def without(option):
            def change(_, command):
                at = command.index(option)
                return command[:at] + command[at + 2:]
            return change

        def peer_port_in_use(node, command):
            return replaced("--peers", f"1={host}:{port},2=127.0.0.1:1,3=127.0.0.1:2")(node, command)

        ends(BAD_ADDRESS, [str(port)], "port-in-use", replaced("--listen", f"{host}:{port}"))
        ends(BAD_ADDRESS, [str(port)], "peer-port-in-use", peer_port_in_use)
        ends(BAD_OPTION, ["--id"], "no-id", without("--id"))
        ends(BAD_OPTION, ["--data"], "no-data", without("--data"))
        ends(BAD_OPTION, ["--peers"], "no-peers", without("--peers"))
        ends(BAD_OPTION, ["--id"], "id-not-among-peers", replaced("--id", "9"))
        ends(BAD_OPTION, ["--id"], "id-zero", replaced("--id", "0"))
        ends(BAD_OPTION, ["--listen"], "no-port", replaced("--listen", "127.0.0.1"))
        ends(BAD_OPTION, ["--listen"], "port-beyond", replaced("--listen", "127.0.0.1:70000"))
        ends(BAD_OPTION, ["--peers"], "peers-twice", replaced("--peers", "1=127.0.0.1:1,1=127.0.0.1:2"))
        ends(BAD_OPTION, ["--colour"], "unknown-option", lambda _, command: command + ["--colour", "red"])
        leader = cluster.wait_ready()
        expect_equal(leader.ask("GET", "ready"), b"1", "beside all that, a key")


NOISE = {
    "zeros": b"\0" * 4096,
    "ones": b"\xff" * 4096,
    "a request of a client": b"*1\r\n$4\r\nPING\r\n" * 100,
    "a web browser": b"GET / HTTP/1.1\r\nHost: here\r\n\r\n",
    "a length of all bits": b"\xff\xff\xff\x7f" + b"x" * 4000,
    "a length of all bits, the other way": b"\x7f\xff\xff\xff" + b"x" * 4000,
}


@case(seconds=90)
def noise_on_the_peers_port(context):
    """bytes that no peer sends, and connections that say nothing, on the peers' port"""
    with context.cluster() as cluster:
        leader = cluster.start()
        term = leader.status()["term"]
        with context.load(cluster, clients=3, pause=0.01) as load:
            load.wait_progress(50, 10, "before the noise")
            memory = Sampler(leader.process.pid)
            silent = [socket.create_connection(leader.peer, 2.0) for _ in range(200)]
            for _ in range(context.rounds(5, 100)):
                pieces = [*NOISE.values(), context.random.randbytes(3000)]
                for piece in pieces:
                    with socket.create_connection(leader.peer, 2.0) as one:
                        try:
                            one.sendall(piece)
                        except OSError:
                            pass
                memory.look()
            steady(cluster, load, term, "with noise on the peers' port")
            wait_until(lambda: all(closed(one) for one in silent), 30,
                       "connections of peers that say nothing are closed")
            for one in silent:
                one.close()
            expect(memory.most - memory.before < 32 * MEGABYTE,
                   f"noise costs {memory.most - memory.before >> 20} MiB")
            expect(len(leader.log_text().splitlines()) < 500, "noise floods the log")
            say(f"memory grew by at most {memory.most - memory.before >> 10} KiB, term {term} stands")
        context.judge_all(cluster, answers=100)


def closed(one):
    one.setblocking(False)
    try:
        while one.recv(4096):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True
