import cohere
import ollama

co = cohere.ClientV2()


class Reranker:
    def __init__(self, model: str = "rerank-v3.5"):
        self.model = model

    def run(self, query: str, documents: list[str]) -> list[str]:
        answer = co.rerank(model=self.model, query=query, documents=documents, top_n=3)
        return [documents[r.index] for r in answer.results]


def vectors(texts: list[str]) -> list[list[float]]:
    return ollama.embed(model="nomic-embed-text", input=texts)["embeddings"]
