from hivelib import Worker, Queen
from hivelib.models import Model

brain = Model("gpt-4o")
workers = [Worker(model=brain, prompt=f"You are worker {i}", tools=[]) for i in range(3)]
queen = Queen(model=brain, prompt="You share out the work.", staff=workers)
queen.launch("Clean the house")
