# SPDX-License-Identifier: BSL-1.0
"""The leader killed again and again, by default options: how long until clients write again."""

import statistics
import threading
import time

from harness.cluster import Cluster
from harness.outcome import Failure, say
from harness.resp import Broken, Connection, Refusal


def until_written(address, begin, results, limit=20):
    """Writes through one node until it answers; the seconds since the leader was killed."""
    connection = None
    while time.monotonic() < begin + limit:
        try:
            connection = connection or Connection(address, 1.0)
            connection.call("SET", "failover", "x")
            results.append(time.monotonic() - begin)
            break
        except Refusal:
            time.sleep(0.005)
        except Broken:
            connection = None
            time.sleep(0.005)
    if connection:
        connection.close()


def measure(options, folder, chance):
    first, every = [], []
    with Cluster(options.server, folder) as cluster:
        cluster.start()
        for kill in range(options.kills):
            leader = cluster.wait_leader()
            cluster.wait_caught_up()
            time.sleep(0.3 + chance.random() * 0.5)
            begin = time.monotonic()
            leader.kill()
            results = []
            threads = [threading.Thread(target=until_written, args=(node.client, begin, results))
                       for node in cluster.followers(leader)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if len(results) != 2:
                raise Failure(f"kill {kill + 1}: not all survivors take writes again")
            first.append(min(results))
            every.append(max(results))
            leader.start()
            cluster.wait_ready()
            if kill % 5 == 4:
                say(f"failover: {kill + 1} kills, median {statistics.median(first):.2f} s")
    return [{"kills": len(first), "through": through, "median_s": statistics.median(taken),
             "least_s": min(taken), "most_s": max(taken)}
            for through, taken in (("the first survivor", first), ("both survivors", every))]
