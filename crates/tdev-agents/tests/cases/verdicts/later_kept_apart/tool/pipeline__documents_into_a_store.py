from readers import DirectoryReader
from splitters import RecursiveSplitter
from stores import ChromaStore
from vectorizers import OpenAIEmbedder


def ingest(folder: str, collection: str) -> int:
    documents = DirectoryReader(folder, glob="**/*.md").load()
    chunks = RecursiveSplitter(chunk_size=800, overlap=100).split(documents)
    store = ChromaStore(collection=collection, embedder=OpenAIEmbedder(model="text-embedding-3-small"))
    store.add(chunks)
    return len(chunks)


class Retriever:
    def __init__(self, collection):
        self.store = ChromaStore(collection=collection, embedder=OpenAIEmbedder(model="text-embedding-3-small"))

    def run(self, question: str, k: int = 4) -> list[str]:
        return [hit.text for hit in self.store.query(question, k=k)]
