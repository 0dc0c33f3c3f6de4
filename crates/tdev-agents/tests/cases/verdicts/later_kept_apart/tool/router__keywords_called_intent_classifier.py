import logging

INTENTS = {
    "billing": ("invoice", "refund", "charge"),
    "technical": ("error", "crash", "login"),
}

log = logging.getLogger(__name__)


class IntentClassifierAgent:
    def __init__(self, handlers, fallback):
        self.handlers = handlers
        self.fallback = fallback

    def classify(self, message: str) -> str:
        words = message.lower().split()
        scores = {intent: sum(w in words for w in keys) for intent, keys in INTENTS.items()}
        best = max(scores, key=scores.get)
        return best if scores[best] else "unknown"

    def run(self, message: str) -> str:
        intent = self.classify(message)
        agent = self.handlers.get(intent, self.fallback)
        log.info("routing to %s", intent)
        return agent(message)
