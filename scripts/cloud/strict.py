"""Gives a stack deployed in one emulator the Step Functions of another, which reads state machines
more strictly: its state machines are made there just as they stand, and the API starts them there.

  strict.py STAGE ENDPOINT
"""

import json
import sys
import urllib.request

import boto3

stage, endpoint = sys.argv[1:]
stack = f"tdev-{stage}"
urllib.request.urlopen(
    urllib.request.Request(
        f"{endpoint}/moto-api/config",
        data=json.dumps({"stepfunctions": {"execute_state_machine": True}}).encode(),
        headers={"content-type": "application/json"},
    )
)
here, there = boto3.client("stepfunctions"), boto3.client("stepfunctions", endpoint_url=endpoint)
moved = {}
for machine in here.list_state_machines()["stateMachines"]:
    if machine["name"].startswith(f"{stack}-"):
        whole = here.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
        made = there.create_state_machine(
            name=whole["name"], definition=whole["definition"], roleArn=whole["roleArn"]
        )
        moved[machine["stateMachineArn"]] = made["stateMachineArn"]
functions = boto3.client("lambda")
for function in functions.list_functions()["Functions"]:
    if function["FunctionName"].startswith(f"{stack}-"):
        given = function.get("Environment", {}).get("Variables", {})
        variables = {name: moved.get(value, value) for name, value in given.items()}
        variables["AWS_ENDPOINT_URL_SFN"] = endpoint
        functions.update_function_configuration(
            FunctionName=function["FunctionName"], Environment={"Variables": variables}
        )
print(f"{len(moved)} state machines moved", file=sys.stderr)
