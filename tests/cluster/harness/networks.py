# SPDX-License-Identifier: BSL-1.0
"""A network of our own: each node in a namespace with an address and a cable that can be pulled.

Namespaces hang on processes that sleep, so they vanish with them; nothing is written anywhere.
"""

import os
import subprocess

from harness.outcome import Skipped
from harness.processes import end, spawn


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skipped(f"network namespaces: {' '.join(command)}: {done.stderr.strip()}")


class Network:
    """A bridge 10.77.0.254 here, and 10.77.0.N for node N. Only inside a namespace of the case's own
    (see isolated()), so that no address of the machine is touched."""

    def __init__(self, folder, size=3):
        if not isolated():
            raise Skipped("network namespaces: not to be had here (no root, no user namespaces)")
        self.hosts = [f"10.77.0.{i + 1}" for i in range(size)]
        _run("ip", "link", "add", "hub", "type", "bridge")
        _run("ip", "address", "add", "10.77.0.254/24", "dev", "hub")
        _run("ip", "link", "set", "hub", "up")
        self.holders = []
        for number in range(1, size + 1):
            ready_read, ready_write = os.pipe()
            holder = spawn(["unshare", "--net", "sh", "-c", f"echo >&{ready_write}; exec sleep 3600"],
                           folder / "namespaces.log", pass_fds=(ready_write,))
            self.holders.append(holder)
            os.close(ready_write)
            os.read(ready_read, 1)
            os.close(ready_read)
            here, there = f"port{number}", "eth0"
            _run("ip", "link", "add", here, "type", "veth", "peer", "name", there, "netns",
                 str(holder.pid))
            _run("ip", "link", "set", here, "master", "hub", "up")
            inside = self.enter(number)
            _run(*inside, "ip", "address", "add", f"{self.hosts[number - 1]}/24", "dev", there)
            _run(*inside, "ip", "link", "set", there, "up")
            _run(*inside, "ip", "link", "set", "lo", "up")

    def enter(self, number):
        """In front of a command: it runs in that node's network."""
        return ["nsenter", f"--net=/proc/{self.holders[number - 1].pid}/ns/net", "--"]

    def unplug(self, number):
        _run("ip", "link", "set", f"port{number}", "down")

    def plug(self, number):
        _run("ip", "link", "set", f"port{number}", "up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for holder in self.holders:
            end(holder)


def isolated():
    """Whether the runner could give this case network, mounts and processes of its own."""
    return os.environ.get("SYNOD_CASE_ISOLATED") == "1"


def small_disk(folder, megabytes):
    """A file system of that size, in memory, that goes with the case."""
    if not isolated():
        raise Skipped("small disk: mounting is not to be had here (no root, no user namespaces)")
    folder.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "small", str(folder))
