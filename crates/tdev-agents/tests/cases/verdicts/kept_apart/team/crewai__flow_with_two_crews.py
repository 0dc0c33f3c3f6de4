from crewai import Agent, Crew, Task
from crewai.flow.flow import Flow, listen, start


class Book(Flow):
    @start()
    def outline(self):
        outliner = Agent(role="Outliner", goal="Outline", backstory="Terse")
        task = Task(description="Outline a book", expected_output="Chapters", agent=outliner)
        return Crew(agents=[outliner], tasks=[task]).kickoff()

    @listen(outline)
    def write(self, chapters):
        writer = Agent(role="Writer", goal="Write", backstory="Verbose")
        task = Task(description=f"Write {chapters}", expected_output="A book", agent=writer)
        return Crew(agents=[writer], tasks=[task]).kickoff()
