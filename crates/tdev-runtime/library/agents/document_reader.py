"""Reads a document of whatever kind as plain text."""

import json
import re

from tdev import ToolError, agent, call_tool

MEDIA_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/json": "json",
    "text/plain": "text",
}
ENDINGS = {
    "html": "html", "htm": "html", "xhtml": "html", "md": "markdown", "markdown": "markdown",
    "csv": "csv", "tsv": "csv", "json": "json", "txt": "text", "text": "text", "log": "text",
}  # fmt: skip
NOT_TEXT = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/vnd.")


@agent(
    name="DocumentReaderAgent",
    description=(
        "Reads a document file (HTML, Markdown, CSV, JSON or plain text) as readable text with its "
        "title, deciding which kind it is and how to convert it."
    ),
    input={"file": "file"},
    output={
        "text": "string",
        "title": "string",
        "kind": {"type": "string", "enum": ["html", "markdown", "csv", "json", "text"]},
        "reason": "string",
    },
    tools=["FileTextTool", "HtmlToTextTool", "MarkdownRenderTool", "CsvReaderTool"],
    tags=["document", "read", "file", "convert", "plain text"],
)
class DocumentReaderAgent:
    """Decides what kind of document a file is, and reads it accordingly.

    The policy: what the media type says counts first, then the ending of the name, then what the
    content looks like. Markup is taken off HTML and Markdown; tables become a line for each row
    with every value named; JSON is laid out with indentation. What holds no text is refused.
    """

    def run(self, file: dict) -> dict:
        media_type = (file.get("media_type") or "").split(";")[0].strip().lower()
        name = file.get("name") or ""
        if media_type.startswith(NOT_TEXT):
            raise ToolError("Unsupported", f"a file of type {media_type} holds no text this agent can read")
        content = call_tool("FileTextTool", file=file)["text"].removeprefix("\ufeff")
        if not content.strip():
            raise ToolError("InvalidInput", "the file is empty")
        kind, reason = decide(media_type, name, content)
        text, title = READERS[kind](content)
        if not text.strip():
            raise ToolError("InvalidInput", f"the {kind} file holds no readable text")
        return {"text": text, "title": title or stem(name), "kind": kind, "reason": reason}


def decide(media_type: str, name: str, content: str) -> tuple[str, str]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if media_type in MEDIA_TYPES and media_type != "text/plain":
        kind, reason = MEDIA_TYPES[media_type], f"its media type is {media_type}"
    elif ending in ENDINGS:
        kind, reason = ENDINGS[ending], f"its name ends in .{ending}"
    elif media_type == "text/plain":
        kind, reason = "text", "its media type is text/plain"
    else:
        kind = looks(content)
        reason = f"its content looks like {kind}"
    # A label is no proof: a broken JSON file can still be read as text.
    if kind == "json" and not is_json(content):
        return "text", f"{reason}, but it is not valid JSON"
    return kind, reason


def looks(content: str) -> str:
    start = content.lstrip()[:1000]
    if re.match(r"<!doctype html|<html|<head|<body", start, re.IGNORECASE):
        return "html"
    if start.startswith(("{", "[")) and is_json(content):
        return "json"
    if re.match(r"#{1,3} \S|---\n", start) or re.search(r"\n#{1,6} \S", start):
        return "markdown"
    lines = [line for line in content.splitlines() if line.strip()][:10]
    for delimiter in ",;\t|":
        counts = [outside_quotes(line).count(delimiter) for line in lines]
        if len(lines) > 1 and counts[0] > 0 and len(set(counts)) == 1:
            return "csv"
    return "text"


def outside_quotes(line: str) -> str:
    return re.sub(r'"[^"]*"', "", line)


def is_json(content: str) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def read_html(content: str) -> tuple[str, str]:
    page = call_tool("HtmlToTextTool", html=content)
    return page["text"], page["title"]


def read_markdown(content: str) -> tuple[str, str]:
    heading = re.search(r"^#{1,6}\s+(.+?)\s*#*\s*$", content, re.MULTILINE)
    html = call_tool("MarkdownRenderTool", markdown=content)["html"]
    text = call_tool("HtmlToTextTool", html=html)["text"]
    return text, heading.group(1) if heading else ""


def read_csv(content: str) -> tuple[str, str]:
    rows = call_tool("CsvReaderTool", text=content, infer_types=False)["rows"]
    lines = ("; ".join(f"{name}: {value}" for name, value in row.items() if value) for row in rows)
    return "\n".join(line for line in lines if line), ""


def read_json(content: str) -> tuple[str, str]:
    value = json.loads(content)
    title = value.get("title") or value.get("name") if isinstance(value, dict) else ""
    return json.dumps(value, ensure_ascii=False, indent=2), title if isinstance(title, str) else ""


def read_text(content: str) -> tuple[str, str]:
    first = content.strip().splitlines()[0].strip()
    return content.strip(), first if len(first) <= 80 and not first.endswith(".") else ""


def stem(name: str) -> str:
    return name.rpartition(".")[0] or name


READERS = {"html": read_html, "markdown": read_markdown, "csv": read_csv, "json": read_json, "text": read_text}
