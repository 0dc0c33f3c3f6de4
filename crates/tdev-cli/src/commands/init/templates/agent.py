"""MyAgent: say here what it decides."""

from tdev import Agent, agent, log


@agent(
    description="Greets a person in the manner their message calls for",
    input={"text": "string"},
    output={"reply": "string"},
)
class MyAgent(Agent):
    """One decision, made in `run`. It may call tools and agents by name."""

    def run(self, text: str) -> dict:
        # from tdev import call_tool                            # and tools=["UserLookupTool"] above
        # found = call_tool("UserLookupTool", user_id=text)
        log("deciding", length=len(text))
        reply = "Good to hear from you!" if text.strip() else "Did you want to say something?"
        return {"reply": reply}
