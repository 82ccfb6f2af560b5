#!/usr/bin/env python3
"""Whether two objects of one source, compiled for the plain instruction set and for AVX2, may be
linked into one program that also runs where there is no AVX2.

    check.py OBJDUMP PLAIN.o AVX2.o        0: they may, 1: they may not

The linker keeps one of two functions of the same name. So:
- a function of the plain object has AVX instructions only if its name says so;
- a function that both define has none, in either;
- and the AVX2 object has some, or nothing was looked at.
"""

import re
import subprocess
import sys


def functions(objdump, path):
    """Each function's name and whether it has an instruction in AVX's encoding."""
    code = subprocess.run([objdump, "-d", "--no-show-raw-insn", path],
                          capture_output=True, text=True, check=True).stdout
    found, name = {}, None
    for line in code.splitlines():
        head = re.match(r"[0-9a-f]+ <(.+)>:$", line)
        if head:
            name = re.sub(r"\.(cold|part|constprop|isra)(\.\d+)?", "", head[1])
            found.setdefault(name, False)
        elif name and re.match(r"\s+[0-9a-f]+:\s+v[a-z0-9]+\s", line) and "verr" not in line:
            found[name] = True
    return found


def shared_names(objdump, path):
    """What the linker sees: functions that are not local to their object."""
    table = subprocess.run([objdump, "-t", path], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1] for line in table.splitlines() if re.match(r"[0-9a-f]+ [gwu ].* \.text", line)
            and not re.match(r"[0-9a-f]+ l", line)}


def main():
    objdump, plain_path, avx2_path = sys.argv[1:]
    plain, avx2 = functions(objdump, plain_path), functions(objdump, avx2_path)
    wrong = [f"for the plain machine, with AVX: {name}"
             for name, has in plain.items() if has and "avx2" not in name]
    shared = shared_names(objdump, plain_path) & shared_names(objdump, avx2_path)
    wrong += [f"in both objects, with AVX: {name}" for name in shared
              if plain.get(name) or avx2.get(name)]
    ours = [name for name, has in avx2.items() if has and "_avx2" in name]
    own = [name for name, has in plain.items() if has]
    if not ours:
        wrong.append("nothing of AVX2 in the object compiled for it")
    if not own:
        wrong.append("no function of AVX2's own name in the plain object")
    print(f"{len(plain)} functions, {len(avx2)} for AVX2, {len(shared)} in both, "
          f"{len(own)} under AVX2's own name")
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main())
