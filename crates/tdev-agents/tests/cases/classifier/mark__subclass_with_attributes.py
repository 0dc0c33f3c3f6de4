from tdev import Team, call_agent


class DigestTeam(Team):
    """Reads the news and writes a digest."""

    members = ["NewsReaderAgent", "WriterAgent"]
    output = {"digest": "string"}

    def run(self, topic: str, limit: int | None = None):
        news = call_agent("NewsReaderAgent", topic=topic)
        return call_agent("WriterAgent", items=news["items"])
