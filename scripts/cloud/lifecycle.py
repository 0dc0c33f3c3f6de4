"""The life of a stack, from the scripts a person runs: up, nothing to change, a change, one that
fails, down, up again with what was kept, gone for good; and an alarm that becomes a message.

  lifecycle.py FOLDER-OF-ZIPS

Runs beside an emulated AWS (AWS_ENDPOINT_URL). Each step is a run of deploy.py, destroy.py or
smoke.py as by `make`, judged by its exit code, what it printed and what AWS then holds.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse

import boto3

HERE = pathlib.Path(__file__).resolve().parent
TEMPLATE = (HERE.parents[1] / "infra" / "template.yaml").read_text()
STACK = "tdev-dev"
zips = sys.argv[1]


def run(script, *given, typed=None, fails=False):
    """Runs a script; what it printed to stdout and stderr."""
    done = subprocess.run(
        [sys.executable, HERE / script, *given], input=typed, capture_output=True, text=True, check=False
    )
    assert (done.returncode != 0) == fails, (script, given, done.returncode, done.stdout, done.stderr)
    return done.stdout, done.stderr


def up(*given, fails=False):
    return run("deploy.py", "up", "dev", zips, "Hosts=127.0.0.1", *given, fails=fails)


def cut_short():
    """A deployment that is killed once it begins to change something."""
    running = subprocess.Popen(
        [sys.executable, HERE / "deploy.py", "up", "dev", zips, "Hosts=127.0.0.1"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )
    for line in running.stderr:
        if line.startswith("change set:"):
            break
    running.kill()
    running.wait()


def status():
    return boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]


def step(text):
    print(f"lifecycle: {text}", flush=True)


def broken(folder):
    """The template with a state machine that is not where it looks."""
    file = pathlib.Path(folder) / "broken.yaml"
    file.write_text(TEMPLATE.replace("${CodePrefix}/workflow.asl.json", "${CodePrefix}/nobody-wrote-this.json"))
    return str(file)


def received(queue):
    """The first message that comes; the longest wait is the loop's."""
    sqs = boto3.client("sqs")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=5).get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return json.loads(message["Body"])
    raise AssertionError(f"nothing came to {queue}")


def listener(topic, name):
    """A queue that hears what is published to a topic."""
    sqs = boto3.client("sqs")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return queue


def a_life(folder):
    clash = broken(folder)
    _, said = up("--template", clash, fails=True)
    assert "did not come up" in said and "first to fail: Workflow" in said and "what helps" in said, said
    step("a stack that cannot come up says which resource, why, and what helps")

    cut_short()
    out, said = up()
    assert status() == "CREATE_COMPLETE", said
    outputs = json.loads(out)
    step("the next deployment clears it away, is killed midway, and once more comes up")

    out, said = up()
    assert "nothing to change" in said and json.loads(out) == outputs, said
    step("once more is no change")

    _, said = up("LogDays=30", "--plan")
    assert "modify ApiLogs" in said, said
    _, said = up("LogDays=30")
    logs = boto3.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{STACK}-api")["logGroups"]
    assert [group["retentionInDays"] for group in logs] == [30], logs
    step("a change is shown, then made")

    _, said = up("LogDays=30", "--template", clash, fails=True)
    assert "did not change: it is as it was before" in said and "first to fail: Workflow" in said, said
    assert status() == "UPDATE_ROLLBACK_COMPLETE"
    step("a change that fails is rolled back, and says why")

    _, said = up("RequestRat=3", fails=True)
    assert "did you mean `RequestRate`?" in said, said
    return outputs


def asked(outputs):
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    url = f"{endpoint}/_aws/execute-api/{outputs['ApiId']}/{urllib.parse.quote('$default', safe='$')}"
    said, _ = run("smoke.py", url, "--artifacts", outputs["Artifacts"])
    print(said, end="")
    assert said.count("    ok  ") == 7, said
    step("the smoke test passes")
    said, _ = run("smoke.py", url.replace(outputs["ApiId"], "elsewhere"), fails=True)
    assert said.count("FAILED") == 6, said
    step("and fails where there is no such API")


def alarmed(outputs):
    alarms, messages = listener(outputs["AlarmsTopic"], "alarms"), listener(outputs["MessagesTopic"], "messages")
    watch = boto3.client("cloudwatch")
    watch.set_alarm_state(AlarmName=f"{STACK}-http-errors", StateValue="ALARM", StateReason="tried out")
    told = json.loads(received(alarms)["Message"])
    assert told["AlarmName"] == f"{STACK}-http-errors" and told["NewStateValue"] == "ALARM", told
    step("an alarm reaches its topic")
    functions = [f["FunctionName"] for f in boto3.client("lambda").list_functions()["Functions"]]
    if f"{STACK}-notifier" in functions:
        told = received(messages)["Message"]
        assert "http-errors" in told and "tried out" in told, told
        step("and the notifier makes a message of it")
    watch.set_alarm_state(AlarmName=f"{STACK}-dead-letters", StateValue="ALARM", StateReason="tried out")
    told = received(messages)["Message"]
    assert f"{STACK}-dead-letters" in told, told
    step("that messages are not delivered is told past the notifier")


def its_end():
    _, said = run("destroy.py", "dev")
    assert f"kept: table `{STACK}-runs`" in said and "kept: artifacts" in said, said
    step("down keeps tables and artifacts, and names them")
    boto3.client("dynamodb").put_item(
        TableName=f"{STACK}-runs", Item={"pk": {"S": "kept"}, "sk": {"S": "run#1"}}
    )
    up()
    found = boto3.client("dynamodb").get_item(
        TableName=f"{STACK}-runs", Key={"pk": {"S": "kept"}, "sk": {"S": "run#1"}}
    )
    assert "Item" in found and status() == "CREATE_COMPLETE", found
    step("up again takes them in, with what is in them")
    _, said = run("destroy.py", "dev", "--purge", typed="dev\n", fails=True)
    assert "nothing is deleted" in said and status() == "CREATE_COMPLETE", said
    run("destroy.py", "dev", "--purge", typed=f"{STACK}\n")
    left = [t for t in boto3.client("dynamodb").list_tables()["TableNames"] if t.startswith(f"{STACK}-")]
    buckets = [b["Name"] for b in boto3.client("s3").list_buckets()["Buckets"] if b["Name"].startswith(STACK)]
    assert not left and not buckets, (left, buckets)
    step("purged, once its name is typed, nothing is left")


def production():
    run("deploy.py", "up", "prod", zips)
    table = boto3.client("dynamodb").describe_table(TableName="tdev-prod-runs")["Table"]
    assert table["DeletionProtectionEnabled"], table
    keys = boto3.client("kms")
    key = keys.describe_key(KeyId="alias/tdev-prod")["KeyMetadata"]
    queue = boto3.client("sqs").get_queue_url(QueueName="tdev-prod-dead-letters")["QueueUrl"]
    held = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
    assert held["KmsMasterKeyId"] == key["Arn"], held
    assert keys.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    account = boto3.client("sts").get_caller_identity()["Account"]
    budget = boto3.client("budgets").describe_budget(AccountId=account, BudgetName="tdev-prod-monthly")["Budget"]
    assert float(budget["BudgetLimit"]["Amount"]) == 500, budget
    _, said = run("destroy.py", "prod", fails=True)
    assert "is protected" in said, said
    step("prod has a key of its own, a budget and protected tables, and does not go by a slip")


with tempfile.TemporaryDirectory() as folder:
    outputs = a_life(folder)
asked(outputs)
alarmed(outputs)
its_end()
production()
