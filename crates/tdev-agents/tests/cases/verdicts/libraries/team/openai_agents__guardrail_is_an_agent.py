from agents import Agent, GuardrailFunctionOutput, Runner, input_guardrail
from pydantic import BaseModel


class Homework(BaseModel):
    is_homework: bool


checker = Agent(name="Checker", instructions="Is the user asking for homework?", output_type=Homework)


@input_guardrail
async def no_homework(ctx, agent, text) -> GuardrailFunctionOutput:
    found = await Runner.run(checker, text, context=ctx.context)
    return GuardrailFunctionOutput(output_info=found.final_output, tripwire_triggered=found.final_output.is_homework)


support = Agent(name="Support", instructions="Help customers.", input_guardrails=[no_homework])


async def main(text: str) -> str:
    return (await Runner.run(support, text)).final_output
