import boto3


def list_agents(region: str = "us-east-1") -> list[str]:
    """Names of the agents in an account."""
    client = boto3.client("bedrock-agent", region_name=region)
    return [agent["agentName"] for agent in client.list_agents()["agentSummaries"]]
