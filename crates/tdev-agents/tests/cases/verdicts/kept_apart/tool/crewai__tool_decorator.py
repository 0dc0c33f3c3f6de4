from crewai.tools import tool

AGENTS = ["researcher", "writer"]


@tool("Read a file")
def read_file(path: str) -> str:
    """Reads a file for a crew of agents."""
    with open(path) as handle:
        return handle.read()
