# SPDX-License-Identifier: BSL-1.0
"""Orderly restarts, and a node that was away for so long that the log no longer reaches back to it."""

from harness.case import case, strike
from harness.outcome import expect, expect_equal, say, wait_until


@case(seconds=150)
def rolling_restart(context):
    """each node in turn is stopped by SIGTERM and started again under load, the leader included"""
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster) as load:
            for _ in range(context.rounds(1, 3)):
                for node in cluster.nodes:
                    load.wait_progress(50, 15, "before a node is restarted")
                    was = cluster.wait_leader()
                    codes = []
                    count = strike(load, lambda one=node: codes.append(one.terminate()))
                    expect_equal(codes, [0], f"exit status of node {node.number} on SIGTERM")
                    load.wait_progress(50, 15, f"while node {node.number} is away")
                    node.start()
                    cluster.wait_caught_up()
                    say(f"node {node.number}{' (leader)' if node is was else ''} restarted, "
                        f"{count} requests in flight")
        context.judge_all(cluster)


@case(seconds=150, requests=40000)
def laggard_gets_a_snapshot(context):
    """a node is away while the log is compacted under load: it gets a snapshot and catches up"""
    with context.cluster(extra=["--snapshot-entries", "500", "--keep-entries", "50"]) as cluster:
        leader = cluster.start()
        with context.load(cluster) as load:
            for turn in range(context.rounds(1, 3)):
                load.wait_progress(50, 15, "before a node goes away")
                laggard = context.random.choice(cluster.followers(leader))
                count = strike(load, laggard.kill)
                # A lagging node's last index is nowhere before that of a write answered after its end.
                before = leader.status()["last_index"]
                wait_until(lambda at=before: first_kept(leader) > at + 50, 60,
                           "the leader's log begins beyond the laggard's")
                load.wait_progress(50, 15, "while a node is away")
                laggard.start()
                status = wait_until(lambda at=before: installed(laggard, at), 30,
                                    "the laggard is given a snapshot")
                load.wait_progress(100, 15, "after the laggard came back")
                say(f"turn {turn + 1}: away from index {before}, {count} requests in flight; snapshot at "
                    f"{status['snapshot_index']} installed")
        cluster.wait_caught_up(30)
        context.judge_all(cluster)
        # And once more from what the laggard has on its own disk.
        laggard.kill()
        laggard.start()
        cluster.wait_caught_up(30)
        expect(laggard.status()["applied"] >= status["snapshot_index"], "the installed snapshot is gone")


def first_kept(node):
    """The least index that is still in a node's log."""
    status = node.status() or {}
    return status.get("last_index", 0) - status.get("log_entries", 0) + 1 if status else 0


def installed(node, index):
    """A node whose snapshot reaches beyond the index; its status."""
    status = node.status()
    return status if status and status.get("snapshot_index", 0) > index else None
