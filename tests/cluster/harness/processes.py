# SPDX-License-Identifier: BSL-1.0
"""Processes that end with us, whatever happens to us."""

import os
import random
import resource
import shutil
import signal
import socket
import subprocess
import time

_ticks = os.sysconf("SC_CLK_TCK")
_page = os.sysconf("SC_PAGE_SIZE")


def spawn(command, log, env=None, inside=(), **more):
    """Starts a command in a process group of its own, with its output appended to the log. The kernel
    kills it when the thread that started it ends: start from the main thread. `inside` is what it is
    started by, such as nsenter; it must exec."""
    dies_with_us = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
    with open(log, "ab") as output:
        return subprocess.Popen([*inside, *dies_with_us, *map(str, command)], stdin=subprocess.DEVNULL,
                                stdout=output, stderr=subprocess.STDOUT, process_group=0,
                                env={**os.environ, **(env or {})}, **more)


def end(process, patience=0):
    """SIGTERM where patience (in seconds) allows, then SIGKILL to its whole group. Its status."""
    if process.poll() is None and patience:
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    return process.wait()


def free_ports(count, host="127.0.0.1"):
    """Ports below the range from which outgoing connections take theirs, so that a server that is
    down for a while finds its own free."""
    found = []
    while len(found) < count:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


def resident_bytes(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * _page


def cpu_seconds(pid):
    """User and system time, of all its threads."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _ticks


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def raise_file_limit(wanted):
    """The limit of open files as it then stands, for us and for what we start."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        for limits in ((wanted, max(wanted, hard)), (hard, hard)):
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, limits)
                break
            except (ValueError, OSError):
                continue
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Sampler:
    """The most memory seen of a process between two looks, in bytes."""

    def __init__(self, pid):
        self.pid = pid
        self.before = self.most = resident_bytes(pid)

    def look(self):
        now = resident_bytes(self.pid)
        self.most = max(self.most, now)
        return now

    def look_for(self, seconds, every=0.05):
        finish = time.monotonic() + seconds
        while time.monotonic() < finish:
            self.look()
            time.sleep(every)
