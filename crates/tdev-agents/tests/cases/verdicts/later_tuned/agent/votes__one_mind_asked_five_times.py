from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import ollama


def opinion(review: str) -> str:
    answer = ollama.chat(
        model="qwen2.5:7b",
        messages=[{"role": "user", "content": f"positive, negative or mixed? One word.\n{review}"}],
        options={"temperature": 0.9},
    )
    return answer["message"]["content"].strip().lower()


def run(review: str, votes: int = 5) -> dict:
    with ThreadPoolExecutor(votes) as pool:
        said = list(pool.map(opinion, [review] * votes))
    winner, count = Counter(said).most_common(1)[0]
    return {"sentiment": winner, "confidence": count / votes}
