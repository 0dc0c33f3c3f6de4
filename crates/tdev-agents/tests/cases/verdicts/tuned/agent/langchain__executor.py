from langchain import hub
from langchain.agents import AgentExecutor, create_tool_calling_agent
from langchain_openai import ChatOpenAI


def build(tools):
    llm = ChatOpenAI(model="gpt-4o")
    agent = create_tool_calling_agent(llm, tools, hub.pull("hwchase17/openai-functions-agent"))
    return AgentExecutor(agent=agent, tools=tools)
