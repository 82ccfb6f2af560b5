#!/usr/bin/env python3
"""What including a door of synod costs the compiler, judged.

Counted are instructions of the compiler (by valgrind), never seconds: they are the same on a busy
machine. Each door is judged against a unit of <vector> and <string> counted in the same run, and no
door may include a header that is dear (or that the core has no business with) on any way.

    compile_budget.py [COMPILER]        0: within budget, 1: not
"""

import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[2]
compiler = sys.argv[1] if len(sys.argv) > 1 else "g++-12"

# The design's budget in ms of g++ 12, where <vector> and <string> together are 199. The last three,
# of which the design says nothing, may cost a little more than they do.
yardstick = ("<vector> and <string>", "#include <vector>\n#include <string>\n")
yardstick_ms = 199
budget_ms = {"quorum.hpp": 120, "ring.hpp": 280, "raft.hpp": 250,
             "machine.hpp": 460, "kv.hpp": 670, "replica.hpp": 530}
# Units that build on another: what they may cost more than that one.
twelve = "".join(f'constexpr auto n{i} = synod::quorum_node<"n{i}">;\n' for i in range(12))
zones = ", ".join(f"synod::choose<2>(n{i}, n{i + 1}, n{i + 2})" for i in range(0, 12, 3))
expressions = f"""#include "synod/quorum.hpp"
#include "synod/quorum/expression.hpp"
{twelve}constexpr auto reads = synod::choose<2>({zones});
constexpr auto writes = synod::choose<3>({zones});
"""
expressions_proved = f"""{expressions}#include "synod/quorum/must_intersect.hpp"
static_assert(synod::must_intersect<1, reads, writes>);
"""
additions = [
    ("expression.hpp, over quorum.hpp", "quorum.hpp",
     '#include "synod/quorum.hpp"\n#include "synod/quorum/expression.hpp"\n', 60),
    ("two expressions of 12 members", None, expressions, None),
    ("their intersection, proved", "two expressions of 12 members", expressions_proved, 300),
]
# What no door includes, by name below the standard library's (or the compiler's) folder, or by a
# part of the path for whole libraries.
dear = {"chrono", "iostream", "memory", "ranges", "immintrin.h"}
foreign = ("/boost/asio/", "/rocksdb/", "/openssl/", "/range/v3/view/", "/range/v3/algorithm/")
# Doors that are shown, not judged.
shown = ["reflect.hpp", "sim.hpp"]


def compile_command(source):
    return [compiler, "-std=c++20", f"-I{root}/include", "-fsyntax-only", str(source)]


def instructions(source):
    """Instructions of the compiler proper and of its driver, in millions."""
    counted = subprocess.run(
        ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--trace-children=yes",
         "--cachegrind-out-file=/dev/null", *compile_command(source)],
        capture_output=True, text=True, check=False)
    if counted.returncode != 0:
        raise SystemExit(f"{source} does not compile:\n{counted.stderr}")
    refs = re.findall(r"I +refs: +([\d,]+)", counted.stderr)
    if not refs:
        raise SystemExit(f"valgrind counted nothing:\n{counted.stderr}")
    return sum(int(r.replace(",", "")) for r in refs) / 1e6


def unwelcome(source):
    """The dear and foreign headers that a unit includes, on any way."""
    made = subprocess.run([*compile_command(source), "-M"], capture_output=True, text=True, check=True)
    found = set()
    for path in made.stdout.replace("\\\n", " ").split():
        name = re.search(r"(?:/c\+\+/[\d.]+/|/lib/gcc/[^/]+/[\d.]+/include/|/clang/[\d.]+/include/)([^/]+)$", path)
        if name and name[1] in dear:
            found.add(f"<{name[1]}>")
        found.update(part.strip("/") for part in foreign if part in path)
    return sorted(found)


def main():
    units = {"(empty)": "", yardstick[0]: yardstick[1]}
    for door in [*budget_ms, *shown]:
        if (root / "include/synod" / door).exists():
            units[door] = f'#include "synod/{door}"\n'

    units.update({name: text for name, _, text, _ in additions})

    with tempfile.TemporaryDirectory() as folder:
        sources = {}
        for number, (name, text) in enumerate(units.items()):
            sources[name] = pathlib.Path(folder, f"unit{number}.cpp")
            sources[name].write_text(text)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            counts = dict(zip(sources, pool.map(instructions, sources.values())))
        unwanted = {name: unwelcome(sources[name]) for name in units if name.endswith(".hpp")}

    # As the times of the budget do, the ratios count the compiler's start-up.
    failed = 0
    print(f"{compiler}: {'unit':<24}{'instructions':>14}{'ratio':>8}{'budget':>8}")
    for name, count in counts.items():
        ratio = count / counts[yardstick[0]]
        budget = budget_ms[name] / yardstick_ms if name in budget_ms else None
        wrong = []
        if budget is not None and ratio > budget:
            wrong.append("over budget")
        if name in budget_ms and unwanted[name]:
            wrong.append("includes " + ", ".join(unwanted[name]))
        failed += bool(wrong)
        print(f"{'':<{len(compiler) + 2}}{name:<24}{count:>12.0f} M{ratio:>8.2f}"
              f"{f'{budget:.2f}' if budget else '':>8}  {'; '.join(wrong)}")
    for name, base, _, more_ms in additions:
        if base is None:
            continue
        ratio = (counts[name] - counts[base]) / counts[yardstick[0]]
        over = ratio > more_ms / yardstick_ms
        failed += over
        print(f"{name:<{len(compiler) + 26}}{'':>14}{ratio:>+8.2f}{more_ms / yardstick_ms:>+8.2f}"
              f"{'  over budget' if over else ''}")
    missing = [door for door in budget_ms if door not in units]
    if missing:
        print("not in the tree: " + ", ".join(missing))
    print("compile budget: " + ("kept" if not failed and not missing else "BROKEN"))
    return 1 if failed or missing else 0


sys.exit(main())
