"""Starts moto answering one request at a time: its transactions are not apart from each other when
it answers several, as those of DynamoDB are.

  start_moto.py PORT

Its Step Functions get what moto leaves out: JSONata, by a port of the library that moto's code was
written for, and, where TDEV_FUNCTIONS_ENDPOINT names one, the functions of another emulator, since
moto runs functions in containers only.
"""

import json
import os
import sys
import threading

import boto3
import jsonata
from botocore.config import Config
from moto.server import DomainDispatcherApplication, create_backend_app
from moto.stepfunctions.parser.asl.component.common.error_name import (
    custom_error_name,
    error_name as error_names,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (
    StateTaskServiceSfn,
)
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata
from werkzeug.serving import run_simple


def evaluated(expression):
    """What a JSONata expression gives; whatever the library raises is one error to moto."""
    try:
        return json.loads(json.dumps(jsonata.Jsonata(expression).evaluate(None), default=str))
    except Exception as fault:
        raise moto_jsonata.JSONataException("UNKNOWN", str(fault)) from fault


def functions(region, service, state_credentials=None):
    """The client for the functions, which lie elsewhere."""
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=os.environ["TDEV_FUNCTIONS_ENDPOINT"],
        # As moto's own: a function is not called twice, however long it takes.
        config=Config(
            parameter_validation=False,
            retries={"max_attempts": 0, "total_max_attempts": 1},
            read_timeout=900,
        ),
    )


def named(self, error_name):
    """A failure that leaves a branch keeps its name: moto takes `States.…` there for a name of the
    definition's own, which may not begin so, and crashes."""
    error_names.ErrorName.__init__(self, error_name=error_name)


def declared(bindings):
    """Variables in front of an expression. moto puts a text between quotes just as it stands, and
    what has a quote in it ends there."""
    return "".join(f"{name}:={json.dumps(value, default=str)};" for name, value in bindings.items())


def renamed(fields, first):
    for name in list(fields):
        fields[first(name[0]) + name[1:]] = fields.pop(name)


as_text = StateTaskServiceSfn._normalise_parameters


def asked(self, parameters, **more):
    """A state machine says `StateMachineArn` where the API says `stateMachineArn`; moto leaves that
    out, so that no execution could begin another."""
    as_text(self, parameters, **more)
    renamed(parameters, str.lower)


def answered(_self, response, **_more):
    renamed(response, str.upper)


StateTaskServiceSfn._normalise_parameters = asked
StateTaskServiceSfn._normalise_response = answered
moto_jsonata._eval_jsonata = evaluated
# It is known by its name in every module that uses it.
for module in list(sys.modules.values()):
    if module.__name__.startswith("moto.stepfunctions") and hasattr(
        module, "encode_jsonata_variable_declarations"
    ):
        module.encode_jsonata_variable_declarations = declared
custom_error_name.CustomErrorName.__init__ = named
if "TDEV_FUNCTIONS_ENDPOINT" in os.environ:
    lambda_eval_utils.boto_client_for = functions

# Where an execution begins another, it asks itself.
os.environ["MOTO_PORT"] = sys.argv[1]

answer = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()


def one_at_a_time(environ, start_response):
    with turn:
        return answer(environ, start_response)


run_simple("127.0.0.1", int(sys.argv[1]), one_at_a_time, threaded=True)
