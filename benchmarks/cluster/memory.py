# SPDX-License-Identifier: BSL-1.0
"""What a server holds in memory while it has nothing to do."""

import time

import tools
from harness.cluster import Cluster
from harness.processes import resident_bytes


def measure(options, folder, _):
    rows = []
    with Cluster(options.server, folder) as cluster:
        leader = cluster.start()

        def look(when):
            time.sleep(2)
            for node in cluster.nodes:
                status = node.status()
                resident = resident_bytes(node.process.pid)
                rows.append({"when": when, "role": status["role"], "rss_mb": resident / 1e6,
                             "rocksdb_mb": status["rocksdb_memory"] / 1e6,
                             "beyond_mb": (resident - status["rocksdb_memory"]) / 1e6})

        look("fresh")
        tools.redis_benchmark(leader.client, "incr", 50, 50000)
        look("after 50 000 writes of 10 000 keys")
    return rows
