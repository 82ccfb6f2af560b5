# SPDX-License-Identifier: BSL-1.0
"""The programs that make load, and what they answer."""

import csv
import io
import json
import shutil
import statistics
import subprocess

from harness.outcome import Failure


def address_text(address):
    return "%s:%d" % address


def go_load(options, kind, addresses, **more):
    """One run of the Go load program; its report."""
    command = [options.load, "-kind", kind, "-addresses", ",".join(map(address_text, addresses)),
               "-seconds", options.seconds]
    for name, value in more.items():
        command += [f"-{name}", value]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Failure(f"{kind}: {done.stderr.strip()}")
    report = json.loads(done.stdout)
    if report["errors"]:
        raise Failure(f"{kind}: {report['errors']} errors, such as {report['failure']}")
    return report


def redis_benchmark(address, operation, clients, requests, *more):
    """One run; writes a second, and latencies in us."""
    if not shutil.which("redis-benchmark"):
        raise Failure("redis-benchmark is not here (package redis-tools)")
    host, port = address
    command = ["redis-benchmark", "-h", host, "-p", port, "-t", operation, "-c", clients, "-n", requests,
               "-r", "10000", "-d", "64", "--csv", *more]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=120, check=True)
    lines = done.stdout[done.stdout.index('"test"'):]
    row = next(csv.DictReader(io.StringIO(lines)))
    return {"per_second": float(row["rps"]), "mean_us": float(row["avg_latency_ms"]) * 1000,
            "p50_us": float(row["p50_latency_ms"]) * 1000,
            "p99_us": float(row["p99_latency_ms"]) * 1000}


def medians(reports):
    """The median of every number over runs."""
    return {name: statistics.median(report[name] for report in reports)
            for name, value in reports[0].items() if isinstance(value, (int, float))}
