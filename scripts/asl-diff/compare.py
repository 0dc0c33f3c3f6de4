"""What differs between two runs of one machine."""

import collections
import json

# Text that people read; only its being there is compared, unless the definition wrote it.
OWN_ERRORS = ("Custom", "Busy", "Own")


def same(a, b):
    """Equality as JSON: 1 is 1.0, but true is not 1."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return a == b or abs(a - b) <= 1e-12 * max(abs(a), abs(b))
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        if a.keys() != b.keys():
            return False
        loose = set(a) == {"Error", "Cause"} and str(a["Error"]).startswith("States.")
        return all(same(a[k], b[k]) for k in a if not (loose and k == "Cause"))
    return a == b


def same_cause(a, b):
    try:
        return same(json.loads(a), json.loads(b))
    except (TypeError, ValueError):
        return a == b


def machines(definition):
    """Every list of states in a definition, the whole one first."""
    pending = [definition]
    while pending:
        one = pending.pop()
        yield one
        for state in one["States"].values():
            pending.extend(state.get("Branches", []))
            if "ItemProcessor" in state:
                pending.append(state["ItemProcessor"])


def states(definition):
    for machine in machines(definition):
        yield from machine["States"].items()


def inside(state):
    """The names of all states nested in one."""
    nested = list(state.get("Branches", []))
    if "ItemProcessor" in state:
        nested.append(state["ItemProcessor"])
    return {name for machine in nested for name, _ in states(machine)}


def entered(run):
    return collections.Counter(n for kind, n, _ in run["events"] if kind.endswith("StateEntered"))


def uncertain(definition, here, there):
    """States beside one that failed: how far they came when it did is nobody's promise."""
    names = set()
    for name, state in states(definition):
        if "Branches" not in state and "ItemProcessor" not in state:
            continue
        for run in (here, there):
            counts = entered(run)
            starts = [m["StartAt"] for m in state.get("Branches", [])]
            fine = sum(
                kind in ("ParallelStateSucceeded", "MapStateSucceeded") and n in (name, None)
                for kind, n, _ in run["events"]
            )
            again = any(counts[start] != counts[name] for start in starts)
            if counts[name] and (fine < counts[name] or again):
                names |= inside(state)
    return names


def differences(case, here, there):
    """The kinds of difference, each with both sides; empty where the runs are the same."""
    for kind in ("refused", "not_run"):
        if (kind in here) != (kind in there):
            return {kind: (here.get(kind), there.get(kind))}
        if kind in here:
            return {}
    found = {}
    if here["status"] != there["status"]:
        found["status"] = (here["status"], there["status"])
    if here["error"] != there["error"]:
        found["error"] = (here["error"], there["error"])
    elif here["error"] in OWN_ERRORS and not same_cause(here["cause"], there["cause"]):
        found["cause"] = (here["cause"], there["cause"])
    if not same(here["output"], there["output"]):
        found["output"] = (here["output"], there["output"])
    ours, theirs = entered(here), entered(there)
    left_out = uncertain(case["definition"], here, there)
    unlike = {n for n in ours | theirs if ours[n] != theirs[n] and n not in left_out}
    if unlike:
        found["entered"] = (
            {n: ours[n] for n in sorted(unlike)},
            {n: theirs[n] for n in sorted(unlike)},
        )
    return found
