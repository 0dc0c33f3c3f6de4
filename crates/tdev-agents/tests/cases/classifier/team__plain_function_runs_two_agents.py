from tdev import call_agent


def run(question: str):
    draft = call_agent("WriterAgent", question=question)
    return call_agent("CriticAgent", text=draft["text"])
