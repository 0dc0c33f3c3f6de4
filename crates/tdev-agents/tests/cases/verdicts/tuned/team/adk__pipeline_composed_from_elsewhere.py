from google.adk.agents import SequentialAgent

from .sub_agents.analyst import analyst
from .sub_agents.writer import writer

pipeline = SequentialAgent(name="report", sub_agents=[analyst, writer])
