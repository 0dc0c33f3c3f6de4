from stable_baselines3 import PPO


class HeatingController:
    """Decides the flow temperature from what the policy learnt last winter."""

    def __init__(self, path="policies/heating.zip"):
        self.policy = PPO.load(path)

    def run(self, indoor: float, outdoor: float, hour: int) -> dict:
        action, _ = self.policy.predict([indoor, outdoor, hour], deterministic=True)
        return {"flow_temperature": 30 + 5 * int(action)}
