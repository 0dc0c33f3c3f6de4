import json


def make_assistant(client, model, tools):
    """`tools` maps names to functions; the returned function works a request off."""
    specs = [{"type": "function", "function": {"name": n, "parameters": f.schema}} for n, f in tools.items()]

    def assistant(request: str) -> str:
        messages = [{"role": "user", "content": request}]
        while True:
            reply = client.chat(model=model, messages=messages, tools=specs)
            message = reply["message"]
            messages.append(message)
            calls = message.get("tool_calls")
            if not calls:
                return message["content"]
            for call in calls:
                name = call["function"]["name"]
                result = tools[name](**call["function"]["arguments"])
                messages.append({"role": "tool", "content": json.dumps(result)})

    return assistant
