import os

from litellm import Router


def model_list() -> list[dict]:
    return [
        {"model_name": "fast", "litellm_params": {"model": "groq/llama-3.1-8b-instant", "api_key": os.environ["GROQ_API_KEY"]}},
        {"model_name": "good", "litellm_params": {"model": "anthropic/claude-sonnet-4-20250514"}},
    ]


def build_router(redis_url: str | None = None) -> Router:
    """A router with fallbacks, for whoever asks."""
    return Router(model_list=model_list(), fallbacks=[{"good": ["fast"]}], redis_url=redis_url, num_retries=2)
