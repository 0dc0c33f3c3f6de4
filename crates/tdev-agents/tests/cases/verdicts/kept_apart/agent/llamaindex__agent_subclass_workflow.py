from llama_index.core.llms import ChatMessage
from llama_index.core.workflow import Event, StartEvent, StopEvent, Workflow, step
from llama_index.llms.openai import OpenAI


class InputEvent(Event):
    input: list


class ToolEvent(Event):
    calls: list


class FunctionCalling(Workflow):
    def __init__(self, tools, **kwargs):
        super().__init__(**kwargs)
        self.tools = tools
        self.llm = OpenAI(model="gpt-4o")

    @step
    async def prepare(self, ev: StartEvent) -> InputEvent:
        return InputEvent(input=[ChatMessage(role="user", content=ev.input)])

    @step
    async def decide(self, ev: InputEvent) -> ToolEvent | StopEvent:
        answer = await self.llm.achat_with_tools(self.tools, chat_history=ev.input)
        calls = self.llm.get_tool_calls_from_response(answer, error_on_no_tool_call=False)
        return ToolEvent(calls=calls) if calls else StopEvent(result=answer)

    @step
    async def call(self, ev: ToolEvent) -> InputEvent:
        return InputEvent(input=[str(call) for call in ev.calls])
