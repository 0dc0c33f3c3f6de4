import ell


@ell.simple(model="gpt-4o-mini", temperature=0.7)
def limerick(topic: str):
    """You write limericks."""
    return f"Write a limerick about {topic}"


def run(topic: str) -> dict:
    return {"poem": limerick(topic)}
