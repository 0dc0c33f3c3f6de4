import json
from statistics import mean


def _turns(transcript):
    return [event for event in transcript["events"] if event["type"] == "agent_message"]


def score(path: str) -> dict:
    """Success, turns and cost of recorded agent runs."""
    runs = [json.loads(line) for line in open(path)]
    by_agent: dict[str, list] = {}
    for run in runs:
        by_agent.setdefault(run["agent"], []).append(run)
    return {
        agent: {
            "model": own[0]["model"],
            "success": mean(r["outcome"] == "success" for r in own),
            "turns": mean(len(_turns(r)) for r in own),
            "usd": sum(r["usage"]["cost"] for r in own),
        }
        for agent, own in by_agent.items()
    }


def main(path: str, gate: float = 0.8) -> int:
    report = score(path)
    print(json.dumps(report, indent=2))
    return 0 if all(row["success"] >= gate for row in report.values()) else 3
