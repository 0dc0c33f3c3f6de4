import random
from collections import defaultdict


class SubjectLineAgent:
    """Chooses a subject line; learns from who opened the letter."""

    def __init__(self, arms, epsilon=0.1):
        self.arms = list(arms)
        self.epsilon = epsilon
        self.pulls = defaultdict(int)
        self.values = defaultdict(float)

    def choose(self) -> str:
        if random.random() < self.epsilon:
            return random.choice(self.arms)
        return max(self.arms, key=lambda arm: self.values[arm])

    def update(self, arm: str, reward: float) -> None:
        self.pulls[arm] += 1
        self.values[arm] += (reward - self.values[arm]) / self.pulls[arm]

    def run(self, send, letters: int) -> dict:
        for _ in range(letters):
            arm = self.choose()
            self.update(arm, send(arm))
        return {"best": max(self.arms, key=lambda arm: self.values[arm])}
