import json
import urllib.request


class Sorter:
    """Puts letters into folders."""

    FOLDERS = ["work", "family", "bills", "junk"]

    def __init__(self, host="http://localhost:11434"):
        self.host = host

    def _post(self, path, body):
        request = urllib.request.Request(
            self.host + path, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def run(self, letter: str) -> dict:
        said = self._post("/api/generate", {
            "model": "phi3", "stream": False,
            "prompt": f"Folders: {', '.join(self.FOLDERS)}. Which one for this letter?\n{letter}",
        })["response"]
        return {"folder": next((f for f in self.FOLDERS if f in said.lower()), "junk")}
