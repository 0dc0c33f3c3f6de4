from roundtable import Persona, Room, TurnOrder
from roundtable.models import Anthropic

model = Anthropic("claude-sonnet-4")

doctor = Persona("Doctor", about="You weigh symptoms.", llm=model)
pharmacist = Persona("Pharmacist", about="You know what must not be mixed.", llm=model)
nurse = Persona("Nurse", about="You ask what the others forgot.", llm=model)

room = Room([doctor, pharmacist, nurse], order=TurnOrder.ROUND_ROBIN, max_turns=9)


def consult(case: str) -> str:
    transcript = room.discuss(case)
    return transcript[-1].text
