#!/usr/bin/env bash
# Reads the template and the state machines as AWS and its auditors would, before either does.
#
#   scripts/cloud/lint.sh
#
# cfn-lint and checkov read the template, asl-validator every state machine with its placeholders
# filled. An exception stands in the template beside what it excepts, with its reason.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
tools=$(scripts/cloud/setup.sh lint)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$tools/bin/cfn-lint" infra/template.yaml
resources=$(grep -c '^    Type: AWS::' infra/template.yaml)
bytes=$(wc -c <infra/template.yaml)
# What CloudFormation takes.
if ((resources > 500 || bytes > 1000000)); then
    echo "cloud-gates: $resources resources in $bytes bytes; CloudFormation takes 500 in 1000000" >&2
    exit 1
fi
echo "cfn-lint: clean, $resources resources in $bytes bytes"

"$tools/bin/checkov" --skip-download --framework cloudformation --file infra/template.yaml \
    --compact --output json >"$work/checkov.json" || {
    "$tools/bin/checkov" --skip-download --framework cloudformation --file infra/template.yaml --quiet --compact >&2 || true
    exit 1
}
python3 scripts/cloud/checkov_counts.py "$work/checkov.json"

for machine in statemachines/*.json; do
    sed -E 's/\$\{[A-Za-z]+Arn\}/arn:aws:lambda:us-east-1:123456789012:function:placeholder/g' \
        "$machine" >"$work/$(basename "$machine")"
    (cd "$tools/asl-validator" && node_modules/.bin/asl-validator --json-path "$work/$(basename "$machine")")
done
