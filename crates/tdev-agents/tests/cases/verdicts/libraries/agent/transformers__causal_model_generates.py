import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

NAME = "HuggingFaceTB/SmolLM2-360M-Instruct"


class Companion:
    def __init__(self):
        self.tokenizer = AutoTokenizer.from_pretrained(NAME)
        self.model = AutoModelForCausalLM.from_pretrained(NAME, torch_dtype=torch.bfloat16)

    def run(self, text: str) -> str:
        ids = self.tokenizer.apply_chat_template([{"role": "user", "content": text}], return_tensors="pt")
        out = self.model.generate(ids, max_new_tokens=120, do_sample=True)
        return self.tokenizer.decode(out[0][ids.shape[1]:], skip_special_tokens=True)
