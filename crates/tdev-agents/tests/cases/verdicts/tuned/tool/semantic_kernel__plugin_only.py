from typing import Annotated

from semantic_kernel.functions import kernel_function


class MenuPlugin:
    """A plugin an agent of the restaurant uses."""

    @kernel_function(description="Provides today's specials.")
    def get_specials(self) -> Annotated[str, "The specials"]:
        return "Clam Chowder"

    @kernel_function(description="Provides the price of a dish.")
    def get_price(self, dish: Annotated[str, "The dish"]) -> str:
        return "$9.99"
