import asyncio

from metagpt.actions import Action
from metagpt.roles import Role
from metagpt.team import Team


class WriteCode(Action):
    async def run(self, idea: str):
        return await self._aask(f"Write code for {idea}")


class WriteTest(Action):
    async def run(self, code: str):
        return await self._aask(f"Write tests for {code}")


class Coder(Role):
    name: str = "Alice"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.set_actions([WriteCode])


class Tester(Role):
    name: str = "Bob"

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.set_actions([WriteTest])
        self._watch([WriteCode])


async def main(idea: str):
    team = Team()
    team.hire([Coder(), Tester()])
    team.invest(3.0)
    team.run_project(idea)
    await team.run(n_round=5)


asyncio.run(main("a snake game"))
