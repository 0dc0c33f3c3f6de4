import os

import requests


class Voice:
    def __init__(self, system):
        self.messages = [{"role": "system", "content": system}]

    def hear(self, text):
        self.messages.append({"role": "user", "content": text})
        answer = requests.post(
            "https://openrouter.ai/api/v1/chat/completions",
            headers={"Authorization": "Bearer " + os.environ["OPENROUTER_API_KEY"]},
            json={"model": "deepseek/deepseek-chat", "messages": self.messages},
        ).json()["choices"][0]["message"]
        self.messages.append(answer)
        return answer["content"]


def polish(topic: str, rounds: int = 3) -> str:
    writer = Voice("You write short columns.")
    critic = Voice("You are a merciless editor. Say PRINT when it is good.")
    text = writer.hear(topic)
    for _ in range(rounds):
        remarks = critic.hear(text)
        if "PRINT" in remarks:
            break
        text = writer.hear(remarks)
    return text
