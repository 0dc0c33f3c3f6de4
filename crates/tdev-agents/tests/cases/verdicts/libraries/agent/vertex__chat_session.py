import vertexai
from vertexai.generative_models import GenerativeModel, Tool, FunctionDeclaration

vertexai.init(project="lab", location="europe-west1")

weather = FunctionDeclaration(name="weather", description="Weather of a place",
                              parameters={"type": "object", "properties": {"place": {"type": "string"}}})
model = GenerativeModel("gemini-1.5-pro", tools=[Tool(function_declarations=[weather])])


def talk(lines: list[str]) -> list[str]:
    chat = model.start_chat()
    return [chat.send_message(line).text for line in lines]
