import json

import boto3

client = boto3.client("bedrock-runtime")


def refund(order):
    return {"refunded": order}


def track(order):
    return {"where": "Lyon"}


def handle(text: str, order: str) -> dict:
    body = json.dumps({"anthropic_version": "bedrock-2023-05-31", "max_tokens": 10, "messages": [{"role": "user", "content": "refund or track? " + text}]})
    answer = client.invoke_model(modelId="anthropic.claude-3-haiku-20240307-v1:0", body=body)
    choice = json.loads(answer["body"].read())["content"][0]["text"]
    return refund(order) if "refund" in choice else track(order)
