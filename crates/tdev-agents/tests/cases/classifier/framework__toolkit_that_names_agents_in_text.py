"""Tools for an agent. Example:

    agent = Agent(tools=[WeatherTools()])
    team = Team(members=[agent])
"""

import httpx
from agno.tools import Toolkit


class WeatherTools(Toolkit):
    def __init__(self):
        super().__init__(name="weather", tools=[self.forecast])

    def forecast(self, city: str) -> str:
        return httpx.get("https://api.weather.dev/v1", params={"q": city}).text
