from datetime import timedelta

from ortools.sat.python import cp_model


class Crew:
    def __init__(self, captain, members, role="cabin"):
        self.captain = captain
        self.members = members
        self.role = role


class Task:
    def __init__(self, description, agents_needed, hours):
        self.description = description
        self.agents_needed = agents_needed
        self.hours = timedelta(hours=hours)


class RosterPlanner:
    def run(self, crews: list[Crew], tasks: list[Task]) -> dict:
        model = cp_model.CpModel()
        takes = {(i, j): model.new_bool_var(f"c{i}t{j}") for i in range(len(crews)) for j in range(len(tasks))}
        for j in range(len(tasks)):
            model.add_exactly_one(takes[i, j] for i in range(len(crews)))
        model.minimize(sum(takes[i, j] * len(crews[i].members) for i, j in takes))
        solver = cp_model.CpSolver()
        solver.solve(model)
        return {tasks[j].description: crews[i].captain for (i, j), v in takes.items() if solver.value(v)}
