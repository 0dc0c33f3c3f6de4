import litellm

ROLES = {"for": "Argue for the motion.", "against": "Argue against the motion."}


class Debater:
    def __init__(self, role):
        self.messages = [{"role": "system", "content": ROLES[role]}]

    def say(self, heard):
        self.messages.append({"role": "user", "content": heard})
        answer = litellm.completion(model="gpt-4o", messages=self.messages).choices[0].message.content
        self.messages.append({"role": "assistant", "content": answer})
        return answer


def debate(motion: str, rounds: int = 3) -> list[str]:
    pro, con = Debater("for"), Debater("against")
    said = [motion]
    for _ in range(rounds):
        said.append(pro.say(said[-1]))
        said.append(con.say(said[-1]))
    return said
