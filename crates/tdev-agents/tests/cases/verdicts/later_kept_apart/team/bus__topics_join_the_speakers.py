from collections import defaultdict

import cohere

co = cohere.ClientV2()


class Bus:
    def __init__(self):
        self.handlers = defaultdict(list)

    def subscribe(self, topic, handler):
        self.handlers[topic].append(handler)

    def publish(self, topic, payload):
        for handler in self.handlers[topic]:
            handler(payload)


class Speaker:
    def __init__(self, bus, hears, says, preamble):
        self.bus, self.says, self.preamble = bus, says, preamble
        bus.subscribe(hears, self.on_message)

    def on_message(self, text):
        answer = co.chat(model="command-r-plus", messages=[
            {"role": "system", "content": self.preamble}, {"role": "user", "content": text}])
        self.bus.publish(self.says, answer.message.content[0].text)


def run(request: str) -> list[str]:
    bus, out = Bus(), []
    Speaker(bus, "request", "outline", "You outline talks.")
    Speaker(bus, "outline", "talk", "You write the talk from the outline.")
    bus.subscribe("talk", out.append)
    bus.publish("request", request)
    return out
