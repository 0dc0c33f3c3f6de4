from haystack import Pipeline
from haystack.components.builders import PromptBuilder
from haystack.components.generators import OpenAIGenerator
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

TEMPLATE = "{% for d in documents %}{{ d.content }}{% endfor %}\nQuestion: {{ question }}"

rag = Pipeline()
rag.add_component("retriever", InMemoryBM25Retriever(document_store=InMemoryDocumentStore()))
rag.add_component("prompt", PromptBuilder(template=TEMPLATE))
rag.add_component("llm", OpenAIGenerator(model="gpt-4o-mini"))
rag.connect("retriever", "prompt.documents")
rag.connect("prompt", "llm")


def ask(question: str) -> str:
    return rag.run({"retriever": {"query": question}, "prompt": {"question": question}})["llm"]["replies"][0]
