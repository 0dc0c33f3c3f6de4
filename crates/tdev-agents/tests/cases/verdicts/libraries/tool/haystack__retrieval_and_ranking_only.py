from haystack import Pipeline
from haystack.components.embedders import SentenceTransformersTextEmbedder
from haystack.components.rankers import TransformersSimilarityRanker
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore

store = InMemoryDocumentStore()
pipeline = Pipeline()
pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model="BAAI/bge-small-en-v1.5"))
pipeline.add_component("retriever", InMemoryEmbeddingRetriever(document_store=store))
pipeline.add_component("ranker", TransformersSimilarityRanker(model="BAAI/bge-reranker-base"))
pipeline.connect("embedder.embedding", "retriever.query_embedding")
pipeline.connect("retriever", "ranker")


def search(query: str) -> list:
    return pipeline.run({"embedder": {"text": query}, "ranker": {"query": query}})["ranker"]["documents"]
