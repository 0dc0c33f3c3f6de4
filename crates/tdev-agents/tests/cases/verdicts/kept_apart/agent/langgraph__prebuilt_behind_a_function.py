import asyncio

from langchain_mcp_adapters.client import MultiServerMCPClient
from langgraph.prebuilt import create_react_agent


async def main(question: str) -> str:
    client = MultiServerMCPClient({"maths": {"command": "python", "args": ["maths.py"], "transport": "stdio"}})
    agent = create_react_agent("anthropic:claude-3-7-sonnet-latest", await client.get_tools())
    answer = await agent.ainvoke({"messages": question})
    return answer["messages"][-1].content


asyncio.run(main("3 times 4"))
