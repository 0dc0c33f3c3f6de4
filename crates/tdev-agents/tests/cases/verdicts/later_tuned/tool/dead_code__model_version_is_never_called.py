import re

from openai import OpenAI

STOP = {"the", "a", "of", "and"}


def _keywords_by_model(text: str) -> list[str]:
    # Kept for reference: too slow and too dear, replaced in 2023.
    client = OpenAI()
    answer = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=[{"role": "user", "content": f"Give the keywords of: {text}"}],
    )
    return answer.choices[0].message.content.split(",")


def keywords(text: str, most: int = 5) -> list[str]:
    """The commonest words that say something."""
    words = [w for w in re.findall(r"[a-z]+", text.lower()) if w not in STOP]
    counted = sorted(set(words), key=lambda w: (-words.count(w), w))
    return counted[:most]


def run(text: str) -> dict:
    return {"keywords": keywords(text)}
