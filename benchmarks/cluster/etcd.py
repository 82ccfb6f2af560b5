# SPDX-License-Identifier: BSL-1.0
"""Three members of etcd as its package starts them, fsync on."""

import shutil
import subprocess
import time

from harness.outcome import Failure
from harness.processes import end, free_ports, spawn


class Etcd:
    def __init__(self, folder):
        self.program = shutil.which("etcd")
        if not self.program:
            raise Failure("etcd is not here (package etcd-server)")
        ports = free_ports(6)
        self.clients = [("127.0.0.1", port) for port in ports[:3]]
        peers = [f"http://127.0.0.1:{port}" for port in ports[3:]]
        together = ",".join(f"m{i}={peer}" for i, peer in enumerate(peers))
        self.processes = []
        for i, (host, port) in enumerate(self.clients):
            here = f"http://{host}:{port}"
            self.processes.append(spawn(
                [self.program, "--name", f"m{i}", "--data-dir", folder / f"etcd-{i}",
                 "--listen-client-urls", here, "--advertise-client-urls", here,
                 "--listen-peer-urls", peers[i], "--initial-advertise-peer-urls", peers[i],
                 "--initial-cluster", together, "--logger", "zap", "--log-level", "error"],
                folder / f"etcd-{i}.log"))

    def wait_ready(self, load, seconds=20):
        """Until one write by the load program goes through."""
        finish = time.monotonic() + seconds
        while True:
            addresses = ",".join("%s:%d" % one for one in self.clients)
            done = subprocess.run([load, "-kind", "etcd", "-addresses", addresses, "-seconds", "0.1",
                                   "-warmup", "0"], capture_output=True, text=True, timeout=30, check=False)
            if done.returncode == 0:
                return
            if time.monotonic() > finish:
                raise Failure(f"etcd does not answer: {done.stderr.strip()}")
            time.sleep(0.2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.processes:
            end(process)
