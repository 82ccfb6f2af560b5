# SPDX-License-Identifier: BSL-1.0
"""A program with go-redis as its users write it, unchanged, against the cluster."""

import os
import pathlib
import shutil
import subprocess

from harness.case import case
from harness.outcome import Failure, Skipped, expect, say
from harness.processes import spawn

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "go-redis"


def program():
    """What the runner's caller has built of tests/cluster/go-redis, or a reason why not."""
    built = os.environ.get("SYNOD_GO_REDIS", "")
    if not built or not pathlib.Path(built).exists():
        why = "no Go toolchain here" if not shutil.which("go") else "its modules were not to be had"
        raise Skipped(f"go-redis: {why}")
    return built


@case(seconds=120, requests=40000)
def go_redis(context):
    """SETNX with a lifetime, INCR and GET by go-redis, while the leader is killed"""
    client = program()
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster, clients=2) as load:
            log = context.folder / "go-redis.log"
            addresses = ",".join("%s:%d" % address for address in cluster.addresses())
            running = spawn([client, "-addresses", addresses, "-seconds",
                             str(context.rounds(8, 20))], log)
            for _ in range(context.rounds(1, 3)):
                load.wait_progress(200, 20, "beside go-redis")
                leader = cluster.wait_leader()
                expect(running.poll() is None, "go-redis ended before the fault")
                load.wait_in_flight()
                leader.kill()
                cluster.wait_leader(15, cluster.followers(leader))
                leader.start()
            try:
                code = running.wait(60)
            except subprocess.TimeoutExpired as late:
                raise Failure("the go-redis program does not end") from late
            text = log.read_text()
            expect(code == 0, f"status {code}:\n{text}")
            say(text.strip().replace("\n", "; "))
        cluster.wait_caught_up()
        context.judge_all(cluster)
