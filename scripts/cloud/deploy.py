"""Puts a stack in place from a folder of zips, or takes it away.

  deploy.py up STAGE FOLDER [--plan] [--yes] [--template FILE] [NAME=VALUE…]
  deploy.py down STAGE

`up` creates or updates by infra/parameters/STAGE.json, NAME=VALUE before that, and prints the
outputs as JSON. What will change is shown first; --plan ends there. A change that would replace or
remove tables, artifacts or the API's address needs --yes. Cut short, it is run again and goes on.
`down` deletes and keeps tables and artifacts, as destroy.py does.

Where AWS is comes from the environment, as for every tool of AWS (AWS_ENDPOINT_URL included).
"""

import argparse
import datetime
import difflib
import json
import pathlib
import re
import sys

from botocore.exceptions import BotoCoreError, ClientError

import stack
from account import INFRA, caller, own_key, say, upload
from destroy import destroy, leftovers

STAGES = sorted(file.stem for file in (INFRA / "parameters").glob("*.json"))


def parameters(template, given, profile, fixed):
    """The values for the template: those given, else the stage's, else its own."""
    known = [
        line.strip(" :\n")
        for line in template.split("\nParameters:\n")[1].split("\n\n")[0].split("\n")
        if line.startswith("  ") and not line.startswith("   ")
    ]
    values = {**profile["parameters"]}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            sys.exit(f"`{pair}` is no NAME=VALUE")
        values[name] = value
    for name in values:
        if name not in known or name in fixed:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"; did you mean `{near[0]}`?" if near and name not in fixed else ""
            sys.exit(f"`{name}` is no parameter to give{hint}")
    values.update(fixed)
    return [{"ParameterKey": name, "ParameterValue": str(value)} for name, value in values.items()]


def written_out(template, kept, name, where):
    """The template with the names of what is kept as they come out: CloudFormation takes in only
    what it finds by a name without placeholders."""
    stands_for = {"StackName": name, "AccountId": where["account"], "Region": where["region"]}

    def plain(found):
        text = re.sub(r"\$\{AWS::(\w+)\}", lambda part: stands_for[part[1]], found[2])
        return f"{found[1]}: {text}" if text in kept else found[0]

    return re.sub(r'(TableName|BucketName): !Sub "([^"]*)"', plain, template)


def up(asked):
    name = f"tdev-{asked.stage}"
    profile = json.loads((INFRA / "parameters" / f"{asked.stage}.json").read_text())
    where = caller()
    say(f"deploying `{name}` to account {where['account']}, {where['region']}, as {where['arn']}")
    kind = stack.ready(name)
    template = pathlib.Path(asked.template).read_text()
    # Tables and artifacts an earlier stack left are taken in.
    kept = {what for _, what in leftovers(name, where)} if kind == "CREATE" else set()
    if kept:
        template = written_out(template, kept, name, where)
    bucket, prefix, url = upload(pathlib.Path(asked.folder), template, where)
    fixed = {"Stage": asked.stage, "CodeBucket": bucket, "CodePrefix": prefix}
    if profile["own_key"] and not any(pair.startswith("KeyArn=") for pair in asked.given):
        fixed["KeyArn"] = own_key(name, profile["tags"], where)
    request = {
        "TemplateURL": url,
        "Parameters": parameters(template, asked.given, profile, fixed),
        "Capabilities": ["CAPABILITY_IAM"],
        "Tags": [{"Key": key, "Value": value} for key, value in profile["tags"].items()],
    }
    if kept:
        request["ImportExistingResources"] = True
    change = stack.proposed(name, kind, request)
    if change is None:
        say("nothing to change")
    else:
        label, changes = change
        lost = stack.shown(changes)
        if asked.plan:
            stack.client().delete_change_set(StackName=name, ChangeSetName=label)
            return
        if lost and not asked.yes:
            stack.client().delete_change_set(StackName=name, ChangeSetName=label)
            sys.exit(f"this would replace or remove {', '.join(lost)} and what is in them; --yes (YES=1) does it")
        performed(name, kind, label)
    guarded(name, profile)
    found = stack.described(name)
    print(json.dumps({o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}))


def performed(name, kind, label):
    """Executes a change set and waits for its end."""
    begun = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=1)
    stack.client().execute_change_set(StackName=name, ChangeSetName=label)
    try:
        end = stack.settled(name)
    except KeyboardInterrupt:
        sys.exit(f"AWS goes on with `{name}` by itself; deploy again to hear how it ends")
    if end in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
        say(f"`{name}` is at {end}")
        return
    after = {
        "ROLLBACK_COMPLETE": "what it had made is gone again; the next deployment starts over",
        "UPDATE_ROLLBACK_COMPLETE": "it is as it was before, and works as before",
    }
    verb = "come up" if kind == "CREATE" else "change"
    sys.exit(
        f"`{name}` did not {verb}: {after.get(end, 'it is neither as it was nor as it should be; deploy again')} "
        f"({end})\n{stack.why(name, begun)}"
    )


def guarded(name, profile):
    """Keeps a stage that says so from being deleted or emptied by a slip."""
    if profile["protected"]:
        cloud = stack.client()
        cloud.update_termination_protection(StackName=name, EnableTerminationProtection=True)
        cloud.set_stack_policy(StackName=name, StackPolicyBody=(INFRA / "stack-policy.json").read_text())


def main():
    parser = argparse.ArgumentParser(prog="deploy", usage=__doc__, add_help=False)
    commands = parser.add_subparsers(dest="command", required=True)
    upward = commands.add_parser("up", usage=__doc__)
    upward.add_argument("stage", choices=STAGES)
    upward.add_argument("folder")
    upward.add_argument("given", nargs="*")
    upward.add_argument("--plan", action="store_true")
    upward.add_argument("--yes", action="store_true")
    upward.add_argument("--template", default=str(INFRA / "template.yaml"))
    downward = commands.add_parser("down", usage=__doc__)
    downward.add_argument("stage", choices=STAGES)
    asked = parser.parse_args()
    try:
        up(asked) if asked.command == "up" else destroy(asked.stage, purge=False)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS says: {error}")


if __name__ == "__main__":
    main()
