# SPDX-License-Identifier: BSL-1.0
"""Disks that lose what was not synced: a file system of its own for each node, in a file.

What the file holds is what the file system has written to its device; what was written without a sync
is in the kernel's memory alone. A copy of the file is the disk as a cut of the power would leave it.
"""

import os
import subprocess

from harness.networks import isolated
from harness.outcome import Skipped

MEGABYTES = 128


def _run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skipped(f"power cut: {' '.join(map(str, command))}: {done.stderr.strip()}")


class Disk:
    """Mounted on `place`, which is made."""

    def __init__(self, place):
        if not isolated() or os.geteuid() != 0:
            raise Skipped("power cut: mounting is not to be had here (no root)")
        self.place = place
        self.image = place.with_suffix(".image")
        place.mkdir()
        with open(self.image, "wb") as file:
            file.truncate(MEGABYTES << 20)
        _run("mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.image)
        self._mount()

    def _mount(self):
        # The journal is not written by itself within the time of a case: only a sync writes.
        _run("mount", "-o", "loop,commit=300", self.image, self.place)

    def photograph(self):
        """The disk as it would be after a power cut now. Its users should stand still."""
        _run("cp", "--sparse=always", self.image, self.image.with_suffix(".cut"))

    def become_photograph(self):
        """The disk is as it was photographed. Nobody may use it."""
        _run("umount", self.place)
        self.image.with_suffix(".cut").rename(self.image)
        self._mount()
