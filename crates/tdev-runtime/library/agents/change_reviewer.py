"""Reviews what changed between two versions of a text."""

import re
from collections import Counter

from tdev import agent, call_tool

LEVELS = ("none", "cosmetic", "minor", "major", "critical")
MONEY = r"[€$£¥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€$£¥]|(?:EUR|USD|GBP|CHF|JPY|euros?|dollars?|pounds?)\b)"
DUTIES = (
    "not", "no", "never", "none", "without", "must", "shall", "may", "required", "optional", "mandatory",
    "forbidden", "prohibited", "allowed", "except", "unless", "liable", "nicht", "kein", "keine", "muss",
    "müssen", "darf", "dürfen", "pas", "jamais", "sans", "doit", "doivent", "peut", "peuvent", "nunca",
    "sin", "debe", "deben", "puede", "pueden", "non", "mai", "senza", "deve", "devono", "può", "possono",
)  # fmt: skip
# What a change of it means, where to find it, and how grave that is.
RULES = (
    ("what is owed", re.compile(MONEY, re.IGNORECASE), "critical"),
    ("what is allowed, required or denied", re.compile(rf"\b(?:{'|'.join(DUTIES)})\b|n[’']t\b", re.IGNORECASE), "critical"),
    ("a link or address", re.compile(r"https?://[^\s)>\]]+|[\w.+-]+@[\w-]+\.[\w.-]+\w"), "major"),
    ("a number or date", re.compile(r"\d+(?:[.,:/-]\d+)*"), "major"),
)


@agent(
    name="ChangeReviewerAgent",
    description=(
        "Reviews the changes between two versions of a text and decides how severe they are, from "
        "cosmetic to critical, and whether a person must review them."
    ),
    input={"before": "string", "after": "string"},
    output={
        "severity": {"type": "string", "enum": ["none", "cosmetic", "minor", "major", "critical"]},
        "needs_review": "boolean",
        "findings": "string[]",
        "summary": "string",
        "diff": "string",
    },
    tools=["TextDiffTool"],
    tags=["review", "change", "severity", "revision", "contract", "policy"],
)
class ChangeReviewerAgent:
    """Decides how grave a change of a text is, by what it touches rather than by its size.

    The policy: critical where money, or words of duty and denial (must, may, not, unless), came or
    went; major where numbers, dates, links or addresses did, or where most of the text is new;
    minor where only wording or order changed; cosmetic where only case, spacing or punctuation
    did. Major and critical changes need a person's review.
    """

    def run(self, before: str, after: str) -> dict:
        told = call_tool("TextDiffTool", before=before, after=after)
        if not told["changed"]:
            return answer("none", [], "", "")
        removed, added = lines(told["diff"], "-"), lines(told["diff"], "+")
        if plain(before) == plain(after):
            return answer("cosmetic", ["only case, spacing or punctuation changed"], size(told), told["diff"])
        if Counter(removed.splitlines()) == Counter(added.splitlines()):
            return answer("minor", ["lines moved, and their content stayed"], size(told), told["diff"])
        levels, findings = ["minor"], []
        for what, pattern, level in RULES:
            gone, come = changed(pattern, removed, added)
            if gone or come:
                levels.append(level)
                findings.append(f"{what} changed: {described(gone, come)}")
            # An amount is not told of again as a mere number.
            removed, added = pattern.sub(" ", removed), pattern.sub(" ", added)
        if before.strip() and after.strip() and told["similarity"] < 0.5 and len(before.splitlines()) > 4:
            levels.append("major")
            findings.append(f"most of the text is new: similarity {told['similarity']}")
        severity = max(levels, key=LEVELS.index)
        return answer(severity, findings or ["the wording changed"], size(told), told["diff"])


def answer(severity: str, findings: list[str], size: str, diff: str) -> dict:
    more = f" and {len(findings) - 1} more" if len(findings) > 1 else ""
    return {
        "severity": severity,
        "needs_review": severity in ("major", "critical"),
        "findings": findings,
        "summary": f"{severity}: {findings[0]}{more} ({size})" if findings else "nothing changed",
        "diff": diff,
    }


def lines(diff: str, sign: str) -> str:
    body = diff.split("\n")[2:]  # after the two header lines
    return "\n".join(line[1:].strip() for line in body if line.startswith(sign))


def plain(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def changed(pattern: re.Pattern, removed: str, added: str) -> tuple[list[str], list[str]]:
    before = Counter(found.lower() for found in pattern.findall(removed))
    after = Counter(found.lower() for found in pattern.findall(added))
    return sorted((before - after).elements()), sorted((after - before).elements())


def described(gone: list[str], come: list[str]) -> str:
    parts = [f"removed {', '.join(gone[:5])}"] if gone else []
    parts += [f"added {', '.join(come[:5])}"] if come else []
    return "; ".join(parts)


def size(told: dict) -> str:
    return f"lines added: {told['added']}, removed: {told['removed']}"
