import os
import smtplib
import sqlite3
from pathlib import Path

import requests
from tdev import agent, secret

API = "https://api.github.com/repos"
TOKEN = "GITHUB_TOKEN"


@agent(permissions=["fs.read:reports/"])
class ReportAgent:
    """Mails the open issues."""

    def run(self, repo: str, to: str) -> dict:
        token = secret(TOKEN)
        host = os.environ["SMTP_HOST"]
        issues = requests.get(API, headers={"Authorization": token}).json()
        rows = sqlite3.connect("people.db").execute("select 1").fetchall()
        with open("template.txt") as template:
            text = template.read()
        Path("out.txt").write_text(text)
        smtplib.SMTP(host).sendmail("a@b.c", to, text)
        return {"issues": len(issues), "rows": len(rows), "sent": True}
