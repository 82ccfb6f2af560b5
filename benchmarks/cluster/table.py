# SPDX-License-Identifier: BSL-1.0
"""Results as a Markdown table: table.py FILE prints all of a JSON file."""

import json
import sys


def text(value):
    if not isinstance(value, float):
        return str(value)
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


HIDDEN = {"writes", "seconds", "errors"}


def show(name, rows):
    columns = [column for column in dict.fromkeys(key for row in rows for key in row)
               if column not in HIDDEN]
    print(f"\n**{name}**\n")
    print("| " + " | ".join(column.replace("_", " ") for column in columns) + " |")
    print("| " + " | ".join("---" for _ in columns) + " |")
    for row in rows:
        print("| " + " | ".join(text(row.get(column, "")) for column in columns) + " |")
    print(flush=True)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as opened:
        for section, found in json.load(opened).items():
            if isinstance(found, list):
                show(section, found)
