from expedition import Job, Mission, Specialist

scout = Specialist(
    title="Scout", backstory="Ten years of market research.", mandate="Find what rivals charge.", llm="gpt-4o",
)
analyst = Specialist(
    title="Analyst", backstory="You love tables.", mandate="Compare and conclude.", llm="gpt-4o",
)

gather = Job("Collect prices for {product}", done_by=scout)
compare = Job("Recommend a price", done_by=analyst, after=[gather])

mission = Mission(specialists=[scout, analyst], jobs=[gather, compare])


def run(product: str) -> str:
    return mission.launch(product=product).text
