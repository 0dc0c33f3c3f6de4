"""Triages a whole table of feedback and reports what it says."""

from tdev import ToolError, call_agent, call_tool, team

COMMENTS = ("comment", "feedback", "message", "text", "review", "body")
RATINGS = ("rating", "stars", "score")
PRIORITIES = ("urgent", "high", "normal", "low")
MOST_ITEMS = 2000
# What the report leaves out of an item.
UNTOLD = ("reasons", "needs_human")


@team(
    name="FeedbackTeam",
    description=(
        "Works through a CSV table of customer feedback: checks the data, triages every comment by "
        "category and priority, and writes a report with the most pressing ones first."
    ),
    input={"text": "string", "column": "string?"},
    output={
        "items": "object[]",
        "counts": "object",
        "urgent": "object[]",
        "findings": "string[]",
        "markdown": "string",
        "html": "string",
    },
    tools=["CsvReaderTool"],
    members=["DataProfilerAgent", "TriageAgent", "ReportWriterAgent"],
    tags=["feedback", "survey", "customers", "triage", "report"],
)
class FeedbackTeam:
    """Its profiler decides what the table holds, its triage what each comment is, its writer how to tell it.

    The comments are in the column asked for, else in one with a usual name, else in the one the
    profile calls text. Ratings are used where a column of that name runs from 1 to 5. Rows
    without a comment are counted in the findings, not triaged.
    """

    def run(self, text: str, column: str = "") -> dict:
        profile = call_agent("DataProfilerAgent", text=text)
        rows = call_tool("CsvReaderTool", text=text)["rows"]
        if len(rows) > MOST_ITEMS:
            raise ToolError("PayloadTooLarge", f"there are {len(rows)} rows, and the most are {MOST_ITEMS}")
        where = comments(profile["columns"], column)
        rating = ratings(profile["columns"])
        items, findings = [], list(profile["findings"])
        for row in rows:
            comment = str(row.get(where) or "").strip()
            if comment:
                items.append(item(row, comment, where, rating))
        if len(items) < len(rows):
            findings.append(f"{len(rows) - len(items)} of {len(rows)} rows have no comment and were not triaged")
        items.sort(key=lambda one: PRIORITIES.index(one["priority"]))
        report = call_agent(
            "ReportWriterAgent",
            title="Customer feedback",
            introduction="\n".join(f"- Data: {finding}" for finding in findings),
            rows=[{key: value for key, value in one.items() if key not in UNTOLD} for one in items],
            group_by="category" if items else "",
        )
        counts: dict[str, dict[str, int]] = {"category": {}, "priority": {}, "sentiment": {}}
        for one in items:
            for key, tally in counts.items():
                tally[one[key]] = tally.get(one[key], 0) + 1
        return {
            "items": items,
            "counts": counts,
            "urgent": [one for one in items if one["priority"] == "urgent"],
            "findings": findings,
            "markdown": report["markdown"],
            "html": report["html"],
        }


def item(row: dict, comment: str, where: str, rating: str) -> dict:
    """A row with its verdict; the row's other values stay beside it."""
    value = row.get(rating) if rating else None
    given = {"rating": value} if isinstance(value, (int, float)) and not isinstance(value, bool) else {}
    verdict = call_agent("TriageAgent", text=comment, **given)
    rest = {name: cell for name, cell in row.items() if name != where and name not in verdict}
    return rest | {"comment": comment} | verdict


def comments(columns: list[dict], asked: str) -> str:
    names = [column["name"] for column in columns]
    if asked:
        if asked not in names:
            raise ToolError("InvalidInput", f"there is no column `{asked}`; columns are {', '.join(names)}")
        return asked
    usual = next((name for name in names if name.lower() in COMMENTS), "")
    long = next((column["name"] for column in columns if column["type"] == "text"), "")
    if not (usual or long):
        raise ToolError("InvalidInput", f"no column looks like comments; name it in `column`, of {', '.join(names)}")
    return usual or long


def ratings(columns: list[dict]) -> str:
    """The column of ratings, if all of them are on the scale that triage understands."""
    for column in columns:
        if column["name"].lower() in RATINGS and 1 <= column.get("min", 0) and column.get("max", 9) <= 5:
            return column["name"]
    return ""
