from dataclasses import dataclass

from pydantic import BaseModel
from pydantic_ai import Agent, RunContext


@dataclass
class Deps:
    customer_id: int


class Output(BaseModel):
    advice: str
    block_card: bool


support = Agent("openai:gpt-4o", deps_type=Deps, output_type=Output, system_prompt="You are a support agent of a bank.")


@support.system_prompt
async def add_name(ctx: RunContext[Deps]) -> str:
    return f"The customer is {ctx.deps.customer_id}"


@support.tool
async def balance(ctx: RunContext[Deps], include_pending: bool) -> float:
    """Returns the balance."""
    return 123.45


def answer(question: str) -> Output:
    return support.run_sync(question, deps=Deps(customer_id=1)).output
