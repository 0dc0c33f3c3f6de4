from acme_minds import PlannerAgent

planner = PlannerAgent(model="local", instructions="Plan the week", tools=[])


def plan(goals: list[str]) -> str:
    return planner.run(", ".join(goals))
