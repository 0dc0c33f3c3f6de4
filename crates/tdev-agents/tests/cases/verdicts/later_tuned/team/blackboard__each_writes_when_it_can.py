import litellm


class Source:
    """One expert that reads the blackboard and writes to it."""

    def __init__(self, topic, instructions, model="anthropic/claude-3-5-sonnet-20241022"):
        self.topic = topic
        self.instructions = instructions
        self.model = model

    def contribute(self, board: dict) -> str:
        answer = litellm.completion(model=self.model, messages=[
            {"role": "system", "content": self.instructions},
            {"role": "user", "content": str(board)},
        ])
        return answer.choices[0].message.content


class Blackboard:
    def __init__(self, sources):
        self.sources = sources
        self.board = {}

    def run(self, problem: str, rounds: int = 3) -> dict:
        self.board["problem"] = problem
        for _ in range(rounds):
            for source in self.sources:
                self.board[source.topic] = source.contribute(self.board)
        return self.board


def solve(problem: str) -> dict:
    return Blackboard([
        Source("acoustics", "You know how sound travels."),
        Source("materials", "You know what walls are made of."),
    ]).run(problem)
