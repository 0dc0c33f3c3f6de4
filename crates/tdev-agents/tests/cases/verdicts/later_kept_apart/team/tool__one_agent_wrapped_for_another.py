from pocketagents import PocketAgent, ToolSpec

librarian = PocketAgent(model="claude-sonnet-4-5", instructions="You find books.")


class AskLibrarian(ToolSpec):
    name = "ask_librarian"
    description = "Ask the librarian for a book."

    def call(self, question: str) -> str:
        return librarian.run_sync(question).output


host = PocketAgent(
    model="claude-sonnet-4-5",
    instructions="You recommend evenings at home: a film, a meal, a book.",
    tools=[AskLibrarian()],
)


def main(mood: str) -> str:
    return host.run_sync(mood).output
