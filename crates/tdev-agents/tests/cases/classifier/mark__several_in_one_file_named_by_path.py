from tdev import agent, call_tool, secret, tool


@tool
def fetch_page(url: str) -> dict:
    import requests

    return {"html": requests.get(url).text}


@agent(name="Several In One File Named By Path")
class Chooser:
    def run(self, url: str) -> dict:
        key = secret("PAGE_KEY")
        return {"page": call_tool("FetchPage", url=url, key=key), "ok": True}
