import asyncio

from semantic_kernel import Kernel
from semantic_kernel.functions import kernel_function


class MathPlugin:
    @kernel_function(name="add")
    def add(self, a: float, b: float) -> float:
        return a + b


async def main() -> None:
    kernel = Kernel()
    plugin = kernel.add_plugin(MathPlugin(), "math")
    result = await kernel.invoke(plugin["add"], a=1.5, b=2.5)
    print(result)


if __name__ == "__main__":
    asyncio.run(main())
