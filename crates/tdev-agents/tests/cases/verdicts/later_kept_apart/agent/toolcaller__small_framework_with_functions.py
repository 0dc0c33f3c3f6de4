from tinyloop import LoopRunner, offer
from tinyloop.models import HfApi


@offer
def stock(article: str) -> int:
    """How many are on the shelf."""
    return {"bolt": 4}.get(article, 0)


@offer
def order(article: str, count: int) -> str:
    """Orders more."""
    return f"ordered {count} {article}"


runner = LoopRunner(functions=[stock, order], model=HfApi("meta-llama/Llama-3.3-70B-Instruct"), max_steps=6)


def main(wish: str) -> str:
    return runner.run(wish)
