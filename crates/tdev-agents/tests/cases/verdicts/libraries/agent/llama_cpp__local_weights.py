from llama_cpp import Llama

llm = Llama(model_path="./weights/tiny.gguf", n_ctx=2048, verbose=False)


def title(text: str) -> str:
    answer = llm.create_chat_completion(messages=[
        {"role": "system", "content": "You give titles of at most six words."},
        {"role": "user", "content": text},
    ])
    return answer["choices"][0]["message"]["content"]
