from semantic_kernel.agents import AgentGroupChat, ChatCompletionAgent
from semantic_kernel.connectors.ai.open_ai import AzureChatCompletion

writer = ChatCompletionAgent(service=AzureChatCompletion(), name="Writer", instructions="You write slogans.")
reviewer = ChatCompletionAgent(service=AzureChatCompletion(), name="Reviewer", instructions="You approve slogans.")
chat = AgentGroupChat(agents=[writer, reviewer])
