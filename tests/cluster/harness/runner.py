# SPDX-License-Identifier: BSL-1.0
"""Runs of cases, each in a process of its own, several side by side where each has namespaces."""

import ctypes
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

from harness.case import CASES
from harness.cluster import tail
from harness.outcome import complain

PASSED, FAILED, SKIPPED = 0, 1, 77
SIDE_BY_SIDE_AT_MOST = 4


def isolation():
    """What a case is started by to have namespaces of its own; nothing where that is not to be had."""
    own = ["unshare"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
    own += ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if not shutil.which("unshare") or not shutil.which("ip"):
        return []
    tried = subprocess.run([*own, "ip", "link", "set", "lo", "up"], capture_output=True, check=False)
    return own if tried.returncode == 0 else []


def width(wanted, isolated):
    """How many runs go side by side; 1 without namespaces, where ports would clash. 0: as many as cores."""
    if not isolated:
        if wanted > 1:
            complain("one case at a time: no namespaces are to be had here")
        return 1
    return wanted or min(len(os.sched_getaffinity(0)), SIDE_BY_SIDE_AT_MOST)


def adopt_orphans():
    """What a case leaves behind becomes our child, to be ended by us."""
    prctl_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(prctl_set_child_subreaper, 1, 0, 0, 0)


def end_orphans(kept=()):
    """Ends our children but those; how many processes that were. Of a case with namespaces none can be
    left: all of its processes end with the first."""
    count = 0
    while True:
        try:
            children = pathlib.Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        except OSError:
            return count
        left = set(map(int, children)) - set(kept)
        if not left:
            return count
        for child in left:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            count += 1


@dataclass
class Run:
    """A case, a seed, and what its process finds in its environment (None: not there)."""

    name: str
    seed: int
    mutant: str = ""
    env: dict = field(default_factory=dict)

    def __post_init__(self):
        self.case = CASES[self.name]
        self.process = self.folder = self.output = None
        self.said = self.why = ""
        self.begin = 0.0

    def start(self, options, within, buffered):
        """In a process group of its own. Only from the main thread, with which it dies."""
        self.folder = options.work / "-".join(filter(None, (self.name, self.mutant, str(self.seed))))
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        script = pathlib.Path(__file__).resolve().parent.parent / "run.py"
        command = [*within, sys.executable, "-B", script, "--one", self.name, "--server", options.server,
                   "--judge", options.judge, "--work", self.folder, "--seed", self.seed]
        command += ["--short"] if options.short else []
        if shutil.which("setpriv"):
            command = ["setpriv", "--pdeathsig", "KILL", "--", *command]
        environment = {**os.environ, **self.env, "SYNOD_CASE_ISOLATED": "1" if within else "0"}
        environment = {name: value for name, value in environment.items() if value is not None}
        if buffered:
            self.output = open(self.folder / "output", "w+", encoding="utf-8", errors="replace")
        else:
            print(self.title(), flush=True)
        self.begin = time.monotonic()
        self.process = subprocess.Popen(
            list(map(str, command)), env=environment, process_group=0, stdout=self.output,
            stderr=subprocess.STDOUT if buffered else None)

    def title(self):
        return f"== {self.name}: {self.case.meaning} (seed {self.seed})"

    def over(self):
        return self.process.poll() is not None or time.monotonic() - self.begin > self.case.seconds

    def end(self, running):
        """Ends and judges it, and prints what nobody has seen of it. A mutant's run says nothing and
        leaves nothing: its failure is what is wanted."""
        status = self.process.poll()
        self.kill()
        left = end_orphans([run.process.pid for run in running if run is not self])
        took = time.monotonic() - self.begin
        if self.output:
            with self.output:
                self.output.seek(0)
                self.said = self.output.read()
        if status is None:
            self.why = f"not done within {self.case.seconds} s"
        elif left and status == PASSED:
            self.why = f"it left {left} processes behind"
        if self.why or status not in (PASSED, SKIPPED):
            status = FAILED
        if not self.mutant:
            self._tell(status, took)
        if self.mutant or status != FAILED:
            shutil.rmtree(self.folder, ignore_errors=True)
        return status

    def _tell(self, status, took):
        if self.output:
            print(f"{self.title()}\n{self.said}", end="", flush=True)
        if self.why:
            complain(f"    FAILURE: {self.why}")
        if status == FAILED:
            for log in sorted(self.folder.glob("*.log")):
                complain(f"    the end of {log}:\n{tail(log)}")
        print({PASSED: f"PASS {self.name} ({took:.1f} s)",
               SKIPPED: f"SKIP {self.name} ({took:.1f} s)",
               FAILED: f"FAIL {self.name} ({took:.1f} s, seed {self.seed}); data and logs are kept in "
                       f"{self.folder}"}[status], flush=True)

    def reason(self):
        """Why it failed, in a line: its own word, or the last line of what it said."""
        lines = [line.strip() for line in self.said.splitlines() if line.strip()]
        own = [line for line in lines if line.startswith("FAILURE")]
        return self.why or (own or lines or ["it said nothing"])[-1]

    def kill(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def run_side_by_side(runs, options, may_begin=lambda: True):
    """Yields each run with its status, as they end; those that need the machine to themselves come last.
    A run that may not begin has failed."""
    within = isolation()
    most = width(options.jobs, bool(within))
    waiting = sorted(runs, key=lambda run: run.case.alone)
    running = []
    try:
        while waiting or running:
            while waiting and len(running) < most and not (running and waiting[0].case.alone):
                run = waiting.pop(0)
                if not may_begin():
                    complain(f"FAIL {run.name}: not begun, {options.seconds} s are used up")
                    yield run, FAILED
                    continue
                run.start(options, within, buffered=most > 1 or bool(run.mutant))
                running.append(run)
            for run in [one for one in running if one.over()]:
                status = run.end(running)
                running.remove(run)
                yield run, status
            time.sleep(0.01)
    finally:
        for run in running:
            run.kill()
        end_orphans()
