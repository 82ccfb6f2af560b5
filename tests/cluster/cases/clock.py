# SPDX-License-Identifier: BSL-1.0
"""Wall clocks that jump by hours: lifetimes run in replicated time, which is monotonic."""

import glob
import time

from harness.case import case
from harness.outcome import Skipped, expect, say
from harness.resp import Broken, Connection, Refusal

# Replicated time stands still while nobody leads, and an expiry waits for its round: a key lives
# at least its lifetime, and at most this much longer while the leader stays.
EARLY, LATE = 0.05, 1.0
HOUR = 3600


def faketime():
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not found:
        raise Skipped("clock jumps: no libfaketime here (package faketime)")
    return found[0]


def set_clock(node, offset):
    next_clock = node.clock.with_suffix(".next")
    next_clock.write_text(f"{offset:+d}\n")
    next_clock.rename(node.clock)  # the server reads it at any moment


def on_any(cluster, *arguments, seconds=10):
    end = time.monotonic() + seconds
    while True:
        for node in cluster.nodes:
            try:
                with Connection(node.client, 2.0) as connection:
                    return connection.call(*arguments)
            except (Broken, Refusal) as error:
                expect(time.monotonic() < end, f"{arguments}: {error}")
        time.sleep(0.02)


def lifetime(cluster, key, milliseconds, disturb):
    """Sets a key that expires, disturbs, and waits for its end; the seconds it lived, at least and at
    most, by this process's monotonic clock."""
    before = time.monotonic()
    on_any(cluster, "SET", key, "1", "PX", milliseconds)
    set_by = time.monotonic()
    disturb()
    lived = 0.0
    while True:
        asked = time.monotonic()
        alive = on_any(cluster, "GET", key)
        answered = time.monotonic()
        if alive is None:
            return lived, answered - before
        lived = asked - set_by
        expect(answered - before < milliseconds / 1000 + 20, f"{key} does not expire")
        time.sleep(0.02)


@case(seconds=120, requests=60000, alone=True)
def clock_jumps(context):
    """wall clocks jump by hours, forth and back, on one node or all: no lifetime ends early or late"""
    library = faketime()
    with context.cluster() as cluster:
        for node in cluster.nodes:
            node.clock = context.folder / f"clock-{node.number}"
            set_clock(node, 0)
            node.env = {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(node.clock),
                        "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        cluster.start()
        with context.load(cluster) as load:
            load.wait_progress(100, 15, "before the clocks jump")
            jumps = [("all", 5 * HOUR), ("leader", -7 * HOUR), ("one", 9 * HOUR)]
            for who, offset in jumps * context.rounds(1, 3):
                lived, gone = one_jump(context, cluster, who, offset)
                say(f"clock of {who} by {offset // HOUR:+d} h: a key of 1.5 s was there at {lived:.2f} s, "
                    f"gone at {gone:.2f} s")
                expect(gone >= 1.5 - EARLY, f"expired after {gone:.2f} s, before its 1.5 s")
                expect(lived <= 1.5 + LATE, f"still there after {lived:.2f} s, long after its 1.5 s")
            load.wait_progress(100, 15, "after the clocks jumped")
        context.judge_all(cluster)


def one_jump(context, cluster, who, offset):
    leader = cluster.wait_leader()
    nodes = {"all": cluster.nodes, "leader": [leader],
             "one": [context.random.choice(cluster.followers(leader))]}[who]
    key = f"expiring-{who}-{offset}-{context.random.random()}"
    try:
        return lifetime(cluster, key, 1500, lambda: [set_clock(node, offset) for node in nodes])
    finally:
        for node in nodes:
            set_clock(node, 0)


@case(seconds=120, alone=True)
def lifetimes_survive_the_leader(context):
    """a lifetime goes on under the next leader: a key that expires outlives neither kill nor snapshot"""
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster, clients=3) as load:
            for turn in range(context.rounds(2, 6)):
                leader = cluster.wait_leader()
                struck = [leader] if turn % 2 == 0 else cluster.nodes
                down = []

                def disturb(nodes=struck, down=down):
                    cluster.wait_caught_up()
                    for node in cluster.nodes:
                        node.ask("SYNOD", "SNAPSHOT")
                    load.wait_in_flight()
                    begin = time.monotonic()
                    for node in nodes:
                        node.kill()
                    for node in nodes:
                        node.start()
                    on_any(cluster, "SET", "after-the-kill", "1")
                    down.append(time.monotonic() - begin)

                lived, gone = lifetime(cluster, f"survivor-{turn}", 3000, disturb)
                cluster.wait_ready()
                say(f"a key of 3 s, {len(struck)} nodes killed after a snapshot, nobody wrote for "
                    f"{down[0]:.2f} s: there at {lived:.2f} s, gone at {gone:.2f} s")
                expect(gone >= 3 - EARLY, f"expired after {gone:.2f} s, before its 3 s")
                # Without a leader time stands still.
                expect(lived <= 3 + LATE + down[0], f"still there after {lived:.2f} s")
        cluster.wait_caught_up()
        context.judge_all(cluster, answers=100)
