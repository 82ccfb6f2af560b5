# SPDX-License-Identifier: BSL-1.0
"""Links that are cut, in both directions or one, slow links, and connections that break."""

import time

from harness.case import case, strike
from harness.networks import Network
from harness.outcome import expect, expect_equal, say, wait_until
from harness.proxy import Links


def new_leader_without(cluster, old):
    return cluster.wait_leader(20, cluster.followers(old))


@case(seconds=120)
def partition_by_cables(context):
    """the leader's cable is pulled (network namespaces): the others go on, nothing stale, it returns"""
    with Network(context.folder) as network, context.cluster(hosts=network.hosts) as cluster:
        for node in cluster.nodes:
            node.inside = network.enter(node.number)
        cluster.start()
        with context.load(cluster, timeout=1.5) as load:
            for _ in range(context.rounds(1, 4)):
                load.wait_progress(100, 15, "before the cable is pulled")
                leader = cluster.wait_leader()
                count = strike(load, lambda old=leader: network.unplug(old.number),
                               cluster.nodes.index(leader))
                new_leader_without(cluster, leader)
                load.wait_progress(100, 20, "while the cable is out")
                network.plug(leader.number)
                wait_until(lambda old=leader: (old.status() or {}).get("role") == "follower", 20,
                           "the old leader follows")
                load.wait_progress(100, 15, "after the cable is back")
                say(f"node {leader.number} unplugged with {count} requests in flight")
        cluster.wait_caught_up(30)
        context.judge_all(cluster)


@case(seconds=120)
def partition_leader(context):
    """clients reach the leader, its peers do not: it answers nothing stale and acknowledges nothing"""
    with context.cluster() as cluster, Links(cluster) as links:
        cluster.start()
        with context.load(cluster, timeout=1.5) as load:
            for _ in range(context.rounds(1, 4)):
                load.wait_progress(100, 15, "before the cut")
                leader = cluster.wait_leader()
                count = strike(load, lambda old=leader: links.isolate(old.number),
                               cluster.nodes.index(leader))
                new_leader_without(cluster, leader)
                wait_until(lambda old=leader: (old.status() or {}).get("role") != "leader", 15,
                           "the leader without a quorum steps down")
                load.wait_progress(100, 20, "while the leader is cut off")
                links.mend()
                load.wait_progress(100, 15, "after the cut was mended")
                say(f"node {leader.number} cut off with {count} requests in flight; "
                    f"{links.held()} pieces held so far")
        expect(links.held() > 0, "no byte met a cut link")
        cluster.wait_caught_up(30)
        context.judge_all(cluster)


@case(seconds=120)
def partition_follower(context):
    """a follower is cut off for many elections; coming back it disturbs nobody: the term stands"""
    with context.cluster() as cluster, Links(cluster) as links:
        leader = cluster.start()
        with context.load(cluster, timeout=1.5) as load:
            load.wait_progress(100, 15, "before the cut")
            term = leader.status()["term"]
            follower = context.random.choice(cluster.followers(leader))
            count = strike(load, lambda: links.isolate(follower.number))
            wait_until(lambda: "candidate" in (follower.status() or {}).get("role", ""), 20,
                       "the follower asks for votes")
            load.stopping.wait(context.rounds(3, 10))
            load.wait_progress(100, 15, "while the follower is cut off")
            links.mend()
            wait_until(lambda: (follower.status() or {}).get("role") == "follower", 15,
                       "it follows again")
            cluster.wait_caught_up(30)
            expect_equal(cluster.wait_leader().status()["term"], term, "the term after it came back")
            say(f"node {follower.number} cut off with {count} requests in flight, "
                f"{links.held()} pieces held; still term {term}")
        context.judge_all(cluster)


@case(seconds=120)
def partition_one_way(context):
    """a leader that is not heard, or does not hear: somebody else leads, and only one at a time"""
    with context.cluster() as cluster, Links(cluster) as links:
        cluster.start()
        with context.load(cluster, timeout=1.5) as load:
            for turn in range(context.rounds(2, 6)):
                load.wait_progress(100, 20, "before the cut")
                leader = cluster.wait_leader()

                def cut(old=leader, deaf=turn % 2 == 1):
                    for other in cluster.followers(old):
                        ends = (other.number, old.number) if deaf else (old.number, other.number)
                        links.cut(*ends)

                count = strike(load, cut)
                new_leader_without(cluster, leader)
                load.wait_progress(50, 20, "while one direction is cut")
                links.mend()
                load.wait_progress(100, 20, "after the cut was mended")
                say(f"node {leader.number} was {'deaf' if turn % 2 else 'mute'}, "
                    f"{count} requests in flight")
        expect(links.held() > 0, "no byte met a cut link")
        cluster.wait_caught_up(30)
        context.judge_all(cluster)


@case(seconds=120)
def flaky_links(context):
    """links with delay and jitter, and connections that break: slower, but right"""
    with context.cluster() as cluster, Links(cluster) as links:
        cluster.start()
        broken = 0
        with context.load(cluster) as load:
            load.wait_progress(100, 10, "before the links get worse")
            links.delay(0.002, 0.02)
            end = time.monotonic() + context.rounds(4, 15)
            while time.monotonic() < end:
                load.wait_in_flight()
                broken += links.drop(*context.random.choice(links.pairs()))
                time.sleep(0.3)
            load.wait_progress(50, 20, "on bad links")
            links.mend()
            load.wait_progress(100, 20, "on good links again")
        expect(broken >= 3, f"only {broken} connections were broken")
        say(f"{broken} connections broken under load")
        cluster.wait_caught_up(30)
        context.judge_all(cluster)
