class RouterTool:
    """Sends a text down one of many paths."""

    def run(self, input):
        text = input["text"]
        if "urgent" in text:
            return {"queue": "now", "weight": 1}
        elif input.get("vip"):
            return {"queue": "vip"}
        else:
            return {"queue": "later", "weight": 3}
