"""What a deployment finds or makes in an account before the stack: the bucket for code, the key.

Every call to a bucket names the account it must belong to, so that a bucket somebody else made
under the name is an error and never takes our code.
"""

import hashlib
import json
import pathlib
import sys

import boto3
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError

ROOT = pathlib.Path(__file__).resolve().parents[2]
INFRA = ROOT / "infra"


def say(text):
    """One line for a person; results go to stdout, this does not."""
    print(text, file=sys.stderr, flush=True)


def caller():
    """The account and region everything happens in, or why there is none."""
    try:
        region = boto3.client("sts").meta.region_name
        found = boto3.client("sts").get_caller_identity()
    except NoRegionError:
        sys.exit("no region is chosen; set AWS_REGION or run `aws configure`")
    except NoCredentialsError:
        sys.exit("no credentials of AWS are found; run `aws configure`, or set AWS_PROFILE")
    except ClientError as error:
        sys.exit(f"AWS does not take the credentials: {error.response['Error']['Message']}")
    partition = found["Arn"].split(":")[1]
    return {"account": found["Account"], "region": region, "partition": partition, "arn": found["Arn"]}


def code_bucket(where):
    """The bucket for code of this account and region, made where it is missing. What keeps it
    private is written every time, so that a bucket half made is made whole."""
    s3 = boto3.client("s3")
    name = f"tdev-code-{where['account']}-{where['region']}"
    owner = {"Bucket": name, "ExpectedBucketOwner": where["account"]}
    try:
        s3.head_bucket(**owner)
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            sys.exit(f"the bucket for code `{name}` is not ours to use: {error.response['Error']['Message']}")
        place = {} if where["region"] == "us-east-1" else {
            "CreateBucketConfiguration": {"LocationConstraint": where["region"]}
        }
        s3.create_bucket(Bucket=name, **place)
        say(f"made the bucket for code `{name}`")
    s3.put_public_access_block(
        **owner,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_encryption(
        **owner,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    arn = f"arn:{where['partition']}:s3:::{name}"
    over_tls = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "OnlyOverTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": [arn, f"{arn}/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
    s3.put_bucket_policy(**owner, Policy=json.dumps(over_tls))
    return name


def upload(folder, template, where):
    """Uploads zips and state machines under a prefix that is a hash of them all, leaving out what is
    there: an upload cut short goes on where it ended. Beside them the template, under a hash of its
    own: another template alone changes no function. Bucket, prefix, template's URL."""
    zips = sorted(folder.glob("*.zip"))
    if not zips:
        sys.exit(f"no zips in `{folder}`; scripts/cloud/build.sh makes them")
    files = {file.name: file for file in zips + sorted((ROOT / "statemachines").glob("*.json"))}
    whole = hashlib.sha256()
    for name, file in files.items():
        whole.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    prefix = whole.hexdigest()[:16]
    s3 = boto3.client("s3")
    bucket = code_bucket(where)
    owner = {"Bucket": bucket, "ExpectedBucketOwner": where["account"]}
    there = set()
    for page in s3.get_paginator("list_objects_v2").paginate(**owner, Prefix=f"{prefix}/"):
        there.update(item["Key"] for item in page.get("Contents", []))
    for name, file in files.items():
        key = f"{prefix}/{name}"
        if key not in there:
            say(f"uploading {name}, {file.stat().st_size // 1024} KB")
            s3.upload_file(str(file), bucket, key, ExtraArgs={"ExpectedBucketOwner": where["account"]})
    written = f"{prefix}/template-{hashlib.sha256(template.encode()).hexdigest()[:16]}.yaml"
    s3.put_object(**owner, Key=written, Body=template.encode())
    # Sent along, a template of this length would be refused.
    return bucket, prefix, f"{s3.meta.endpoint_url}/{bucket}/{written}"


def own_key(stack, tags, where):
    """The ARN of the stack's customer key, made where it is missing. It is no part of the stack:
    what it encrypts outlives that."""
    kms = boto3.client("kms")
    alias = f"alias/{stack}"
    try:
        return kms.describe_key(KeyId=alias)["KeyMetadata"]["Arn"]
    except kms.exceptions.NotFoundException:
        pass
    policy = (INFRA / "key-policy.json").read_text()
    for name, value in {
        "Partition": where["partition"],
        "Account": where["account"],
        "Region": where["region"],
        "Stack": stack,
    }.items():
        policy = policy.replace(f"${{{name}}}", value)
    made = kms.create_key(
        Description=f"What {stack} keeps",
        Policy=policy,
        Tags=[{"TagKey": name, "TagValue": value} for name, value in tags.items()],
    )["KeyMetadata"]
    kms.enable_key_rotation(KeyId=made["KeyId"])
    kms.create_alias(AliasName=alias, TargetKeyId=made["KeyId"])
    say(f"made the key `{alias}`")
    return made["Arn"]
