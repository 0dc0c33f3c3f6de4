from anthropic import Anthropic


class Coder:
    """Edits files until the model stops asking for tools."""

    def __init__(self, tools):
        self.client = Anthropic()
        self.tools = {tool.name: tool for tool in tools}

    def run(self, task: str) -> str:
        history = [{"role": "user", "content": task}]
        while True:
            reply = self.client.messages.create(
                model="claude-sonnet-4-20250514", max_tokens=2000, messages=history,
                tools=[tool.schema for tool in self.tools.values()],
            )
            history.append({"role": "assistant", "content": reply.content})
            if reply.stop_reason != "tool_use":
                return reply.content[0].text
            results = [
                {"type": "tool_result", "tool_use_id": block.id, "content": self.tools[block.name](**block.input)}
                for block in reply.content if block.type == "tool_use"
            ]
            history.append({"role": "user", "content": results})
