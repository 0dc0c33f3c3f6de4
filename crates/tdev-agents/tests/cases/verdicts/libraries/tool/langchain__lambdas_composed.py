from langchain_core.documents import Document
from langchain_core.runnables import RunnableLambda, RunnableParallel, RunnablePassthrough
from langchain_core.tools import create_retriever_tool
from langchain_community.retrievers import BM25Retriever

docs = [Document(page_content="Bees fly at 12 degrees."), Document(page_content="Wasps sting.")]
retriever = BM25Retriever.from_documents(docs)
lookup = create_retriever_tool(retriever, "lookup", "Finds what is known about insects.")

clean = RunnableLambda(lambda text: text.strip().lower())
count = RunnableLambda(lambda text: len(text.split()))
chain = clean | RunnableParallel(text=RunnablePassthrough(), words=count)


def run(text: str) -> dict:
    return chain.invoke(text)
