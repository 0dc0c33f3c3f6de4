"""Writes a report about the rows of a table."""

import re
from collections.abc import Iterator

from tdev import ToolError, agent, call_tool

AVERAGED = re.compile(r"rat(?:e|ing)|score|price|percent|share|temperature|average|mean|confidence|^age$", re.IGNORECASE)
# What a breakdown is about, where a table has several numbers: the earlier, the likelier.
AMOUNTS = ("revenue", "sales", "amount", "total", "cost", "sum", "value", "quantity", "count")
NUMBERING = re.compile(r"(?:^|_)(?:id|no|nr|number|code|year|zip|index|rank)$", re.IGNORECASE)
MOST_TABLE_ROWS = 25
MOST_ENTRIES = 60


@agent(
    name="ReportWriterAgent",
    description=(
        "Writes a report in Markdown and HTML about table rows under a title, deciding which "
        "sections the data deserves: key figures, breakdown, highest values, entries or a table."
    ),
    input={"title": "string", "rows": "object[]", "introduction": "string?", "group_by": "string?"},
    output={"markdown": "string", "html": "string", "sections": "string[]"},
    tools=["TableGroupTool", "TableSortTool", "MarkdownRenderTool"],
    tags=["report", "write", "markdown", "html", "document"],
)
class ReportWriterAgent:
    """Decides which sections a table deserves, and writes them.

    The policy: numbers that add up are totalled, and ratings, prices and shares averaged; numbers
    that only name a row (ids, years, codes) are left alone. A breakdown is written for the column
    asked for, else the one with the fewest values that still parts the rows in three or more.
    The highest values follow where there are more rows than one sees at a glance. Rows with long
    texts become entries, other rows a table, cut with a note where they are many. No rows give a
    report that says so.
    """

    def run(self, title: str, rows: list[dict], introduction: str = "", group_by: str = "") -> dict:
        if not title.strip():
            raise ToolError("InvalidInput", "the title is empty")
        columns = list(dict.fromkeys(column for row in rows for column in row))
        if rows and group_by and group_by not in columns:
            raise ToolError("InvalidInput", f"no row has a column `{group_by}`; columns are {', '.join(columns)}")
        parts = [f"# {line(title)}"]
        if introduction.strip():
            parts.append(introduction.strip())
        sections: list[str] = []
        for heading, body in chosen(rows, columns, group_by):
            sections.append(heading)
            parts += [f"## {heading}", body]
        if not sections:
            parts.append("There is nothing to report: the table has no rows.")
        markdown = "\n\n".join(parts) + "\n"
        html = call_tool("MarkdownRenderTool", markdown=markdown)["html"]
        return {"markdown": markdown, "html": html, "sections": sections}


def chosen(rows: list[dict], columns: list[str], group_by: str) -> Iterator[tuple[str, str]]:
    """The sections that these rows deserve, each a heading and its text."""
    if not rows or not columns:
        return
    numbers = [column for column in columns if is_number(rows, column)]
    likely = [n for amount in AMOUNTS for n in numbers if amount in n.lower()]
    measure = next(iter(likely + numbers[-1:]), "")
    long = [column for column in columns if is_long(rows, column)]
    if len(rows) > 1:
        if numbers:
            yield "Key figures", figures(rows, numbers)
        group = group_by or grouping(rows, columns, numbers)
        if group:
            yield f"By {label(group)}", breakdown(rows, group, measure)
        if measure and not AVERAGED.search(measure) and len(rows) > 10:
            best = call_tool("TableSortTool", rows=rows, column=measure, descending=True, limit=5)["rows"]
            yield f"Highest {label(measure)}", table(best, [c for c in columns if c not in long])
    if long or len(rows) == 1:
        yield "Entries" if len(rows) > 1 else "Details", entries(rows, columns, long)
    else:
        yield "Table", table(rows, columns)


def is_number(rows: list[dict], column: str) -> bool:
    values = [row[column] for row in rows if row.get(column) is not None]
    numeric = values and all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
    return bool(numeric) and not NUMBERING.search(column)


def is_long(rows: list[dict], column: str) -> bool:
    return any(isinstance(row.get(column), str) and (len(row[column]) > 60 or "\n" in row[column].strip()) for row in rows)


def grouping(rows: list[dict], columns: list[str], numbers: list[str]) -> str:
    """The column that parts the rows into the fewest groups; into only two, if no other does."""
    sizes = {}
    for column in columns:
        values = {cell(row.get(column)) for row in rows}
        if column not in numbers and 2 <= len(values) <= min(12, len(rows) // 2):
            sizes[column] = len(values)
    return min(sizes, key=lambda column: (sizes[column] == 2, sizes[column]), default="")


def figures(rows: list[dict], numbers: list[str]) -> str:
    told = [f"- Rows: {len(rows)}"]
    for column in numbers[:6]:
        values = [row[column] for row in rows if row.get(column) is not None]
        name, mean = label(column), number(sum(values) / len(values))
        if AVERAGED.search(column):
            told.append(f"- Average {name}: {mean} (from {number(min(values))} to {number(max(values))})")
        else:
            told.append(f"- Total {name}: {number(sum(values))} (average {mean})")
    return "\n".join(told)


def breakdown(rows: list[dict], group: str, measure: str) -> str:
    if not measure:
        groups = call_tool("TableGroupTool", rows=rows, group_by=group)["rows"]
        order = "count"
    else:
        how = "mean" if AVERAGED.search(measure) else "sum"
        groups = call_tool("TableGroupTool", rows=rows, group_by=group, aggregate=how, column=measure)["rows"]
        order = f"{how}_{measure}"
    groups = call_tool("TableSortTool", rows=groups, column=order, descending=True)["rows"]
    return table(groups, list(dict.fromkeys([group, "count", order])))


def entries(rows: list[dict], columns: list[str], long: list[str]) -> str:
    named = next((c for c in ("title", "name", *columns) if c in columns and c not in long), "")
    told = []
    for at, row in enumerate(rows[:MOST_ENTRIES], 1):
        heading = cell(row.get(named)) or f"Entry {at}"
        facts = [f"- {label(c)}: {cell(row[c])}" for c in columns if c not in (named, *long) and cell(row.get(c))]
        texts = [f"**{label(c)}:** {paragraphs(row[c])}" for c in long if row.get(c)]
        told.append("\n\n".join([f"### {heading}", *(["\n".join(facts)] if facts else []), *texts]))
    return "\n\n".join(told) + more(len(rows) - MOST_ENTRIES, "entries")


def table(rows: list[dict], columns: list[str]) -> str:
    head = [f"| {' | '.join(map(label, columns))} |", f"|{' --- |' * len(columns)}"]
    body = [f"| {' | '.join(cell(row.get(c)) for c in columns)} |" for row in rows[:MOST_TABLE_ROWS]]
    return "\n".join(head + body) + more(len(rows) - MOST_TABLE_ROWS, "rows")


def more(left: int, what: str) -> str:
    return f"\n\n… and {left} more {what}." if left > 0 else ""


def cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return line(str(value))


def label(column: str) -> str:
    return line(column.replace("_", " "))


def paragraphs(value: object) -> str:
    return "\n\n".join(line(part) for part in re.split(r"\n\s*\n", str(value)) if part.strip())


def line(text: str) -> str:
    """Text that stays on one line and in its cell, and is no markup."""
    return re.sub(r"([\\`*\[\]<|])", r"\\\1", " ".join(text.split()))


def number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
