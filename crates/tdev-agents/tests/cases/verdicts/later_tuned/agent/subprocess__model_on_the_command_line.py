import json
import subprocess


class CommitMessageTool:
    """Words a commit from its diff with the model that runs on this machine."""

    def __init__(self, model: str = "llama3.1:8b"):
        self.model = model

    def _ask(self, prompt: str) -> str:
        done = subprocess.run(
            ["ollama", "run", self.model, "--format", "json"],
            input=prompt, capture_output=True, text=True, check=True,
        )
        return done.stdout

    def run(self, repository: str) -> dict:
        diff = subprocess.check_output(["git", "-C", repository, "diff", "--cached"], text=True)
        answer = self._ask(f"Write a commit message as {{\"subject\": ..., \"body\": ...}} for:\n{diff}")
        return json.loads(answer)
