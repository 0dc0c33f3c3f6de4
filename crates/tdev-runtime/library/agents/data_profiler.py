"""Profiles a table: what its columns hold, and what is wrong with them."""

import re
from collections import Counter
from datetime import date
from statistics import fmean, median, quantiles

from tdev import ToolError, agent, call_tool

BLANK = ("", "n/a", "na", "-", "?", "null", "none", "unknown")
MOSTLY = 0.8


@agent(
    name="DataProfilerAgent",
    description=(
        "Profiles CSV data: works out the type of every column, counts missing values, duplicates "
        "and outliers, and decides which findings about its quality are worth reporting."
    ),
    input={"text": "string"},
    output={
        "quality": {"type": "string", "enum": ["good", "usable", "poor"]},
        "findings": "string[]",
        "columns": [{"name": "string", "type": "string", "missing": "integer", "distinct": "integer"}],
        "row_count": "integer",
    },
    tools=["CsvReaderTool"],
    tags=["profile", "data quality", "csv", "outliers", "missing values", "statistics"],
)
class DataProfilerAgent:
    """Decides what each column of a table is, and what about it a person should know.

    The policy: a column is of the type that at least four in five of its values have; the rest are
    findings. Columns of numbers are searched for outliers beyond three times the middle half of
    the values; a fence that wide raises few false alarms. Missing values are reported from one in
    twenty on, and always in identifiers. Quality is poor where a third of a column is missing or
    of another type, or a tenth of the rows are duplicates; good where nothing is reported.
    """

    def run(self, text: str) -> dict:
        table = call_tool("CsvReaderTool", text=text)
        rows, names = table["rows"], table["columns"]
        if not names:
            raise ToolError("InvalidInput", "the text holds no table")
        if not rows:
            return {"quality": "poor", "findings": ["the table has no rows"], "columns": [], "row_count": 0}
        columns, findings = [], []
        for name in names:
            column, found = profile(name, [row.get(name) for row in rows])
            columns.append(column)
            findings += found
        repeated = len(rows) - len({tuple(map(str, row.values())) for row in rows})
        if repeated:
            findings.append((repeated / len(rows) >= 0.1, f"rows that repeat an earlier one: {of(repeated, len(rows))}"))
        findings.sort(key=lambda finding: not finding[0])
        grave = any(grave for grave, _ in findings)
        return {
            "quality": "poor" if grave else "usable" if findings else "good",
            "findings": [told for _, told in findings],
            "columns": columns,
            "row_count": len(rows),
        }


def profile(name: str, values: list) -> tuple[dict, list[tuple[bool, str]]]:
    """A column's description, and its findings, each with whether it is grave."""
    present = [value for value in values if str("" if value is None else value).strip().lower() not in BLANK]
    missing = len(values) - len(present)
    counts = Counter(map(spelled, present))
    types = Counter(map(type_of, present))
    if types["number"]:  # whole numbers are numbers too
        types["number"] += types.pop("integer", 0)
    kind, fitting = types.most_common(1)[0] if types else ("empty", 0)
    strange = len(present) - fitting
    findings = []
    if strange and fitting < MOSTLY * len(present):
        kind, strange = "mixed", 0
        findings.append((True, f"`{name}` mixes {' and '.join(sorted(types))}"))
    if kind == "text":
        kind = kind_of_text(present, counts, len(values))
    column = {"name": name, "type": kind, "missing": missing, "distinct": len(counts)}
    if kind == "empty":
        return column, [(True, f"`{name}` is empty")]
    share = missing / len(values)
    if share >= 0.05 or (missing and kind == "identifier"):
        findings.append((share > 1 / 3, f"`{name}` lacks {of(missing, len(values))} values"))
    if strange:
        odd = next(value for value in present if not belongs(value, kind))
        told = f"{of(strange, len(present))} values of `{name}` are not of type {kind}, such as `{cut(odd)}`"
        findings.append((strange > len(present) / 3, told))
    if len(counts) == 1 and len(present) > 1:
        findings.append((False, f"`{name}` is always `{cut(present[0])}`"))
    if kind in ("integer", "number"):
        numbers = [value for value in present if belongs(value, kind)]
        column |= {"min": min(numbers), "max": max(numbers), "mean": round(fmean(numbers), 4), "median": median(numbers)}
        far, low, high = outliers(numbers)
        if far:
            column["outliers"] = far[:10]
            plural = "s" if len(far) > 1 else ""
            told = f"`{name}` has {len(far)} outlier{plural}, such as {far[0]:g}"
            findings.append((False, f"{told}; half of its values lie from {low:g} to {high:g}"))
    elif kind in ("category", "boolean"):
        column["most_common"] = [{"value": value, "count": count} for value, count in counts.most_common(5)]
    elif kind == "date":
        days = sorted(value for value in present if type_of(value) == "date")
        column |= {"min": days[0], "max": days[-1]}
    return column, findings


def type_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "date" if is_date(str(value)) else "text"


def belongs(value: object, kind: str) -> bool:
    found = type_of(value)
    if kind in ("boolean", "integer", "date"):
        return found == kind
    return found in ("number", "integer") if kind == "number" else found == "text"


def is_date(text: str) -> bool:
    if not re.match(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$", text):
        return False
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def kind_of_text(present: list, counts: Counter, rows: int) -> str:
    texts = [str(value) for value in present]
    words = fmean(len(text.split()) for text in texts)
    length = fmean(map(len, texts))
    if len(counts) == len(texts) and rows > 1 and words <= 1 and length <= 40:
        return "identifier"
    if words > 5 or length > 60:
        return "text"
    return "category" if len(counts) <= max(2, len(texts) / 2) else "name"


def outliers(numbers: list) -> tuple[list, float, float]:
    """Values far out, the farthest first, and the bounds of the middle half."""
    if len(numbers) < 8:
        return [], 0, 0
    low, _, high = quantiles(numbers, n=4, method="inclusive")
    reach = 3 * (high - low)
    far = [number for number in numbers if reach and not low - reach <= number <= high + reach]
    return sorted(far, key=lambda number: -max(low - number, number - high)), low, high


def spelled(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def of(part: int, whole: int) -> str:
    return f"{part} of {whole}"


def cut(value: object) -> str:
    text = spelled(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
