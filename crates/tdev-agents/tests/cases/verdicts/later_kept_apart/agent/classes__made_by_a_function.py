import boto3


def bedrock_agent(name: str, model_id: str, system: str):
    """A class per model, so that the registry can hold them by type."""

    class Made:
        def __init__(self):
            self.runtime = boto3.client("bedrock-runtime")

        def run(self, text: str) -> str:
            answer = self.runtime.converse(
                modelId=model_id,
                system=[{"text": system}],
                messages=[{"role": "user", "content": [{"text": text}]}],
            )
            return answer["output"]["message"]["content"][0]["text"]

    Made.__name__ = name
    return Made


Polisher = bedrock_agent("Polisher", "amazon.nova-lite-v1:0", "Make the text kinder.")
