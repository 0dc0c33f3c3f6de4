from pathlib import Path

from openai import OpenAI


class TranscriberTool:
    def __init__(self, model="whisper-1"):
        self.client = OpenAI()
        self.model = model

    def run(self, folder: str) -> dict:
        texts = {}
        for path in sorted(Path(folder).glob("*.mp3")):
            with path.open("rb") as recording:
                answer = self.client.audio.transcriptions.create(model=self.model, file=recording)
            texts[path.name] = answer.text
        return {"texts": texts}
