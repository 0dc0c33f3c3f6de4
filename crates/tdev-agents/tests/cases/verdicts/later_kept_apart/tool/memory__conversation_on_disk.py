import sqlite3
import time


class ConversationMemory:
    """What was said in a session, newest last; old turns fall out."""

    def __init__(self, path, agent_name, window=20):
        self.db = sqlite3.connect(path)
        self.agent_name = agent_name
        self.window = window
        self.db.execute("create table if not exists turns (session, role, content, at)")

    def add(self, session, role, content):
        self.db.execute("insert into turns values (?,?,?,?)", (session, role, content, time.time()))
        self.db.commit()

    def messages(self, session):
        rows = self.db.execute(
            "select role, content from turns where session=? order by at desc limit ?", (session, self.window))
        return [{"role": role, "content": content} for role, content in reversed(rows.fetchall())]

    def run(self, session: str, message: str) -> list:
        self.add(session, "user", message)
        return self.messages(session)
