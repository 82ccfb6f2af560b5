# SPDX-License-Identifier: BSL-1.0
"""A store that takes 5 ms a sync: how many commands share one, and how many a command waits for."""

import tools
from harness.cluster import Cluster
from harness.outcome import say

SYNC_MS = 5


def measure(options, folder, _):
    rows = []
    with Cluster(options.server, folder, extra=["--sync-delay-ms", str(SYNC_MS)]) as cluster:
        leader = cluster.start()
        for clients in (1, 2, 10, 50, 200):
            say(f"sync: {clients} clients")
            requests = max(200, int(options.seconds * clients * 100))
            before = leader.status()
            report = tools.redis_benchmark(leader.client, "incr", clients, requests)
            after = leader.status()
            syncs = after["syncs"] - before["syncs"]
            rows.append({"clients": clients, "per_second": report["per_second"],
                         "commands_a_sync": requests / syncs, "p50_syncs": report["p50_us"] / 1000 / SYNC_MS,
                         "mean_syncs": report["mean_us"] / 1000 / SYNC_MS,
                         "p99_syncs": report["p99_us"] / 1000 / SYNC_MS})
    return rows
