#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Three servers on loopback and real disks, in figures: run.py --server FILE [--load FILE] [--json FILE]

sync      a store whose syncs take 5 ms: commands a sync, latency in syncs
writes    writes a second beside etcd: one Go load program for both, and redis-benchmark; medians of
          interleaved runs in random order; CPU seconds that the servers take for 1000 writes
memory    what an idle server holds beyond RocksDB's caches
failover  a leader killed again and again: until a client writes again
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(here), str(here.parents[1] / "tests" / "cluster")]

# pylint: disable=wrong-import-position
import failover  # noqa: E402
import memory  # noqa: E402
import sync  # noqa: E402
import table  # noqa: E402
import writes  # noqa: E402
from harness.outcome import Failure  # noqa: E402

SECTIONS = {"sync": sync.measure, "writes": writes.measure, "memory": memory.measure,
            "failover": failover.measure}


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__.split("\n", 1)[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION",
                        help=f"of {', '.join(SECTIONS)}; all without one")
    parser.add_argument("--server", type=pathlib.Path, required=True, help="the program synod-server")
    parser.add_argument("--load", type=pathlib.Path, help="the program built of load/")
    parser.add_argument("--json", type=pathlib.Path, help="where the results go")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/bench/cluster"),
                        help="folder on the disk that is measured")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each row of `writes`")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each run")
    parser.add_argument("--kills", type=int, default=20, help="of `failover`")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    chosen = parser.parse_args(arguments)
    for name in chosen.sections:
        if name not in SECTIONS:
            parser.error(f"no section '{name}'; there are {', '.join(SECTIONS)}")
    chosen.sections = chosen.sections or list(SECTIONS)
    chosen.server = chosen.server.resolve()
    return chosen


def machine():
    model = ""
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
    return {"cpus": os.cpu_count(), "model": model, "load_before": os.getloadavg()[0],
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}


def sync_ms(folder):
    """What one fdatasync of 200 bytes takes here, in ms, median of 200."""
    taken = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(200):
            os.write(file.fileno(), b"x" * 200)
            begin = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - begin)
    return sorted(taken)[100] * 1000


def main():
    options = options_of(sys.argv[1:])
    options.work.mkdir(parents=True, exist_ok=True)
    found = {"machine": machine(), "seed": options.seed}
    found["machine"]["fdatasync_ms"] = round(sync_ms(options.work), 3)
    print(json.dumps(found["machine"]))
    begin = time.monotonic()
    status = 0
    for name in options.sections:
        folder = options.work.resolve() / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            found[name] = SECTIONS[name](options, folder, random.Random(options.seed))
        except Failure as failure:
            print(f"FAIL {name}: {failure} (logs in {folder})", file=sys.stderr)
            status = 1
            continue
        shutil.rmtree(folder, ignore_errors=True)
        table.show(name, found[name])
    found["machine"]["seconds"] = round(time.monotonic() - begin)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(found, indent=1) + "\n")
        print(f"wrote {options.json}")
    return status


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as failed:
        print(f"{failed.cmd[0]}: {failed.stderr}", file=sys.stderr)
        sys.exit(1)
