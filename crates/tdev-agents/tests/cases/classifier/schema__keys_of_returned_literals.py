from tdev import tool


@tool
def summarise(numbers: list[float], label: str):
    result = {}
    result["count"] = len(numbers)
    result["label"] = label.upper()
    if not numbers:
        return {"count": 0, "label": label, "empty": True}
    result["mean"] = sum(numbers) / len(numbers)
    result["top"] = [{"value": n, "rank": i} for i, n in enumerate(numbers)]

    def inner():
        return {"never": "seen"}

    return result
