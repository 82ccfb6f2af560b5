#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Faults on real processes: run.py --server FILE --judge FILE [--times N] [--short] [--only NAME,...]

With --mutants the server is one that follows the known wrong rule of its environment (SYNOD_MUTANT):
each case named in MUTANTS must fail under its rule.

Every case runs in a process of its own; as root (or where user namespaces are allowed) in a network,
a file system view and a process tree of its own, so that nothing it starts can outlive it and several
can run side by side (--jobs). Loopback only. Ends with the numbers of passed, failed and skipped runs;
status 1 if one failed.
"""

import argparse
import glob
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import cases  # noqa: E402,F401
from harness.case import CASES, Context  # noqa: E402
from harness.outcome import Failure, Skipped, complain, elapsed  # noqa: E402
from harness.runner import (  # noqa: E402
    FAILED, PASSED, SKIPPED, Run, adopt_orphans, run_side_by_side)

# Wrong rules, and the case that finds each out. `nothing_is_synced` is no rule of ours: fsync and its
# like do nothing (libeatmydata).
MUTANTS = {
    "R27": "partition-leader",
    "session_executes_again": "sessions-count-once",
    "session_snapshot_lacks_replies": "sessions-count-once",
    "session_keeps_time_to_itself": "clock-jumps",
    "kv_restores_longer_lifetimes": "lifetimes-survive-the-leader",
    "nothing_is_synced": "power-cut",
}


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="run.py", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--server", type=pathlib.Path, required=True, help="the program synod-server")
    parser.add_argument("--judge", type=pathlib.Path, required=True, help="the program synod-judge")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/cluster"),
                        help="folder for data and logs; a passed case leaves nothing there")
    parser.add_argument("--times", type=int, default=1, help="runs of every case")
    parser.add_argument("--jobs", type=int, default=0, help="runs side by side (default: as many as cores, "
                        "at most 4); one without namespaces")
    parser.add_argument("--only", default="", help="names of cases, or beginnings of them, with commas")
    parser.add_argument("--short", action="store_true", help="few faults a case: what CI runs")
    parser.add_argument("--seed", type=int, default=None, help="of the first run; later ones count on")
    parser.add_argument("--seconds", type=int, default=0, help="in all: past them no case is begun, "
                        "and that is a failure (default: no bound)")
    parser.add_argument("--list", action="store_true", help="the cases and what they show")
    parser.add_argument("--mutants", action="store_true",
                        help="each known wrong rule must be found out; --only chooses among them")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


# --- one case, in this process ----------------------------------------------------------------------
def run_one(options):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(FAILED))
    if os.environ.get("SYNOD_CASE_ISOLATED") == "1":
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    chosen = CASES[options.one]
    context = Context(options.server, options.judge, options.work, chosen.requests, options.seed,
                      not options.short)
    try:
        chosen.run(context)
        print(f"    {elapsed():6.1f} s  of at most {chosen.seconds}; "
              f"{context.history.total()} requests of at most {chosen.requests}")
        return PASSED
    except Skipped as why:
        print(f"SKIPPED: {chosen.name}: {why}")
        return SKIPPED
    except Failure as failure:
        complain(f"    FAILURE after {elapsed():.1f} s: {failure}")
        return FAILED
    except Exception:  # pylint: disable=broad-except
        complain(traceback.format_exc())
        return FAILED


# --- all of them ------------------------------------------------------------------------------------
def run_mutants(options):
    adopt_orphans()
    runs = []
    for mutant, name in MUTANTS.items():
        if options.only and not any(mutant.startswith(one) for one in options.only.split(",")):
            continue
        env = {"SYNOD_MUTANT": mutant, "LD_PRELOAD": None}
        if mutant == "nothing_is_synced":
            found = glob.glob("/usr/lib/*/libeatmydata.so")
            if not found:
                print(f"SKIPPED: {mutant}: no libeatmydata here")
                continue
            env["LD_PRELOAD"] = found[0]
        runs.append(Run(name, options.seed or 1, mutant, env))
    survived = []
    for run, status in run_side_by_side(runs, options):
        if status == PASSED:
            survived.append(run.mutant)
            print(f"{run.mutant}: SURVIVED {run.name}", flush=True)
        elif status == SKIPPED:
            print(f"SKIPPED: {run.mutant}: {run.name} cannot run here", flush=True)
        else:
            print(f"{run.mutant}: found out by {run.name}: {run.reason()}", flush=True)
    print(f"{len(survived)} wrong rules survived")
    return 1 if survived else 0


def run_all(options):
    chosen = [name for name in CASES
              if not options.only or any(name.startswith(one) for one in options.only.split(","))]
    if not chosen:
        complain(f"no case is called '{options.only}'; --list names them")
        return 2
    seed = options.seed if options.seed is not None else random.randrange(1, 10**6)
    adopt_orphans()
    begin = time.monotonic()

    def may_begin():
        return not options.seconds or time.monotonic() - begin <= options.seconds

    tally = {PASSED: [], FAILED: [], SKIPPED: []}
    for turn in range(options.times):
        runs = [Run(name, seed + turn) for name in chosen]
        for run, status in run_side_by_side(runs, options, may_begin):
            tally[status].append(run.name)
        if options.times > 1:
            print(f"-- {turn + 1} of {options.times} turns: {len(tally[FAILED])} failed so far", flush=True)
    if tally[FAILED]:
        print("failed: " + ", ".join(tally[FAILED]))
    print(f"{len(tally[PASSED])} passed, {len(tally[FAILED])} failed, {len(tally[SKIPPED])} skipped "
          f"in {time.monotonic() - begin:.0f} s")
    return 1 if tally[FAILED] else 0


def main():
    if "--list" in sys.argv:
        for one in CASES.values():
            print(f"{one.name:28} {one.meaning}")
        return 0
    options = options_of(sys.argv[1:])
    options.server, options.judge = options.server.resolve(), options.judge.resolve()
    options.work = options.work.resolve()
    if options.one:
        return run_one(options)
    try:
        return run_mutants(options) if options.mutants else run_all(options)
    except KeyboardInterrupt:
        complain("interrupted")
        return 130


if __name__ == "__main__":
    sys.exit(main())
