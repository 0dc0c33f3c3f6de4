"""Random machines through tdev-asl and through moto's interpreter: every difference explained.

Usage: main.py BINARY COUNT SEED [--show N]

BINARY is the example `asl_diff` of tdev-asl. Exit code 1 where a difference is not explained by
`rules.py`; the smallest machine that shows it is printed.
"""

import argparse
import collections
import json
import multiprocessing
import os
import subprocess
import sys
import time

from compare import differences
from rules import RULES

CHUNK = 25


def explain(case, here, there, found):
    """The first rule that explains a difference."""
    for rule in RULES:
        if rule.holds(case, here, there, found):
            return rule.name
    return None


def judge(case):
    import moto_side

    here = case["here"]
    there = moto_side.run(case["definition"], case["input"])
    found = differences(case, here, there)
    rule = explain(case, here, there, found) if found else None
    return {
        "index": case["index"],
        "status": here.get("status", "refused"),
        "states": len(here.get("events", [])),
        "language": language(case["definition"]),
        "found": {kind: list(sides) for kind, sides in found.items()},
        "rule": rule,
        "causes": [here.get("cause") or here.get("refused"), there.get("cause") or there.get("refused")],
    }


def language(definition):
    if definition.get("QueryLanguage") == "JSONata":
        return "JSONata"
    return "mixed" if '"JSONata"' in json.dumps(definition) else "JSONPath"


def chunk(arguments):
    binary, seed, first, count = arguments
    lines = subprocess.run(
        [binary, "generate", str(seed), str(first), str(count)], check=True, capture_output=True
    ).stdout
    return [judge(json.loads(line)) for line in lines.splitlines()]


def shrink(binary, seed, index):
    """The smallest machine that still differs in the same way."""
    import moto_side

    process = subprocess.Popen(
        [binary, "shrink", str(seed), str(index)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )
    kinds, best = None, None
    for line in process.stdout:
        case = json.loads(line)
        there = moto_side.run(case["definition"], case["input"])
        found = differences(case, case["here"], there)
        unexplained = bool(found) and explain(case, case["here"], there, found) is None
        kinds = kinds or sorted(found)
        still = unexplained and sorted(found) == kinds
        if still:
            best = (case, there, found)
        try:
            process.stdin.write("yes\n" if still else "no\n")
            process.stdin.flush()
        except BrokenPipeError:
            break
    process.wait()
    return best


def show(title, best):
    case, there, found = best
    print(f"\n{title}")
    print("  definition", json.dumps(case["definition"], ensure_ascii=False))
    print("  input     ", json.dumps(case["input"], ensure_ascii=False))
    for kind, (ours, theirs) in found.items():
        print(f"  {kind}: tdev-asl {json.dumps(ours, ensure_ascii=False)}")
        print(f"  {' ' * len(kind)}  moto     {json.dumps(theirs, ensure_ascii=False)}")
    for who, run in (("tdev-asl", case["here"]), ("moto", there)):
        if run.get("cause"):
            print(f"  cause in {who}: {run['cause'][:300]}")


def table(rows, heading):
    widths = [max(len(str(row[i])) for row in [heading, *rows]) for i in range(len(heading))]
    for row in [heading, *rows]:
        cells = [str(c).ljust(w) if i == 0 else str(c).rjust(w) for i, (c, w) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--show", type=int, default=5, help="how many unexplained ones to shrink")
    parser.add_argument("--log", help="a file for every difference, as JSON lines")
    parser.add_argument("--only", type=int, nargs="*", help="make these cases smaller, nothing else")
    wanted = parser.parse_args()
    for index in wanted.only or []:
        best = shrink(wanted.binary, wanted.seed, index)
        show(f"case {index}, made smaller", best) if best else print(f"\ncase {index} is explained")
    if wanted.only:
        return
    begun = time.monotonic()
    work = [
        (wanted.binary, wanted.seed, first, min(CHUNK, wanted.count - first))
        for first in range(0, wanted.count, CHUNK)
    ]
    results = []
    with multiprocessing.Pool(os.cpu_count(), maxtasksperchild=20) as pool:
        for done in pool.imap_unordered(chunk, work):
            results.extend(done)
    results.sort(key=lambda r: r["index"])
    if wanted.log:
        with open(wanted.log, "w") as log:
            log.writelines(json.dumps(r) + "\n" for r in results if r["found"])

    rows = []
    for name in ("JSONPath", "JSONata", "mixed"):
        of = [r for r in results if r["language"] == name]
        rows.append(row(name, of))
    rows.append(row("all", results))
    table(rows, ["language", "machines", "succeeded", "failed", "events", "same", "explained", "unexplained"])
    used = collections.Counter(r["rule"] for r in results if r["rule"])
    if used:
        print()
        table([(rule.name, used[rule.name]) for rule in RULES], ["rule", "machines"])
    print(f"\nseed {wanted.seed}, {time.monotonic() - begun:.0f} s")

    open_ = [r for r in results if r["found"] and not r["rule"]]
    for one in open_[: wanted.show]:
        best = shrink(wanted.binary, wanted.seed, one["index"])
        if best:
            show(f"case {one['index']} of seed {wanted.seed}, made smaller", best)
        else:
            print(f"\ncase {one['index']} differs only now and then: {json.dumps(one)[:800]}")
    if open_:
        print(f"\n{len(open_)} differences are not explained")
        sys.exit(1)


def row(name, results):
    found = [r for r in results if r["found"]]
    explained = sum(r["rule"] is not None for r in found)
    return (
        name,
        len(results),
        sum(r["status"] == "SUCCEEDED" for r in results),
        sum(r["status"] == "FAILED" for r in results),
        sum(r["states"] for r in results),
        len(results) - len(found),
        explained,
        len(found) - explained,
    )


if __name__ == "__main__":
    main()
