from langchain_openai import ChatOpenAI
from langgraph.prebuilt import create_react_agent
from langgraph_supervisor import create_supervisor

model = ChatOpenAI(model="gpt-4o")
math = create_react_agent(model=model, tools=[], name="math_expert", prompt="You do sums.")
news = create_react_agent(model=model, tools=[], name="news_expert", prompt="You read news.")
app = create_supervisor([math, news], model=model, prompt="Send the work to whoever knows.").compile()
