# SPDX-License-Identifier: BSL-1.0
"""SIGKILL under load."""

from harness.case import case, seconds_of, strike
from harness.outcome import expect, say, wait_until


def kill_and_restart(cluster, load, node):
    """Killed with a request in flight at that node; the others go on; it comes back from its disk."""
    count = strike(load, node.kill, cluster.nodes.index(node))
    others = [one for one in cluster.nodes if one is not node]
    answering = seconds_of(lambda: load.wait_progress(50, 15, f"after node {node.number} was killed"))
    cluster.wait_leader(15, others)
    node.start()
    wait_until(node.status, 15, f"node {node.number} answers again")
    load.wait_progress(50, 15, f"after node {node.number} came back")
    say(f"node {node.number} killed with {count} requests in flight; "
        f"50 more answers after {answering:.2f} s; back")


@case(seconds=120)
def kill_leader(context):
    """the leader is killed under load, again and again; nothing acknowledged is lost"""
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster) as load:
            load.wait_progress(100, 10, "before the first fault")
            for _ in range(context.rounds(2, 5)):
                kill_and_restart(cluster, load, cluster.wait_leader())
        cluster.wait_caught_up()
        context.judge_all(cluster)


@case(seconds=120)
def kill_follower(context):
    """a follower is killed under load; the cluster goes on without a pause and takes it back"""
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster) as load:
            load.wait_progress(100, 10, "before the first fault")
            for _ in range(context.rounds(2, 5)):
                leader = cluster.wait_leader()
                kill_and_restart(cluster, load, context.random.choice(cluster.followers(leader)))
        cluster.wait_caught_up()
        context.judge_all(cluster)


@case(seconds=120)
def kill_all(context):
    """all three are killed at once under load; what was acknowledged is on their disks"""
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster) as load:
            for _ in range(context.rounds(2, 5)):
                load.wait_progress(150, 20, "before all are killed")
                count = strike(load, lambda: [node.kill() for node in cluster.nodes])
                for node in cluster.nodes:
                    node.start()
                cluster.wait_ready()
                say(f"all killed with {count} requests in flight; back")
            load.wait_progress(150, 20, "after all came back")
        cluster.wait_caught_up()
        context.judge_all(cluster)


@case(seconds=120)
def kill_two(context):
    """without a majority nothing is acknowledged and nothing read; with it, all goes on"""
    with context.cluster() as cluster:
        leader = cluster.start()
        with context.load(cluster, timeout=1.0) as load:
            load.wait_progress(150, 20, "before the fault")
            gone = cluster.followers(leader)
            count = strike(load, lambda: [node.kill() for node in gone])
            # Answers to what was decided before may still be under way.
            wait_quiet(context.history)
            before = context.history.acknowledged()
            load.stopping.wait(context.rounds(2, 6))
            silent = context.history.acknowledged() - before
            expect(silent == 0, f"{silent} answers without a majority")
            for node in gone:
                node.start()
            load.wait_progress(150, 20, "after the majority came back")
            say(f"two killed with {count} requests in flight; no answer while they were away")
        cluster.wait_caught_up()
        context.judge_all(cluster)


@case(seconds=120)
def five_lose_two(context):
    """of five nodes two are killed at once, the leader among them; three go on and take them back"""
    with context.cluster(numbers=(1, 2, 3, 4, 5)) as cluster:
        cluster.start()
        with context.load(cluster) as load:
            load.wait_progress(100, 10, "before the fault")
            for _ in range(context.rounds(1, 4)):
                leader = cluster.wait_leader()
                gone = [leader, context.random.choice(cluster.followers(leader))]
                count = strike(load, lambda gone=gone: [node.kill() for node in gone])
                load.wait_progress(50, 15, "after two of five were killed")
                for node in gone:
                    node.start()
                cluster.wait_caught_up()
                load.wait_progress(50, 15, "after the two came back")
                say(f"two of five killed with {count} requests in flight; back")
        context.judge_all(cluster)


def wait_quiet(history, still=0.5, seconds=10):
    """Until no answer has come for a while."""
    seen = [history.acknowledged(), 0]

    def quiet():
        now = history.acknowledged()
        seen[1] = seen[1] + 1 if now == seen[0] else 0
        seen[0] = now
        return seen[1] * 0.05 >= still

    wait_until(quiet, seconds, "no more answers without a majority", every=0.05)
