from datetime import timedelta

from prefect import flow, task
from prefect.tasks import task_input_hash


@task(retries=3, cache_key_fn=task_input_hash, cache_expiration=timedelta(hours=1))
def extract(url: str) -> list[dict]:
    import httpx
    return httpx.get(url).json()


@task
def load(rows: list[dict]) -> int:
    return len([r for r in rows if r.get("active")])


@flow(name="ingest-agent", description="Agent that ingests the daily export")
def ingest_agent(url: str = "https://data.example/export.json") -> int:
    return load(extract(url))
