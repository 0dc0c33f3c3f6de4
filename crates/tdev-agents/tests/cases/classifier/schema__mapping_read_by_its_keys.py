def run(event: dict) -> dict:
    user = event["user"]
    if "lang" in event:
        user = user + event["lang"]
    return dict(greeting="Hi " + user, seconds=event.get("seconds", 1))
