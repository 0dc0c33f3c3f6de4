from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

prompt = ChatPromptTemplate.from_messages([("system", "You shorten texts."), ("human", "{text}")])
chain = prompt | ChatOpenAI(model="gpt-4o-mini") | StrOutputParser()


def run(text: str) -> dict:
    return {"short": chain.invoke({"text": text})}
