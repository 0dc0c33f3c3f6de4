import gymnasium as gym
import torch
from torch import nn
from torch.distributions import Categorical


class Policy(nn.Module):
    def __init__(self, observations, actions):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(observations, 64), nn.Tanh(), nn.Linear(64, actions))

    def forward(self, observation):
        return Categorical(logits=self.layers(observation))


def play(checkpoint: str, episodes: int = 10) -> float:
    env = gym.make("CartPole-v1")
    policy = Policy(env.observation_space.shape[0], env.action_space.n)
    policy.load_state_dict(torch.load(checkpoint))
    total = 0.0
    for _ in range(episodes):
        observation, _ = env.reset()
        done = False
        while not done:
            action = policy(torch.as_tensor(observation)).sample().item()
            observation, reward, terminated, truncated, _ = env.step(action)
            total += reward
            done = terminated or truncated
    return total / episodes
