from dataclasses import dataclass

import pandas as pd


@dataclass
class Player:
    name: str
    role: str
    goals: int = 0


class Team:
    def __init__(self, name, members, coach=None):
        self.name = name
        self.members = members
        self.coach = coach

    def run(self, fixtures: pd.DataFrame) -> dict:
        own = fixtures[(fixtures.home == self.name) | (fixtures.away == self.name)]
        won = sum(1 for _, row in own.iterrows() if row.winner == self.name)
        return {"team": self.name, "played": len(own), "won": won}


def league_table(path: str) -> list[dict]:
    fixtures = pd.read_csv(path)
    teams = [Team(name, members=[Player(f"{name} {n}", "goalkeeper" if n == 1 else "outfield") for n in range(1, 12)])
             for name in sorted(set(fixtures.home))]
    rows = [team.run(fixtures) for team in teams]
    return sorted(rows, key=lambda row: row["won"], reverse=True)
