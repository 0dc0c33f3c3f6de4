# code: ComponentFailed
# message: OperationalError
import sqlite3


def run():
    return sqlite3.connect("/tmp/x.db").execute("create table t (k)").fetchall()
