#!/usr/bin/env python3
"""Rivals against synod, from a report of synod-bench-peers: ratios.py [--markdown] FILE

A rival stands beside synod of the same family (all of the name but the package) and the same count.
Medians are compared; a ratio above 1 says that the rival takes that many times as long.
"""

import json
import sys

MINE = "synod"


def medians(report):
    """{what: {package: ns}}, by family and count."""
    found = {}
    aggregated = any("aggregate_name" in one for one in report["benchmarks"])
    for one in report["benchmarks"]:
        if one.get("error_occurred") or aggregated and one.get("aggregate_name") != "median":
            continue
        family, package, count = one["run_name"].rsplit("/", 2)
        argument, number = count.split(":")
        found.setdefault((family, argument, int(number)), {})[package] = one["cpu_time"]
    return {f"{key[0]}/{key[1]}:{key[2]}": found[key] for key in sorted(found)}


def ranked(times):
    """synod first, then its rivals, the fastest first: (package, ns, ratio or None)."""
    mine = times.get(MINE)
    for package, time in sorted(times.items(), key=lambda one: (one[0] != MINE, one[1])):
        yield package, time, None if mine is None or package == MINE else time / mine


def print_text(found):
    width = max(len(package) for times in found.values() for package in times)
    for what, times in found.items():
        print(f"\n{what}")
        for package, time, ratio in ranked(times):
            of_mine = "" if ratio is None else f"{ratio:8.1f} x"
            print(f"  {package:{width}}  {time:8.1f} ns{of_mine}")


def print_markdown(found):
    print("| | synod, ns | rivals, ns (of synod's) |\n| --- | --- | --- |")
    for what, times in found.items():
        rivals = ", ".join(
            f"{package} {time:.1f}" + ("" if ratio is None else f" ({ratio:.1f})")
            for package, time, ratio in ranked(times)
            if package != MINE
        )
        mine = f"{times[MINE]:.1f}" if MINE in times else ""
        print(f"| `{what}` | {mine} | {rivals} |")


def main(arguments):
    files = [one for one in arguments if not one.startswith("--")]
    if len(files) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    with open(files[0], encoding="utf-8") as file:
        text = file.read()
    found = medians(json.loads(text)) if text else {}  # empty: no benchmark was asked for
    if not found:
        print("no benchmark ran")
    elif "--markdown" in arguments:
        print_markdown(found)
    else:
        print_text(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
