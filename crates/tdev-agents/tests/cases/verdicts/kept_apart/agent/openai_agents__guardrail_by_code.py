from agents import Agent, GuardrailFunctionOutput, Runner, input_guardrail


@input_guardrail
async def short(ctx, agent, text) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info=None, tripwire_triggered=len(text) > 500)


helper = Agent(name="Helper", instructions="You help.", input_guardrails=[short])


async def ask(text: str) -> str:
    return (await Runner.run(helper, text)).final_output
