"""Says what checkov found: how much passed, and every exception with its reason.

  checkov_counts.py REPORT.json
"""

import collections
import json
import sys

with open(sys.argv[1]) as file:
    report = json.load(file)
summary = report["summary"]
print(f"checkov: {summary['passed']} passed, {summary['failed']} failed, {summary['skipped']} excepted")
reasons = collections.Counter(
    (check["check_id"], check["check_result"]["suppress_comment"])
    for check in report["results"]["skipped_checks"]
)
for (check, reason), count in sorted(reasons.items()):
    print(f"  {count:>3} {check}: {reason}")
    # An exception without a reason is a finding.
    if not reason.strip():
        sys.exit(f"checkov: {check} is excepted without a reason")
