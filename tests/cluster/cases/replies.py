# SPDX-License-Identifier: BSL-1.0
"""Replies are those that clients of Redis expect."""

import shutil

from harness.case import case
from harness.outcome import expect, say, wait_until
from harness.processes import end, free_ports, spawn
from harness.redis_commands import KEYS, alike, asked, commands, received, recorded
from harness.resp import Broken, Connection, encode

PIPELINED = 100


def check(command, reply, wanted, how):
    expect(alike(command, reply, wanted),
           f"{command} {how} was answered {reply!r}, by Redis {wanted!r}")


def emptied(address):
    connection = Connection(address, timeout=10)
    connection.call("DEL", "ready", *KEYS)
    return connection


@case(seconds=60, requests=0)
def replies_of_redis(context):
    """a thousand replies as Redis gave them, one by one and pipelined, through every node"""
    wanted = recorded()
    with context.cluster() as cluster:
        cluster.start()
        for node in cluster.nodes:
            with emptied(node.client) as connection:
                for command, reply in wanted:
                    check(command, asked(connection, command), reply, f"at node {node.number}")
            with emptied(node.client) as connection:
                for begin in range(0, len(wanted), PIPELINED):
                    part = wanted[begin:begin + PIPELINED]
                    connection.send(b"".join(encode(*command) for command, _ in part))
                    for command, reply in part:
                        check(command, received(connection), reply, f"pipelined at node {node.number}")
        say(f"{len(wanted)} replies, twice at each of {len(cluster.nodes)} nodes")
        if not shutil.which("redis-server"):
            return say("no redis-server here: nothing beyond what is recorded was compared")
        beside_redis(context, cluster)


def beside_redis(context, cluster):
    """The same random commands to both, side by side."""
    address = ("127.0.0.1", free_ports(1)[0])
    redis = spawn(["redis-server", "--port", address[1], "--save", "", "--dir", context.folder],
                  context.folder / "redis.log")
    try:
        def answers():
            try:
                Connection(address).close()
                return True
            except Broken:
                return False

        wait_until(answers, 10, "redis-server answers")
        count = context.rounds(2000, 40000)
        node = context.random.choice(cluster.nodes)
        with emptied(node.client) as ours, emptied(address) as theirs:
            for command in commands(context.seed, count):
                check(command, asked(ours, command), asked(theirs, command), "beside Redis")
        say(f"{count} random commands beside Redis (seed {context.seed})")
    finally:
        end(redis)
