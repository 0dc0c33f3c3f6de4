from tdev import tool


@tool
def forecast(city, days=3, unit: str = "C", hours=None):
    """The weather to come.

    Reads it from what was fetched: nothing is fetched here.

    Args:
        city (str): The place, as
            people say it.
        days (int, optional): How many days.
        unit: Either C or F.
        hours (list of int): Which hours; all where none are given.

    Returns:
        dict: What to expect, with
            temperatures (list[float]): One for each day.
            rain (bool): Whether it will rain.

    Raises:
        ValueError: where the place is unknown
    """
    return read(city, days, unit, hours)
