from jinja2 import Environment, StrictUndefined

SYSTEM = """You are {{ role }}. Answer in {{ language }}.
{% for rule in rules %}- {{ rule }}
{% endfor %}"""


class PromptBuilder:
    def __init__(self, role, rules, language="English"):
        self.role, self.rules, self.language = role, rules, language
        self.env = Environment(undefined=StrictUndefined)

    def system_prompt(self) -> str:
        return self.env.from_string(SYSTEM).render(role=self.role, rules=self.rules, language=self.language)

    def run(self, question: str) -> list[dict]:
        return [
            {"role": "system", "content": self.system_prompt()},
            {"role": "user", "content": question},
        ]
