from ourgateway import complete

PROMPT = "Summarise for a busy reader in two sentences:\n\n{text}"


def summarise(text: str) -> dict:
    """A short summary."""
    summary = complete(PROMPT.format(text=text), model="claude-haiku-4-5", max_tokens=200)
    return {"summary": summary.strip()}
