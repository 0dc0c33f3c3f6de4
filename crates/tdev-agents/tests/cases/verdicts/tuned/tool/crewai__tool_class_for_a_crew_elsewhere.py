from typing import Type

import requests
from crewai.tools import BaseTool
from pydantic import BaseModel, Field


class SearchInput(BaseModel):
    query: str = Field(..., description="What the agent wants to know")


class SearchTool(BaseTool):
    name: str = "search"
    description: str = "Searches for an agent of a crew"
    args_schema: Type[BaseModel] = SearchInput

    def _run(self, query: str) -> str:
        return requests.get("https://search.example.com", params={"q": query}).text
