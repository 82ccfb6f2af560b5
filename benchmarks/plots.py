#!/usr/bin/env python3
"""Draws the charts of docs/images from measurements.

    plots.py DRAW CURVES.csv RING.json PLACEMENT.json FOLDER

DRAW is the program synod-draw; CURVES what synod-curves prints; the two others are reports of
`./dev bench ring` and `./dev bench placement`.
"""

import csv
import json
import pathlib
import subprocess
import sys


def medians(report):
    """{(family, contender, argument): the benchmark's medians}, of names family/contender/name:argument."""
    found = {}
    for one in json.loads(pathlib.Path(report).read_text())["benchmarks"]:
        family, contender, argument = one["run_name"].split("/")[:3]
        if one.get("aggregate_name", "median") == "median" and "cpu_time" in one:
            found[family, contender, int(argument.split(":")[1])] = one
    return found


def rows_of(measured, family, value, argument="points"):
    return [(contender, x, value(one)) for (of, contender, x), one in sorted(measured.items())
            if of == family and f"/{argument}:" in one["run_name"]]


def in_ns(one):
    return one["cpu_time"] * {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[one["time_unit"]]


def main(draw, curves, ring, placement, folder):
    drawn = list(csv.reader(open(curves, encoding="utf-8")))
    of_ring, of_placement = medians(ring), medians(placement)
    # The anchors with a capacity, and those with nodes down, are in the tables.
    of_placement = {key: one for key, one in of_placement.items()
                    if "%" not in key[1] and "capacity" not in key[1]}
    memory = [(contender, x, one["bytes_a_node"])
              for (family, contender, x), one in sorted(of_placement.items())
              if family == "owner" and "bytes_a_node" in one]
    charts = {
        "placement-balance": ("Greatest share of 100 nodes", "points a node", "of its part", "--log-x",
                              [row[1:] for row in drawn if row[0] == "balance"]),
        "placement-movement": ("What one node more moves", "nodes before", "of what it has to", "--log-x",
                               [row[1:] for row in drawn if row[0] == "movement"]),
        "ring-owner": ("A look-up by points on the ring", "points", "ns", "--log-x --log-y",
                       rows_of(of_ring, "owner", in_ns) + [
                           (f"{name} (batch)", x, y)
                           for name, x, y in rows_of(of_ring, "owner_batch", in_ns)]),
        "ring-build": ("Building a ring", "points", "ms", "--log-x --log-y",
                       [(name, x, y / 1e6) for name, x, y in rows_of(of_ring, "build", in_ns)]),
        "placement-owner": ("A look-up by nodes", "nodes", "ns", "--log-x --log-y",
                            rows_of(of_placement, "owner", in_ns, "nodes")),
        "placement-memory": ("Memory", "nodes", "bytes a node", "--log-x --log-y", memory),
    }
    for name, (title, x, y, logarithmic, rows) in charts.items():
        if not rows:
            raise SystemExit(f"{name}: nothing was measured")
        text = "".join(f"{series},{at},{value}\n" for series, at, value in rows)
        made = subprocess.run([draw, "--title", title, "--x", x, "--y", y, *logarithmic.split()],
                              input=text, capture_output=True, text=True, check=True)
        pathlib.Path(folder, f"{name}.svg").write_text(made.stdout, encoding="utf-8")
        print(f"wrote {folder}/{name}.svg")


main(*sys.argv[1:])
