import numpy as np
from sentence_transformers import SentenceTransformer


class SemanticSearchAgent:
    def __init__(self, passages, model_name="all-MiniLM-L6-v2"):
        self.model = SentenceTransformer(model_name)
        self.passages = passages
        self.vectors = self.model.encode(passages, normalize_embeddings=True)

    def query(self, text: str, k: int = 5) -> list[dict]:
        vector = self.model.encode([text], normalize_embeddings=True)[0]
        scores = self.vectors @ vector
        best = np.argsort(-scores)[:k]
        return [{"text": self.passages[i], "score": float(scores[i])} for i in best]

    def run(self, text: str) -> dict:
        return {"hits": self.query(text)}
