import numpy as np
from ray.rllib.algorithms.algorithm import Algorithm


class LiftController:
    def __init__(self, checkpoint: str):
        self.algorithm = Algorithm.from_checkpoint(checkpoint)

    def run(self, floors: list[int], waiting: list[int]) -> dict:
        seen = np.array([*floors, *waiting], dtype=np.float32)
        return {"move": int(self.algorithm.compute_single_action(seen, explore=False))}
