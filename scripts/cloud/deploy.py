"""Puts a stack in place from a folder of zips, or takes it away.

  deploy.py up STAGE FOLDER [NAME=VALUE…]   create or update; prints the outputs as JSON
  deploy.py down STAGE                      delete; tables and artifacts that are kept are named

Where AWS is comes from the environment, as for every tool of AWS (AWS_ENDPOINT_URL included).
"""

import hashlib
import json
import pathlib
import sys

import boto3
from botocore.exceptions import ClientError

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "infra" / "template.yaml"


def code_bucket(s3):
    """The bucket for code of this account and region, made where it is missing."""
    account = boto3.client("sts").get_caller_identity()["Account"]
    region = s3.meta.region_name
    name = f"tdev-code-{account}-{region}"
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=name, **where)
        s3.put_public_access_block(
            Bucket=name,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
        )
    return name


def upload(folder):
    """Uploads zips, state machines and template under a prefix that is a hash of them all."""
    files = sorted(folder.glob("*.zip")) + sorted((ROOT / "statemachines").glob("*.json")) + [TEMPLATE]
    if not any(file.suffix == ".zip" for file in files):
        sys.exit(f"deploy: no zips in `{folder}`")
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    prefix = whole.hexdigest()[:16]
    s3 = boto3.client("s3")
    bucket = code_bucket(s3)
    for file in files:
        s3.upload_file(str(file), bucket, f"{prefix}/{file.name}")
    # Sent along, a template of this length would be refused.
    return bucket, prefix, f"{s3.meta.endpoint_url}/{bucket}/{prefix}/{TEMPLATE.name}"


def failures(cloud, stack):
    """What went wrong, the first first."""
    events = cloud.describe_stack_events(StackName=stack)["StackEvents"]
    for event in reversed(events):
        if event["ResourceStatus"].endswith("FAILED"):
            yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"


def up(stage, folder, given):
    stack = f"tdev-{stage}"
    cloud = boto3.client("cloudformation")
    bucket, prefix, template = upload(pathlib.Path(folder))
    values = {"Stage": stage, "CodeBucket": bucket, "CodePrefix": prefix}
    values.update(pair.split("=", 1) for pair in given)
    request = {
        "StackName": stack,
        "TemplateURL": template,
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    try:
        cloud.describe_stacks(StackName=stack)
        there = True
    except ClientError:
        there = False
    try:
        if there:
            cloud.update_stack(**request)
            waiter = "stack_update_complete"
        else:
            cloud.create_stack(**request)
            waiter = "stack_create_complete"
        cloud.get_waiter(waiter).wait(StackName=stack, WaiterConfig={"Delay": 3, "MaxAttempts": 400})
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            sys.exit(f"deploy: {error.response['Error']['Message']}")
    except Exception:
        sys.exit("deploy: the stack did not come up\n" + "\n".join(failures(cloud, stack)))
    found = cloud.describe_stacks(StackName=stack)["Stacks"][0]
    print(json.dumps({o["OutputKey"]: o["OutputValue"] for o in found.get("Outputs", [])}))


def down(stage):
    stack = f"tdev-{stage}"
    cloud = boto3.client("cloudformation")
    cloud.delete_stack(StackName=stack)
    cloud.get_waiter("stack_delete_complete").wait(StackName=stack)
    print(f"`{stack}` is gone; its tables and its bucket of artifacts are kept: delete them by hand")


match sys.argv[1:]:
    case ["up", stage, folder, *given]:
        up(stage, folder, given)
    case ["down", stage]:
        down(stage)
    case _:
        sys.exit(__doc__)
