import numpy as np


class QLearner:
    def __init__(self, states, actions, alpha=0.1, gamma=0.95, epsilon=0.05, seed=0):
        self.q = np.zeros((states, actions))
        self.alpha, self.gamma, self.epsilon = alpha, gamma, epsilon
        self.random = np.random.default_rng(seed)

    def act(self, state: int) -> int:
        if self.random.random() < self.epsilon:
            return int(self.random.integers(self.q.shape[1]))
        return int(np.argmax(self.q[state]))

    def learn(self, state, action, reward, following):
        target = reward + self.gamma * self.q[following].max()
        self.q[state, action] += self.alpha * (target - self.q[state, action])


def run(world, episodes: int) -> float:
    learner = QLearner(world.states, world.actions)
    total = 0.0
    for _ in range(episodes):
        state, done = world.reset(), False
        while not done:
            action = learner.act(state)
            following, reward, done = world.step(action)
            learner.learn(state, action, reward, following)
            state, total = following, total + reward
    return total / episodes
