from vllm import LLM, SamplingParams

PARAMS = SamplingParams(temperature=0.0, max_tokens=8)


def label(texts: list[str]) -> list[str]:
    llm = LLM(model="mistralai/Mistral-7B-Instruct-v0.3")
    prompts = [f"Spam or ham?\n{text}\nAnswer:" for text in texts]
    return [out.outputs[0].text.strip() for out in llm.generate(prompts, PARAMS)]
