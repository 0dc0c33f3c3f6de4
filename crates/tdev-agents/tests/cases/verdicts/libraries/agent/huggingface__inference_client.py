from huggingface_hub import InferenceClient

client = InferenceClient("meta-llama/Meta-Llama-3-8B-Instruct")


def rate(essay: str) -> int:
    out = client.chat_completion(
        messages=[{"role": "user", "content": f"Rate this essay from 1 to 5. Digits only.\n{essay}"}], max_tokens=4)
    return int(out.choices[0].message.content.strip()[0])
