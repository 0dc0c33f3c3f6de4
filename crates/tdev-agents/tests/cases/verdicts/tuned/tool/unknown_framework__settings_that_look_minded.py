from shopkit import Catalogue, Printer

catalogue = Catalogue(model="T-34", tools=["hammer", "saw"], description="What the shop sells")
printer = Printer(model="LaserJet 4", role="office")


def list_all() -> list[str]:
    return [str(item) for item in catalogue.items()]
