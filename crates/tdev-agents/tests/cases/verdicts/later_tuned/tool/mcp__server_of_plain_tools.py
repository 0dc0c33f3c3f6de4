import json
from pathlib import Path

from mcp.server.fastmcp import FastMCP

mcp = FastMCP("ledger", instructions="Read and add bookings of the household ledger.")
LEDGER = Path("ledger.json")


@mcp.tool()
def add_booking(amount: float, text: str) -> str:
    """Add a booking."""
    rows = json.loads(LEDGER.read_text()) if LEDGER.exists() else []
    rows.append({"amount": amount, "text": text})
    LEDGER.write_text(json.dumps(rows))
    return f"{len(rows)} bookings"


@mcp.resource("ledger://balance")
def balance() -> str:
    rows = json.loads(LEDGER.read_text())
    return str(sum(row["amount"] for row in rows))


@mcp.prompt()
def monthly_review(month: str) -> str:
    return f"Review the bookings of {month} and say what stands out."


if __name__ == "__main__":
    mcp.run(transport="stdio")
