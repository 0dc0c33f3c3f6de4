import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["AGENT_TABLE"])


def remember(agent_id: str, text: str) -> dict:
    """Stores what an agent said."""
    table.put_item(Item={"id": agent_id, "text": text})
    return {"stored": True}
