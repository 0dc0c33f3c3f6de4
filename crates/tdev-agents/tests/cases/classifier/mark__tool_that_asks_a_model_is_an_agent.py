from tdev import llm, tool


@tool
def classify_mood(text: str) -> dict:
    mood = llm(f"One word: the mood of {text}")
    return {"mood": mood.strip(), "length": len(text)}
