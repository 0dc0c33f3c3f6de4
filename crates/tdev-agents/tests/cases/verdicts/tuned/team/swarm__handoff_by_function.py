from swarm import Agent, Swarm

client = Swarm()


def to_sales():
    return sales


triage = Agent(name="Triage", instructions="Find out what the user needs.", functions=[to_sales])
sales = Agent(name="Sales", instructions="Sell.")
response = client.run(agent=triage, messages=[{"role": "user", "content": "I want bees"}])
