from google.adk.agents.callback_context import CallbackContext
from google.adk.models import LlmRequest, LlmResponse
from google.adk.tools import FunctionTool, ToolContext
from google.genai import types


def block_keyword(callback_context: CallbackContext, llm_request: LlmRequest) -> LlmResponse | None:
    last = llm_request.contents[-1].parts[0].text or ""
    if "BLOCK" in last.upper():
        return LlmResponse(content=types.Content(role="model", parts=[types.Part(text="I cannot do that.")]))
    return None


def remember(key: str, value: str, tool_context: ToolContext) -> dict:
    """Keeps a value for later turns."""
    tool_context.state[key] = value
    return {"status": "kept"}


remember_tool = FunctionTool(func=remember)
