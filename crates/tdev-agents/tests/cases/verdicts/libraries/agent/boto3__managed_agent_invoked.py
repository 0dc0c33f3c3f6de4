import uuid

import boto3

runtime = boto3.client("bedrock-agent-runtime", region_name="us-east-1")


def handler(event, context):
    """Hands the question to the managed agent and puts its chunks together."""
    answer = runtime.invoke_agent(
        agentId="AGENT123", agentAliasId="LIVE", sessionId=str(uuid.uuid4()), inputText=event["question"])
    text = "".join(part["chunk"]["bytes"].decode() for part in answer["completion"] if "chunk" in part)
    return {"statusCode": 200, "body": text}
