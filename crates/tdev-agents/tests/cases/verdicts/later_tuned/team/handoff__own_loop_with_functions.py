import json

from groq import Groq

client = Groq()


class Desk:
    def __init__(self, name, words, functions):
        self.name, self.words, self.functions = name, words, functions


def to_refunds():
    """Hand the customer over to refunds."""
    return refunds


def to_sales():
    """Hand the customer over to sales."""
    return sales


def issue_refund(order: str) -> str:
    return f"refunded {order}"


front = Desk("front", "Find out what the customer wants.", [to_refunds, to_sales])
refunds = Desk("refunds", "Give refunds.", [issue_refund])
sales = Desk("sales", "Sell.", [to_refunds])


def run(text: str) -> str:
    desk, messages = front, [{"role": "user", "content": text}]
    while True:
        known = {f.__name__: f for f in desk.functions}
        reply = client.chat.completions.create(
            model="llama-3.3-70b-versatile",
            messages=[{"role": "system", "content": desk.words}, *messages],
            tools=[{"type": "function", "function": {"name": n}} for n in known],
        ).choices[0].message
        messages.append(reply)
        if not reply.tool_calls:
            return reply.content
        for call in reply.tool_calls:
            result = known[call.function.name](**json.loads(call.function.arguments))
            if isinstance(result, Desk):
                desk, result = result, f"handed over to {result.name}"
            messages.append({"role": "tool", "tool_call_id": call.id, "content": result})
