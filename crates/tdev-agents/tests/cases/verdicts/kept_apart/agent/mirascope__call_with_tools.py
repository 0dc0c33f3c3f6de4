from mirascope import llm


def format_book(title: str, author: str) -> str:
    """Formats a book."""
    return f"{title} by {author}"


@llm.call(provider="openai", model="gpt-4o-mini", tools=[format_book])
def librarian(query: str, history: list) -> str:
    return f"Recommend a book: {query}"


def run(query: str) -> str:
    history = []
    while True:
        answer = librarian(query, history)
        if tool := answer.tool:
            history += answer.tool_message_params([(tool, tool.call())])
        else:
            return answer.content
