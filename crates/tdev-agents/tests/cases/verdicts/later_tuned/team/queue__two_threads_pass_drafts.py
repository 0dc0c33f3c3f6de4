import queue
import threading

from google import genai

client = genai.Client()
drafts: queue.Queue = queue.Queue()
notes: queue.Queue = queue.Queue()


class Worker(threading.Thread):
    words = ""

    def __init__(self, inbox, outbox):
        super().__init__(daemon=True)
        self.inbox, self.outbox = inbox, outbox

    def run(self):
        while (text := self.inbox.get()) is not None:
            answer = client.models.generate_content(model="gemini-2.0-flash", contents=f"{self.words}\n{text}")
            self.outbox.put(answer.text)


class Writer(Worker):
    words = "Write a better draft by these notes."


class Critic(Worker):
    words = "Note what is weak in this draft."


def main(topic: str, rounds: int = 3) -> str:
    done: queue.Queue = queue.Queue()
    writer, critic = Writer(notes, drafts), Critic(drafts, done)
    writer.start()
    critic.start()
    notes.put(topic)
    last = topic
    for _ in range(rounds):
        last = done.get()
        notes.put(last)
    return last
