# SPDX-License-Identifier: BSL-1.0
"""Writes a second and CPU seconds, beside etcd."""

import shutil

import tools
from etcd import Etcd
from harness.cluster import Cluster
from harness.outcome import say
from harness.processes import cpu_seconds

CLIENTS = (1, 50, 200)


class Side:
    """Three servers that are measured."""

    def __init__(self, pids, run):
        self.pids, self.run = pids, run


def rows_of(options, synod, etcd):
    """{(client, system, operation, clients): what runs it once}; all runs take about as long."""
    leader = synod.wait_leader().client
    pids = [node.process.pid for node in synod.nodes]
    theirs = [process.pid for process in etcd.processes] if etcd else []
    rows = {}

    def row(client, system, operation, clients, processes, run):
        rows[client, system, operation, clients] = Side(processes, run)

    for clients in CLIENTS:
        for operation in ("set", "incr"):
            if options.load:
                row("go", "synod", operation, clients, pids,
                    lambda o=operation, c=clients: tools.go_load(options, "redis", [leader],
                                                                 operation=o, clients=c))
            row("redis-benchmark", "synod", operation, clients, pids,
                lambda o=operation, c=clients: benchmark(options, leader, o, c))
        for connections in sorted({1, min(8, clients), clients}) if etcd else ():
            row("go", f"etcd, {connections} connection{'s' * (connections > 1)}", "put", clients, theirs,
                lambda c=clients, n=connections: tools.go_load(options, "etcd", etcd.clients, clients=c,
                                                               connections=n))
    return rows


rates = {}  # requests that take redis-benchmark a second, as seen last


def benchmark(options, address, operation, clients):
    """redis-benchmark takes a number of requests, not of seconds."""
    expected = rates.get((operation, clients)) or tools.redis_benchmark(
        address, operation, clients, 500 * min(clients, 10))["per_second"]
    requests = max(200, int(expected * options.seconds))
    report = tools.redis_benchmark(address, operation, clients, requests)
    rates[operation, clients] = report["per_second"]
    return report | {"writes": requests}


def once(side):
    before = sum(map(cpu_seconds, side.pids))
    report = side.run()
    used = sum(map(cpu_seconds, side.pids)) - before
    # The load program's warm-up costs as well: per second it is as much as the rest.
    writes = report["writes"] if "seconds" not in report else report["per_second"] * (report["seconds"] + 0.3)
    return report | {"cpu_s_per_1000": used * 1000 / writes}


def measure(options, folder, chance):
    with Cluster(options.server, folder) as synod:
        synod.start()
        missing = [] if options.load else ["the Go load program"]
        missing += [] if shutil.which("etcd") else ["etcd"]
        if missing:
            say(f"SKIPPED: beside etcd: not to be had here: {', '.join(missing)}")
            return run_all(options, rows_of(options, synod, None), chance)
        with Etcd(folder) as etcd:
            etcd.wait_ready(options.load)
            return run_all(options, rows_of(options, synod, etcd), chance)


def run_all(options, rows, chance):
    reports = {key: [] for key in rows}
    for turn in range(options.rounds):
        say(f"writes: round {turn + 1} of {options.rounds}, {len(rows)} rows")
        keys = list(rows)
        chance.shuffle(keys)
        for key in keys:
            reports[key].append(once(rows[key]))
    found = [{"client": key[0], "system": key[1], "operation": key[2], "clients": key[3],
              **tools.medians(reports[key])} for key in rows]
    compare(found)
    return found


def compare(rows):
    """Beside each row of ours by the same client: how many times etcd's best it is."""
    for row in rows:
        rivals = [one["per_second"] for one in rows
                  if one["system"].startswith("etcd") and one["clients"] == row["clients"]]
        if row["system"] == "synod" and rivals:
            row["of_etcds_best"] = row["per_second"] / max(rivals)
