from tdev import tool


@tool
def count_words(text: str, ignore_case: bool = True) -> int:
    """Counts the words of a text."""
    if ignore_case:
        text = text.lower()
    return len(text.split())
