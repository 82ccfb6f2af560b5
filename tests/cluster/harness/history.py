# SPDX-License-Identifier: BSL-1.0
"""What clients asked, when, and what they were told: the file that synod-judge reads.

A line an operation: client, begin and end in ns (end `-`: unknown, it may happen at any time from
begin on, or never), kind, key, argument (`-`: none), response (`-`: unknown; `nil`, `ok` or a number).
"""

import subprocess
import threading

from harness.outcome import Failure


class History:
    def __init__(self):
        self.lock = threading.Lock()
        self.lines = []
        self.keys = set()
        self.counts = {"ok": 0, "unknown": 0, "refused": 0}

    def ended(self, client, begin, end, kind, key, argument, response):
        self._add("ok", key, f"{client} {begin} {end} {kind} {key} {argument} {response}")

    def unknown(self, client, begin, kind, key, argument):
        """An answer never came. A read without an answer says nothing and leaves no line."""
        line = None if kind == "get" else f"{client} {begin} - {kind} {key} {argument} -"
        self._add("unknown", key, line)

    def refused(self):
        """The server promises that it did not happen."""
        self._add("refused", None, None)

    def _add(self, outcome, key, line):
        with self.lock:
            self.counts[outcome] += 1
            if line:
                self.lines.append(line)
                self.keys.add(key)

    def total(self):
        with self.lock:
            return sum(self.counts.values())

    def acknowledged(self):
        with self.lock:
            return self.counts["ok"]

    def summary(self):
        counts = self.counts
        return (f"{self.total()} requests: {counts['ok']} answered, {counts['unknown']} unknown, "
                f"{counts['refused']} refused")

    def judge(self, program, file):
        """Writes the history to the file and has it judged; what the judge says of it."""
        file.write_text("".join(line + "\n" for line in self.lines))
        judged = subprocess.run([program, file], capture_output=True, text=True, timeout=120,
                                check=False)
        if judged.returncode != 0:
            raise Failure(f"{judged.stdout}{judged.stderr}".strip() + f" (history: {file})")
        return " ".join(judged.stdout.split())
