"""A stack of CloudFormation: what state it is in, what would change, why it failed."""

import sys
import time

import boto3
from botocore.exceptions import ClientError

from account import say
from advice import advice

# What is lost for good, or changes the address callers know, where it is replaced or removed.
PRECIOUS = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::ApiGatewayV2::Api")


def client():
    return boto3.client("cloudformation")


def described(name):
    """The stack, or None where there is none."""
    try:
        return client().describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise


def status(name):
    """Its state; `NONE` where there is no stack."""
    found = described(name)
    return found["StackStatus"] if found else "NONE"


def settled(name):
    """Waits until nothing is under way; the state then."""
    while (now := status(name)).endswith("_IN_PROGRESS") and now != "REVIEW_IN_PROGRESS":
        time.sleep(3)
    return now


def events_since(name, begun):
    """What happened after `begun`, the first first."""
    found = []
    pages = client().get_paginator("describe_stack_events").paginate(StackName=name)
    for page in pages:
        for event in page["StackEvents"]:
            if event["Timestamp"] < begun:
                return found[::-1]
            found.append(event)
    return found[::-1]


def why(name, begun):
    """The first resource that failed since then, its reason and what to do; what failed because of
    it is left out."""
    for event in events_since(name, begun):
        reason = event.get("ResourceStatusReason", "")
        follows = "cancelled" in reason.lower() or event["ResourceType"] == "AWS::CloudFormation::Stack"
        if event["ResourceStatus"].endswith("_FAILED") and not follows:
            return (
                f"first to fail: {event['LogicalResourceId']} ({event['ResourceType']}), "
                f"{event['ResourceStatus'].lower().replace('_', ' ')}\n"
                f"  AWS says: {reason or 'nothing'}\n"
                f"  {advice(reason)}"
            )
    for found in client().describe_events(StackName=name, Filters={"FailedEvents": True})["OperationEvents"]:
        if reason := found.get("ValidationStatusReason"):
            return (
                f"refused before anything was made: {found.get('LogicalResourceId', name)}\n"
                f"  AWS says: {reason}\n  {advice(reason)}"
            )
    return "no resource failed; CloudFormation's events in the console say more"


def ready(name):
    """Brings a stack into a state that can be deployed to; which kind of change that is then."""
    now = status(name)
    if now.endswith("_IN_PROGRESS") and now != "REVIEW_IN_PROGRESS":
        say(f"`{name}` is at {now}, begun by somebody else or cut short; waiting for its end")
        now = settled(name)
    if now in ("NONE", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS"):
        return "CREATE"
    if now in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
        say(f"`{name}` never came up and is at {now}; removing what is left of it")
        begun = described(name)["CreationTime"]
        client().delete_stack(StackName=name)
        if settled(name) not in ("NONE", "DELETE_COMPLETE"):
            sys.exit(f"what is left of `{name}` cannot be removed\n{why(name, begun)}")
        return "CREATE"
    if now == "UPDATE_ROLLBACK_FAILED":
        say(f"`{name}` is between two versions; going on with its rollback")
        begun = described(name).get("LastUpdatedTime")
        client().continue_update_rollback(StackName=name)
        if settled(name) != "UPDATE_ROLLBACK_COMPLETE":
            sys.exit(
                f"the rollback of `{name}` does not end\n{why(name, begun)}\n"
                "mend that and deploy again, or leave the resource out with "
                f"`aws cloudformation continue-update-rollback --stack-name {name} --resources-to-skip NAME`"
            )
    return "UPDATE"


def proposed(name, kind, request):
    """A change set and its changes; None where there is nothing to change."""
    cloud = client()
    label = f"deploy-{int(time.time())}"
    cloud.create_change_set(StackName=name, ChangeSetName=label, ChangeSetType=kind, **request)
    while True:
        found = cloud.describe_change_set(StackName=name, ChangeSetName=label)
        if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
            break
        time.sleep(2)
    if found["Status"] == "FAILED":
        reason = found.get("StatusReason", "")
        cloud.delete_change_set(StackName=name, ChangeSetName=label)
        if "didn't contain changes" in reason or "No updates" in reason:
            return None
        sys.exit(f"AWS refuses the change before it begins\n  AWS says: {reason}\n  {advice(reason)}")
    changes = found["Changes"]
    while "NextToken" in found:
        found = cloud.describe_change_set(StackName=name, ChangeSetName=label, NextToken=found["NextToken"])
        changes += found["Changes"]
    return label, [change["ResourceChange"] for change in changes]


def shown(changes):
    """Says what will change; the names of what would be lost."""
    lost = []
    counts = {}
    for change in changes:
        replaced = change.get("Replacement") == "True"
        action = "Replace" if replaced else change["Action"]
        counts[action] = counts.get(action, 0) + 1
        if action != "Add":
            say(f"  {action.lower():>8} {change['LogicalResourceId']} ({change['ResourceType']})")
        if action in ("Replace", "Remove") and change["ResourceType"] in PRECIOUS:
            lost.append(change["LogicalResourceId"])
    say("change set: " + ", ".join(f"{count} to {action.lower()}" for action, count in counts.items()))
    return lost
