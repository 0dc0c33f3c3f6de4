from crewai import Agent, Crew, Task

poet = Agent(role="Poet", goal="Write poems", backstory="You live by the sea.")
poem = Task(description="A poem about {topic}", expected_output="Four lines", agent=poet)
crew = Crew(agents=[poet], tasks=[poem])


def write(topic: str) -> str:
    return crew.kickoff(inputs={"topic": topic}).raw
