"""Runs a machine in moto's own interpreter, in this process and without a network.

Some things are put in place of what moto has there, none of them part of how it reads the
language: functions are called here instead of by boto, waiting takes no time, and JSONata, which
moto leaves empty because it has no Java, is evaluated by jsonata-python, a port of the same Java
library that moto's code was written for. Two crashes are mended, because they would hide all that
comes after them: see the comments where it is done.
"""

import datetime
import json
import logging
import os
import signal
import threading
import time

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

import jsonata  # noqa: E402
from antlr4.error.ErrorListener import ConsoleErrorListener  # noqa: E402
from moto.stepfunctions.parser import utils as moto_utils  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.error_name import (  # noqa: E402
    custom_error_name,
    error_name as error_names,
)
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.exec.state_task import (  # noqa: E402
    lambda_eval_utils,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import (  # noqa: E402
    wait_function,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment  # noqa: E402
from moto.stepfunctions.parser.asl.eval.evaluation_details import (  # noqa: E402
    AWSExecutionDetails,
)
from moto.stepfunctions.parser.asl.eval.event.event_manager import (  # noqa: E402
    EventHistoryContext,
)
from moto.stepfunctions.parser.asl.eval.program_state import (  # noqa: E402
    ProgramEnded,
    ProgramError,
)
from moto.stepfunctions.parser.asl.eval.states import States  # noqa: E402
from moto.stepfunctions.parser.asl.jsonata import jsonata as moto_jsonata  # noqa: E402
from moto.stepfunctions.parser.asl.parse.asl_parser import (  # noqa: E402
    AmazonStateLanguageParser,
)
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor  # noqa: E402

import functions  # noqa: E402

# Wall time for one machine: none of them waits or computes much.
PATIENCE = 60

logging.disable(logging.CRITICAL)


class Slow(Exception):
    pass


class _NoTime:
    """`time`, except that sleeping takes none."""

    time = staticmethod(time.time)

    @staticmethod
    def sleep(_seconds):
        return None


def _invoke(parameters, region, state_credentials):
    name = parameters["FunctionName"].rsplit(":", 1)[-1]
    event = json.loads(parameters["Payload"]) if parameters.get("Payload") else {}
    answer = {"ExecutedVersion": "$LATEST", "StatusCode": 200}
    try:
        return {**answer, "Payload": functions.call(name, event)}
    except functions.Raised as raised:
        return {**answer, "Payload": raised.payload, "FunctionError": "Unhandled"}


def _evaluate(expression):
    try:
        return json.loads(json.dumps(jsonata.Jsonata(expression).evaluate(None), default=str))
    except Exception as fault:  # whatever the library raises is one error to moto
        raise moto_jsonata.JSONataException("UNKNOWN", str(fault)) from fault


_unread = []
_failures = []
_set_error_output = States.set_error_output


def _failed(self, error_output):
    _failures.append([error_output.get("Error"), error_output.get("Cause")])
    _set_error_output(self, error_output)


# Only to tell afterwards what failed on the way.
States.set_error_output = _failed


def _note(self, recognizer, symbol, line, column, message, fault):
    _unread.append(message)


def _named(self, error_name):
    error_names.ErrorName.__init__(self, error_name=error_name)


# A failure that leaves a branch keeps its name: moto takes `States.…` there for a name of the
# definition's own, which may not begin so, and crashes.
custom_error_name.CustomErrorName.__init__ = _named
# moto goes on with whatever is left of an intrinsic function that its grammar does not have, and
# says so on the console only.
ConsoleErrorListener.syntaxError = _note
# A branch that is stopped while it starts ends its thread with an exception.
threading.excepthook = lambda _details: None
lambda_eval_utils._invoke_lambda_function = _invoke
moto_jsonata._eval_jsonata = _evaluate
retrier_decl.time = _NoTime
wait_function.WaitFunction._wait_interval = lambda self, env, wait_seconds: None


def _too_slow(_signal, _frame):
    raise Slow()


def run(definition, source):
    """What moto makes of a machine, told as the Rust side tells it."""
    signal.signal(signal.SIGALRM, _too_slow)
    signal.alarm(PATIENCE)
    _unread.clear()
    _failures.clear()
    try:
        told = _run(definition, source)
        return {**told, "unread": list(_unread), "failures": list(_failures)}
    except Slow:
        return {"not_run": "it did not end"}
    finally:
        signal.alarm(0)
        moto_utils.TMP_THREADS.clear()


def _run(definition, source):
    # The list belongs to the class: a definition that was refused leaves its languages behind.
    Preprocessor._query_language_per_scope.clear()
    try:
        program, _ = AmazonStateLanguageParser.parse(
            json.dumps(definition, ensure_ascii=False)
        )
    except Slow:
        raise
    except Exception as fault:
        return {"refused": f"{type(fault).__name__}: {fault}"}
    arn = "arn:aws:states:us-east-1:123456789012"
    role = "arn:aws:iam::123456789012:role/execution"
    environment = Environment(
        aws_execution_details=AWSExecutionDetails(
            account="123456789012", region="us-east-1", role_arn=role
        ),
        execution_type="STANDARD",
        context={
            "Execution": {
                "Id": f"{arn}:execution:machine:execution",
                "Input": source,
                "Name": "execution",
                "RoleArn": role,
                "StartTime": datetime.datetime.now(datetime.timezone.utc).isoformat(),
            },
            "StateMachine": {"Id": f"{arn}:stateMachine:machine", "Name": "machine"},
        },
        event_history_context=EventHistoryContext.of_program_start(),
        cloud_watch_logging_session=None,
        activity_store={},
    )
    program.eval(environment)
    state = environment.program_state()
    events = [_event(event) for event in environment.event_manager.get_event_history()]
    told = {"output": None, "error": None, "cause": None, "events": events}
    if isinstance(state, ProgramEnded):
        return {**told, "status": "SUCCEEDED", "output": environment.states.get_input()}
    if isinstance(state, ProgramError):
        error = state.error or {}
        return {**told, "status": "FAILED", "error": error.get("error"), "cause": error.get("cause")}
    return {**told, "status": type(state).__name__}


def _event(event):
    into = event.get("stateEnteredEventDetails") or {}
    details = into or event.get("stateExitedEventDetails") or {}
    return [event["type"], details.get("name"), into.get("input", "").startswith("{")]
