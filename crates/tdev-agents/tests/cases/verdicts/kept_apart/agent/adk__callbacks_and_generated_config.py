from google.adk.agents import LlmAgent
from google.adk.runners import Runner
from google.adk.sessions import InMemorySessionService
from google.genai import types


def guard(callback_context, llm_request):
    if "BLOCK" in str(llm_request.contents):
        return types.Content(role="model", parts=[types.Part(text="no")])
    return None


agent = LlmAgent(name="guarded", model="gemini-2.0-flash", instruction="Answer.", before_model_callback=guard)
runner = Runner(agent=agent, app_name="guarded", session_service=InMemorySessionService())
