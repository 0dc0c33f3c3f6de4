from typing import Literal

from magictypes import prompt


@prompt("Which language is this written in? {text}", model="gpt-4o-mini")
def language_of(text: str) -> Literal["en", "da", "de", "other"]: ...


def run(text: str) -> dict:
    return {"language": language_of(text)}
