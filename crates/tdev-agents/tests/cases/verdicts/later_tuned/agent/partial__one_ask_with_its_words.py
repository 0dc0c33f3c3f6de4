import os
from functools import partial

import httpx


def ask(system: str, user: str, *, temperature: float = 0.0) -> str:
    answer = httpx.post(
        os.environ["MODEL_URL"] + "/v1/chat/completions",
        json={
            "model": os.environ.get("MODEL", "mistral-small"),
            "temperature": temperature,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
        },
        timeout=120,
    )
    return answer.json()["choices"][0]["message"]["content"]


translate = partial(ask, "Translate into plain Danish. Answer with the translation only.")


def main(text: str) -> dict:
    return {"danish": translate(text)}
