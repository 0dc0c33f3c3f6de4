from dataclasses import dataclass, field

import anthropic

client = anthropic.Anthropic()


@dataclass
class Agent:
    name: str
    system: str
    history: list = field(default_factory=list)

    def run(self, text: str) -> str:
        self.history.append({"role": "user", "content": text})
        answer = client.messages.create(
            model="claude-3-5-haiku-latest", max_tokens=800, system=self.system, messages=self.history,
        )
        said = answer.content[0].text
        self.history.append({"role": "assistant", "content": said})
        return said


class Orchestrator:
    def __init__(self):
        self.agents = {
            "plan": Agent("planner", "Break the task into steps."),
            "work": Agent("worker", "Do the step."),
            "check": Agent("checker", "Say OK or what is wrong."),
        }

    def run(self, task: str) -> str:
        result = ""
        for line in self.agents["plan"].run(task).splitlines():
            result = self.agents["work"].run(line)
            verdict = self.agents["check"].run(result)
            if verdict != "OK":
                result = self.agents["work"].run(verdict)
        return result
