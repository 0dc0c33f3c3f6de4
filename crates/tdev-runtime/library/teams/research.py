"""Reads documents and reports what they say."""

from tdev import ToolError, call_agent, call_tool, log, team

MOST_DOCUMENTS = 50
# What is wrong with one document is no reason to lose the others; anything else is.
UNREADABLE = ("InvalidInput", "SchemaMismatch", "Unsupported", "FileNotFound", "PayloadTooLarge")


@team(
    name="ResearchTeam",
    description=(
        "Researches several documents: reads and summarizes each, finds what they say about a "
        "question, and writes a report that names its sources."
    ),
    input={"paths": "string[]", "question": "string?"},
    output={
        "answer": "string",
        "source": "string",
        "documents": "object[]",
        "skipped": "object[]",
        "markdown": "string",
        "html": "string",
    },
    tools=["FileLoaderTool"],
    members=["DocumentReaderAgent", "SummarizerAgent", "FactFinderAgent", "ReportWriterAgent"],
    tags=["research", "documents", "sources", "report", "question"],
)
class ResearchTeam:
    """Its reader, summariser, fact finder and report writer each decide for their part.

    The question is asked of every document, and the most confident answer leads the report, with
    its source; where no document answers, the report says so. A document that cannot be read is
    listed with the reason, never passed over in silence.
    """

    def run(self, paths: list[str], question: str = "") -> dict:
        if not paths:
            raise ToolError("InvalidInput", "`paths` names no document")
        if len(paths) > MOST_DOCUMENTS:
            raise ToolError("PayloadTooLarge", f"there are {len(paths)} documents, and the most are {MOST_DOCUMENTS}")
        documents, skipped = [], []
        for path in dict.fromkeys(paths):
            try:
                documents.append(study(path, question))
            except ToolError as error:
                if error.code not in UNREADABLE:
                    raise
                log(f"skipped {path}", "warning", reason=error.message)
                skipped.append({"path": path, "reason": error.message})
        if not documents:
            raise ToolError("InvalidInput", f"no document could be read; {skipped[0]['path']}: {skipped[0]['reason']}")
        best = max(documents, key=lambda document: document["confidence"])
        found = best["confidence"] > 0
        report = call_agent(
            "ReportWriterAgent",
            title=question or f"What {len(documents)} documents say",
            introduction=introduction(question, best if found else None, skipped),
            rows=[entry(document) for document in documents],
        )
        return {
            "answer": best["answer"] if found else "",
            "source": best["path"] if found else "",
            "documents": documents,
            "skipped": skipped,
            "markdown": report["markdown"],
            "html": report["html"],
        }


def study(path: str, question: str) -> dict:
    """One document: its summary, and what it answers."""
    file = call_tool("FileLoaderTool", path=path)["file"]
    read = call_agent("DocumentReaderAgent", file=file)
    summary = call_agent("SummarizerAgent", text=read["text"], detail="brief")
    document = {"title": read["title"], "path": path, "summary": summary["summary"], "answer": "", "confidence": 0}
    if question:
        fact = call_agent("FactFinderAgent", question=question, text=read["text"])
        document |= {"answer": fact["answer"], "confidence": fact["confidence"]}
    return document


def entry(document: dict) -> dict:
    row = {"title": document["title"], "source": document["path"], "summary": document["summary"]}
    return row | {"finding": document["answer"]} if document["answer"] else row


def introduction(question: str, best: dict | None, skipped: list[dict]) -> str:
    parts = []
    if best:
        parts.append(f"> {best['answer']}\n\nSource: {best['path']}")
    elif question:
        parts.append("None of the documents answers this.")
    if skipped:
        parts.append("Not read:\n\n" + "\n".join(f"- {one['path']}: {one['reason']}" for one in skipped))
    return "\n\n".join(parts)
