from tdev import tool


@tool
def nearest(points, x, y, metric="euclid", limit=None):
    """The point nearest to a place.

    Parameters
    ----------
    points : list of dict
        Where to look.
    x, y : float
        The place.
    metric : {'euclid', 'city'}, optional
        How to measure.
    limit : int or None
        Farthest that counts.

    Returns
    -------
    dict
        The point, with
        distance : float
        label : str

    Notes
    -----
    ties : go to the first
    """
    best = min(points, key=lambda p: measure(p, x, y, metric))
    return best
