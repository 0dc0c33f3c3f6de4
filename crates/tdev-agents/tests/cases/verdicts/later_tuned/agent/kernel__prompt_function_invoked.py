import asyncio

from thoughtkit import Kernel
from thoughtkit.connectors.azure import AzureChatCompletion
from thoughtkit.functions import KernelArguments, kernel_function


class Calendar:
    @kernel_function(description="Free slots of a day.")
    def free(self, day: str) -> str:
        return "10:00, 14:30"


async def book(wish: str) -> str:
    kernel = Kernel()
    kernel.add_service(AzureChatCompletion(deployment_name="gpt-4o"))
    kernel.add_plugin(Calendar(), plugin_name="calendar")
    answer = await kernel.invoke_prompt(
        "Find a slot for: {{$wish}}", arguments=KernelArguments(wish=wish),
    )
    return str(answer)


if __name__ == "__main__":
    print(asyncio.run(book("lunch on Friday")))
