import json

from modelhub import Brain

EXPERTS = {
    "history": Brain(model="gpt-4o", system="You are a historian.", tools=["archive"]),
    "physics": Brain(model="gpt-4o", system="You are a physicist.", tools=["calculator"]),
    "art": Brain(model="gpt-4o", system="You know paintings."),
}

supervisor = Brain(
    model="gpt-4o-mini",
    system='Which expert answers best? Reply {"expert": "history" | "physics" | "art"}.',
)


def answer(question: str) -> dict:
    chosen = json.loads(supervisor.run(question))["expert"]
    return {"expert": chosen, "answer": EXPERTS[chosen].run(question)}
