# result: {"csv": [["a", "b"]], "re": "42", "date": "2024-03-01", "b64": "aGk=", "sha": "ba7816bf", "dec": "0.3", "toml": 1, "xml": "t", "stat": 2, "perm": 6, "html": "&lt;b&gt;", "quote": "a%20b", "count": [["a", 2]], "latin": 233, "zip": "x"}
import base64, collections, csv, datetime, decimal, hashlib, html, io, itertools, re, statistics, tomllib, urllib.parse, zipfile
import xml.etree.ElementTree as ET


def run():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("f", "x")
    return {
        "csv": list(csv.reader(["a,b"])),
        "re": re.search(r"\d+", "x42").group(),
        "date": (datetime.date(2024, 2, 29) + datetime.timedelta(days=1)),
        "b64": base64.b64encode(b"hi").decode(),
        "sha": hashlib.sha256(b"abc").hexdigest()[:8],
        "dec": str(decimal.Decimal("0.1") + decimal.Decimal("0.2")),
        "toml": tomllib.loads("a = 1")["a"],
        "xml": ET.fromstring("<r><c>t</c></r>").find("c").text,
        "stat": statistics.median([1, 2, 3]),
        "perm": len(list(itertools.permutations("abc"))),
        "html": html.escape("<b>"),
        "quote": urllib.parse.quote("a b"),
        "count": collections.Counter("aab").most_common(1),
        "latin": "é".encode("latin-1")[0],
        "zip": zipfile.ZipFile(buffer).read("f").decode(),
    }
