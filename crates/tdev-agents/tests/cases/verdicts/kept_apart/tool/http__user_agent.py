import requests


class UserAgent:
    def __init__(self, model: str, system: str):
        self.model = model
        self.system = system

    def header(self) -> dict:
        return {"User-Agent": f"{self.model} ({self.system})"}


def fetch(url: str) -> str:
    agent = UserAgent(model="Mozilla/5.0", system="Linux")
    return requests.get(url, headers=agent.header()).text
