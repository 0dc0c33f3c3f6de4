"""The suite's table: what each case came to in each home.

  table.py HOME=LOG… where a log is what `cargo test` printed
"""

import re
import sys

homes = {}
cases = []
for pair in sys.argv[1:]:
    home, log = pair.split("=", 1)
    found = re.findall(r"^test homes::(?:\w+)::(\w+) \.\.\. .*?(ok|FAILED)$", open(log).read(), re.M | re.S)
    homes[home] = dict(found)
    cases += [case for case, _ in found if case not in cases]
print("| case | " + " | ".join(homes) + " |")
print("|---" * (len(homes) + 1) + "|")
for case in sorted(cases):
    print(f"| {case.replace('_', ' ')} | " + " | ".join(of.get(case, "–") for of in homes.values()) + " |")
