from crewai import Agent, Crew, Task

researcher = Agent(role="Researcher", goal="Find facts", backstory="Patient")
editor = Agent(role="Editor", goal="Polish", backstory="Strict")
crew = Crew(agents=[researcher, editor], tasks=[Task(description="Report", agent=editor)])


def run(topic: str):
    return {"report": str(crew.kickoff(inputs={"topic": topic}))}
