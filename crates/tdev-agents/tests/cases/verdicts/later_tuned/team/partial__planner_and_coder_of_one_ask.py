from functools import partial

from openai import OpenAI

client = OpenAI()


def speak(system, history, user):
    history.append({"role": "user", "content": user})
    answer = client.chat.completions.create(
        model="gpt-4.1", messages=[{"role": "system", "content": system}, *history],
    )
    text = answer.choices[0].message.content
    history.append({"role": "assistant", "content": text})
    return text


planner = partial(speak, "You plan programs. Never write code.", [])
coder = partial(speak, "You write Python by the plan you are given.", [])
reviewer = partial(speak, "You find bugs. Say LGTM when there are none.", [])


def run(goal: str) -> str:
    code = coder(planner(goal))
    for _ in range(3):
        remarks = reviewer(code)
        if "LGTM" in remarks:
            break
        code = coder(remarks)
    return code
