from tdev import llm


class Poet:
    def run(self, topic: str) -> str:
        return llm(f"A haiku about {topic}")
