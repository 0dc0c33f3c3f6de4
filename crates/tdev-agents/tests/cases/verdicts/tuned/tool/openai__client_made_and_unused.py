import re

from openai import OpenAI

client = OpenAI()
MODEL = "gpt-4o"


def slug(title: str) -> str:
    """Makes a slug for an agent's page."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
