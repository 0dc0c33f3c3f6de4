from agentsmith import forge


def make(kind: str, words: str):
    return forge(name=kind, instructions=words, llm="gemini-2.5-pro", toolsets=[])


def run(brief: str) -> str:
    outline = make("architect", "You outline.").run(brief)
    text = make("author", "You write from the outline.").run(outline)
    return make("editor", "You cut what is too long.").run(text)
