# result: ["2024-05-06T07:08:00", "2024-05-06T05:08:00+00:00"]
from datetime import datetime, timedelta, timezone


def run():
    at = datetime.strptime("2024-05-06 07:08", "%Y-%m-%d %H:%M")
    return [at, at.replace(tzinfo=timezone(timedelta(hours=2))).astimezone(timezone.utc)]
