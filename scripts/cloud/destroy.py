"""Takes a stack away, and says what of it is kept.

  destroy.py STAGE [--purge]

Tables and artifacts are kept, and the key they are encrypted by; the next deployment takes them in
again. --purge deletes them too, for good, once the stack's name is typed.
"""

import argparse
import datetime
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

import stack
from account import INFRA, caller, say


def destroy(stage, purge):
    name = f"tdev-{stage}"
    where = caller()
    if purge:
        print(f"this deletes every record and artifact of `{name}` in account {where['account']}, "
              f"{where['region']}, for good\ntype its name to go on: ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip() != name:
            sys.exit("that is not its name; nothing is deleted")
    if stack.status(name) not in ("NONE", "DELETE_COMPLETE"):
        deleted(name)
    workflows_forgotten(name)
    say(f"`{name}` is gone")
    kept = leftovers(name, where)
    if not kept:
        say("nothing of it is kept")
    for kind, what in kept:
        if purge:
            PURGE[kind](what, where)
            say(f"deleted {kind} `{what}`")
        else:
            say(f"kept: {kind} `{what}`")
    if kept and not purge:
        say(f"the next deployment takes them in; `make destroy STAGE={stage} PURGE=1` deletes them")
    say(f"left alone: the bucket for code `tdev-code-{where['account']}-{where['region']}`, which stages share, "
        f"and secrets under `{name}/`")


def deleted(name):
    """Deletes the stack and waits for its end."""
    if stack.described(name).get("EnableTerminationProtection"):
        sys.exit(
            f"`{name}` is protected; if it is to go, first "
            f"`aws cloudformation update-termination-protection --stack-name {name} --no-enable-termination-protection`"
        )
    begun = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=1)
    # By id, by which a stack is found after it is gone.
    identity = stack.described(name)["StackId"]
    stack.settled(name)
    stack.client().delete_stack(StackName=name)
    if stack.settled(identity) not in ("DELETE_COMPLETE", "NONE"):
        sys.exit(f"`{name}` is not gone\n{stack.why(identity, begun)}\nmend that and destroy again")


def workflows_forgotten(name):
    """Deletes the state machines that the executor made beside the stack's own: without its roles
    they cannot run."""
    machines = boto3.client("stepfunctions")
    for page in machines.get_paginator("list_state_machines").paginate():
        for machine in page["stateMachines"]:
            if machine["name"].startswith(f"{name}-w-"):
                machines.delete_state_machine(stateMachineArn=machine["stateMachineArn"])


def leftovers(name, where):
    """What a stack of that name left, as kind and name."""
    found = []
    for page in boto3.client("dynamodb").get_paginator("list_tables").paginate():
        found += [("table", table) for table in page["TableNames"] if table.startswith(f"{name}-")]
    bucket = f"{name}-artifacts-{where['account']}-{where['region']}"
    try:
        boto3.client("s3").head_bucket(Bucket=bucket, ExpectedBucketOwner=where["account"])
        found.append(("artifacts", bucket))
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise
    kms = boto3.client("kms")
    try:
        if kms.describe_key(KeyId=f"alias/{name}")["KeyMetadata"]["KeyState"] == "Enabled":
            found.append(("key", f"alias/{name}"))
    except kms.exceptions.NotFoundException:
        pass
    return found


def purge_table(table, _where):
    dynamo = boto3.client("dynamodb")
    if dynamo.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled"):
        sys.exit(
            f"table `{table}` is protected; if it is to go, first "
            f"`aws dynamodb update-table --table-name {table} --no-deletion-protection-enabled`"
        )
    dynamo.delete_table(TableName=table)
    dynamo.get_waiter("table_not_exists").wait(TableName=table)


def purge_artifacts(bucket, where):
    whole = boto3.resource("s3").Bucket(bucket)
    whole.object_versions.delete(ExpectedBucketOwner=where["account"])
    whole.delete(ExpectedBucketOwner=where["account"])


def purge_key(alias, _where):
    kms = boto3.client("kms")
    key = kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"]
    # The longest AWS takes, in which it can be brought back.
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=30)
    kms.delete_alias(AliasName=alias)


PURGE = {"table": purge_table, "artifacts": purge_artifacts, "key": purge_key}


def main():
    parser = argparse.ArgumentParser(prog="destroy", usage=__doc__)
    parser.add_argument("stage", choices=sorted(file.stem for file in (INFRA / "parameters").glob("*.json")))
    parser.add_argument("--purge", action="store_true")
    asked = parser.parse_args()
    try:
        destroy(asked.stage, asked.purge)
    except (BotoCoreError, ClientError) as error:
        sys.exit(f"AWS says: {error}")


if __name__ == "__main__":
    main()
