import boto3

bedrock = boto3.client("bedrock-runtime", region_name="us-east-1")


def handler(event, context):
    messages = [{"role": "user", "content": [{"text": event["question"]}]}]
    for _ in range(8):
        answer = bedrock.converse(modelId="anthropic.claude-3-sonnet-20240229-v1:0", messages=messages)
        messages.append(answer["output"]["message"])
        if answer["stopReason"] != "tool_use":
            break
    return messages[-1]
