# result: [["a", 3]]
import sqlite3


def run():
    db = sqlite3.connect(":memory:")
    db.execute("create table t (k text, v int)")
    db.executemany("insert into t values (?, ?)", [("a", 1), ("a", 2)])
    return db.execute("select k, sum(v) from t group by k").fetchall()
