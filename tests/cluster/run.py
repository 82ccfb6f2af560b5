#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Faults on real processes: run.py --server FILE --judge FILE [--times N] [--short] [--only NAME,...]

With --mutants the server is one that follows the known wrong rule of its environment (SYNOD_MUTANT):
each case named in MUTANTS must fail under its rule.

Every case runs in a process of its own; as root (or where user namespaces are allowed) in a network,
a file system view and a process tree of its own, so that nothing it starts can outlive it. Loopback
only. Ends with the numbers of passed, failed and skipped runs; status 1 if one failed.
"""

import argparse
import ctypes
import glob
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

# pylint: disable=wrong-import-position
import cases  # noqa: E402,F401
from harness.case import CASES, Context  # noqa: E402
from harness.cluster import tail  # noqa: E402
from harness.outcome import Failure, Skipped, complain, elapsed  # noqa: E402

PASSED, FAILED, SKIPPED = 0, 1, 77

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
def isolation():
    """What a case is started by to have namespaces of its own; nothing where that is not to be had."""
    own = ["unshare"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    own += ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if not shutil.which("unshare") or not shutil.which("ip"):
        return []
    tried = subprocess.run([*own, "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    return own if tried.returncode == 0 else []


def adopt_orphans():
    """What a case leaves behind becomes our child, to be ended by us."""
    prctl_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(prctl_set_child_subreaper, 1, 0, 0, 0)


def end_orphans():
    """Ends what is left of a case; how many processes that were."""
    count = 0
    while True:
        try:
            children = pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        except OSError:
            return count
        if not children:
            return count
        for child in map(int, children):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            count += 1


def run_case(name, options, seed, within, quiet=False):
    """One run in a process of its own; quiet: a failure is expected and leaves nothing."""
    folder = options.work / f"{name}-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    limit = CASES[name].seconds
    print(f"== {name}: {CASES[name].meaning} (seed {seed})", flush=True)
    command = [*within, sys.executable, "-B", pathlib.Path(__file__).resolve(), "--one", name,
               "--server", options.server, "--judge", options.judge, "--work", folder, "--seed", seed]
    command += ["--short"] if options.short else []
    begin = time.monotonic()
    environment = {**os.environ, "SYNOD_CASE_ISOLATED": "1" if within else "0"}
    if shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", "KILL", "--", *command]
    process = subprocess.Popen(list(map(str, command)), env=environment, process_group=0,
                               stderr=subprocess.DEVNULL if quiet else None)
    try:
        status = process.wait(limit)
    except subprocess.TimeoutExpired:
        status = FAILED
        complain(f"    FAILURE: not done within {limit} s")
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        left = end_orphans()
    if left and status == PASSED:
        complain(f"    FAILURE: it left {left} processes behind")
        status = FAILED
    took = time.monotonic() - begin
    if quiet:
        shutil.rmtree(folder, ignore_errors=True)
        return status
    if status not in (PASSED, SKIPPED):
        for log in sorted(folder.glob("*.log")):
            complain(f"    the end of {log}:\n{tail(log)}")
        print(f"FAIL {name} ({took:.1f} s, seed {seed}); data and logs are kept in {folder}", flush=True)
        return FAILED
    shutil.rmtree(folder, ignore_errors=True)
    print(f"{'PASS' if status == PASSED else 'SKIP'} {name} ({took:.1f} s)", flush=True)
    return status


def run_mutants(options):
    adopt_orphans()
    within = isolation()
    survived = []
    for mutant, name in MUTANTS.items():
        if options.only and not any(mutant.startswith(one) for one in options.only.split(",")):
            continue
        os.environ.pop("LD_PRELOAD", None)
        os.environ["SYNOD_MUTANT"] = mutant
        if mutant == "nothing_is_synced":
            found = glob.glob("/usr/lib/*/libeatmydata.so")
            if not found:
                print(f"SKIPPED: {mutant}: no libeatmydata here")
                continue
            os.environ["LD_PRELOAD"] = found[0]
        if run_case(name, options, options.seed or 1, within, quiet=True) == PASSED:
            survived.append(mutant)
            print(f"{mutant}: SURVIVED {name}", flush=True)
        else:
            print(f"{mutant}: found out by {name}", flush=True)
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
    within = isolation()
    begin = time.monotonic()
    tally = {PASSED: [], FAILED: [], SKIPPED: []}
    for turn in range(options.times):
        for name in chosen:
            if options.seconds and time.monotonic() - begin > options.seconds:
                complain(f"FAIL {name}: not begun, {options.seconds} s are used up")
                tally[FAILED].append(name)
                continue
            tally[run_case(name, options, seed + turn, within)].append(name)
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
