"""Routes a text to whoever handles its language."""

from tdev import ToolError, agent, call_tool


@agent(
    name="LanguageRouterAgent",
    description=(
        "Routes a message by the language it is written in: gives the matching language of those "
        "that are handled, or the fallback where it is another one or cannot be told."
    ),
    input={"text": "string", "languages": "string[]", "fallback": "string?"},
    output={
        "route": "string",
        "language": "string",
        "confidence": "number",
        "needs_translation": "boolean",
        "reason": "string",
    },
    tools=["LanguageDetectorTool"],
    tags=["language", "route", "routing", "dispatch", "message"],
)
class LanguageRouterAgent:
    """Decides who gets a text by its language.

    The policy: a detection counts when the detector calls it reliable, or when it is at least half
    sure of a text of eight words or more. A regional spelling in `languages` (`pt-BR`) handles the
    language (`pt`). Anything else goes to the fallback; a language that was told for certain but
    that nobody handles is marked as needing translation.
    """

    def run(self, text: str, languages: list[str], fallback: str = "review") -> dict:
        handled = {language.lower().replace("_", "-").split("-")[0]: language for language in reversed(languages)}
        if not handled:
            raise ToolError("InvalidInput", "`languages` names no language that is handled")
        try:
            found = call_tool("LanguageDetectorTool", text=text)
        except ToolError as error:
            if error.code not in ("InvalidInput", "SchemaMismatch"):
                raise
            return answer(fallback, "", 0, False, "it has no words to tell a language by")
        language, name, confidence = found["language"], found["name"], found["confidence"]
        if not (found["reliable"] or (confidence >= 0.5 and len(text.split()) >= 8)):
            reason = f"it may be {name}, but that is too uncertain"
            return answer(fallback, language, confidence, False, reason)
        if language not in handled:
            return answer(fallback, language, confidence, True, f"it is in {name}, which nobody handles")
        return answer(handled[language], language, confidence, False, f"it is in {name}")


def answer(route: str, language: str, confidence: float, translate: bool, reason: str) -> dict:
    return {
        "route": route,
        "language": language,
        "confidence": confidence,
        "needs_translation": translate,
        "reason": reason,
    }
