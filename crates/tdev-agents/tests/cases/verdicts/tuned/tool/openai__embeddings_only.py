from openai import OpenAI

client = OpenAI()


def embed(texts: list[str]) -> list[list[float]]:
    """Turns texts into vectors for an agent's memory."""
    answer = client.embeddings.create(model="text-embedding-3-small", input=texts)
    return [item.embedding for item in answer.data]
