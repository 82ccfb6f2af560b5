# SPDX-License-Identifier: BSL-1.0
"""Disks that are full, slow, damaged, or not to be written."""

import os
import shutil

from harness.case import case, strike
from harness.cluster import check_ended
from harness.load import fill
from harness.networks import isolated, small_disk
from harness.outcome import Skipped, expect, expect_equal, say, wait_until

# Exit statuses of the server.
BAD_DIRECTORY, DISK_FAILED = 3, 5


def full_disk(context, leads):
    """One node's disk fills up; the others have room."""
    with context.cluster() as cluster:
        # Each node finds its directory; one of them is on a small file system, with room for what is written
        # below several times over: the others go on while it stops, and it catches up with all of that.
        victim = cluster.nodes[0]
        small_disk(victim.data, 128)
        start_with_leader(cluster, victim, leads)
        others = [node for node in cluster.nodes if node is not victim]
        with context.load(cluster, clients=4) as load:
            load.wait_progress(100, 10, "before the disk is full")
            count = load.wait_in_flight()
            # A log is compacted as it grows: what fills the disk is somebody else's file as well.
            hog = victim.data / "somebody-elses-file"
            with open(hog, "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(b"x" * 65536)
                except OSError:
                    pass
            written = fill(others[0].client, 32_000_000, 400_000, lambda: not victim.running())
            code = victim.wait_exit(20, "the node with the full disk stops")
            expect_equal(code, DISK_FAILED, "exit status on a full disk")
            expect("space" in last_line(victim), f"its log does not end with the reason: {last_line(victim)}")
            load.wait_progress(100, 20, "after the full disk's node stopped")
            victim.start()
            code = victim.wait_exit(20, "on a disk that is still full it does not run")
            expect(code in (BAD_DIRECTORY, DISK_FAILED), f"exit status {code} on a disk that is still full")
            expect("space" in last_line(victim), f"its log does not end with the reason: {last_line(victim)}")
            hog.unlink()
            victim.start()
            wait_until(victim.status, 20, "with room again it starts")
            load.wait_progress(100, 20, "after it came back")
            say(f"full with {count} requests in flight and {written >> 20} MB written; "
                f"stopped, did not start (status {code}), came back with room")
        cluster.wait_caught_up(40)
        context.judge_all(cluster)


def last_line(node):
    return node.log_text().strip().splitlines()[-1].lower()


def start_with_leader(cluster, node, leads):
    """That node leads, or another one: those that should not lead are patient."""
    for one in cluster.nodes:
        if (one is node) != leads:
            one.extra = one.extra + ["--election-timeout-ms", "2500"]
    expect((cluster.start() is node) == leads, "another node leads than should")


@case(seconds=150)
def full_disk_of_a_follower(context):
    """a follower's disk is full: it stops and says so; the others go on; with room it comes back"""
    full_disk(context, leads=False)


@case(seconds=150)
def full_disk_of_the_leader(context):
    """the leader's disk is full: it stops and says so; nothing acknowledged is lost"""
    full_disk(context, leads=True)


def flip(file, offset):
    with open(file, "r+b") as opened:
        opened.seek(offset)
        byte = opened.read(1)
        opened.seek(offset)
        opened.write(bytes([byte[0] ^ 0x55]))


def largest(folder, suffix):
    found = sorted(folder.rglob(f"*{suffix}"), key=lambda file: file.stat().st_size)
    return found[-1] if found and found[-1].stat().st_size > 500 else None


def damaged(context, suffix, restarts):
    """A byte in the middle of a node's largest file of a kind is another one."""
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster) as load:
            load.wait_progress(500, 30, "before the damage")
            leader = cluster.wait_leader()
            victim = context.random.choice(cluster.followers(leader))
            for _ in range(restarts):
                # A start moves what was in the write-ahead log into tables.
                cluster.wait_caught_up()
                victim.terminate()
                victim.start()
                wait_until(victim.status, 15, "the victim answers")
                load.wait_progress(100, 15, "between restarts")
            count = strike(load, victim.kill)
            file = largest(victim.data, suffix)
            expect(file, f"node {victim.number} has no {suffix} file worth damaging")
            size = file.stat().st_size
            whole = context.folder / "whole"
            shutil.copyfile(file, whole)
            for offset in sorted({size // 3, size // 2}):
                flip(file, offset)
                victim.start()
                check_ended(victim, BAD_DIRECTORY, [str(victim.data)])
                load.wait_progress(50, 15, "while the damaged node is away")
                flip(file, offset)
            shutil.copyfile(whole, file)
            victim.start()
            wait_until(victim.status, 20, "undamaged again it starts")
            load.wait_progress(100, 15, "after it came back")
            say(f"{count} requests in flight at the kill; {file.name} of {size} bytes was damaged twice, "
                f"refused twice")
        cluster.wait_caught_up(30)
        context.judge_all(cluster)


@case(seconds=150)
def damaged_log(context):
    """a byte in the middle of a write-ahead log is flipped: refused with the place, the others go on"""
    damaged(context, ".log", 0)


@case(seconds=150)
def damaged_table(context):
    """a byte in the middle of a table is flipped: refused with the place, the others go on"""
    damaged(context, ".sst", 2)


@case(seconds=60)
def unwritable_directory(context):
    """a data directory that cannot be made or written is refused at once, in words"""
    with context.cluster() as cluster:
        cluster.start()
        with context.load(cluster) as load:
            victim = context.random.choice(cluster.nodes)
            load.wait_progress(50, 10, "before")
            strike(load, victim.kill)
            kept = victim.data
            file = context.folder / "a-file"
            file.write_text("no directory")
            victim.data = file / "data"
            refused(victim, load)
            if isolated():
                victim.data = context.folder / "read-only"
                small_disk(victim.data, 8)
                read_only(victim.data)
                refused(victim, load)
            victim.data = kept
            victim.start()
            load.wait_progress(50, 15, "after it came back")
        cluster.wait_caught_up()
        context.judge_all(cluster, answers=100)


def read_only(folder):
    if os.spawnlp(os.P_WAIT, "mount", "mount", "-o", "remount,ro", str(folder)) != 0:
        raise Skipped("read-only directory: mount refuses")


def refused(node, load):
    node.start()
    check_ended(node, BAD_DIRECTORY, [str(node.data)])
    load.wait_progress(30, 15, "while a node has no directory")


def slow(context, leads):
    with context.cluster() as cluster:
        victim = context.random.choice(cluster.nodes)
        victim.extra = ["--sync-delay-ms", "100"]
        start_with_leader(cluster, victim, leads)
        with context.load(cluster) as load:
            load.wait_progress(context.rounds(100, 1000), 100, "with a slow disk")
            count = strike(load, victim.kill)
            load.wait_progress(100, 30, "without the slow disk")
            victim.start()
            load.wait_progress(100, 30, "with the slow disk again")
            say(f"the slow node was killed with {count} requests in flight, and came back")
        cluster.wait_caught_up(30)
        context.judge_all(cluster)


@case(seconds=150)
def slow_disk_of_a_follower(context):
    """a follower's disk takes 100 ms a sync: nobody waits for it"""
    slow(context, leads=False)


@case(seconds=150)
def slow_disk_of_the_leader(context):
    """the leader's disk takes 100 ms a sync: slower, but right"""
    slow(context, leads=True)
