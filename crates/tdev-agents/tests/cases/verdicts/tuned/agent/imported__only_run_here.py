from fastapi import FastAPI

from .brain import support_agent

app = FastAPI()


@app.post("/chat")
async def chat(question: str) -> dict:
    result = await support_agent.run(question)
    return {"answer": result.output}
