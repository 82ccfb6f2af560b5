# SPDX-License-Identifier: BSL-1.0
"""The power goes: what was not synced is lost, on one node or on all."""

from harness.case import case, strike
from harness.outcome import say
from harness.power import Disk


def cut(cluster, nodes):
    for node in nodes:
        node.pause()
    # None of them can have acknowledged anything since.
    for node in nodes:
        node.disk.photograph()
    for node in nodes:
        node.kill()
        node.disk.become_photograph()


@case(seconds=120)
def power_cut(context):
    """the power of all nodes goes at once, then of one: only what was synced is left, and it is enough"""
    with context.cluster() as cluster:
        for node in cluster.nodes:
            node.disk = Disk(node.data.with_name(f"disk-{node.number}"))
            node.data = node.disk.place / "data"
        cluster.start()
        with context.load(cluster) as load:
            for turn in range(context.rounds(2, 8)):
                load.wait_progress(200, 20, "before the power goes")
                struck = cluster.nodes if turn % 2 == 0 else [context.random.choice(cluster.nodes)]
                count = strike(load, lambda nodes=struck: cut(cluster, nodes))
                for node in struck:
                    node.start()
                cluster.wait_ready()
                say(f"the power of {'all' if len(struck) == 3 else f'node {struck[0].number}'} went "
                    f"with {count} requests in flight; back")
            load.wait_progress(200, 20, "after the power came back")
        cluster.wait_caught_up()
        context.judge_all(cluster)
