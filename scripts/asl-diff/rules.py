"""Why the two may differ: general rules, each with its reason and with what decides.

A rule looks at both runs, never at a case's number. `spec` is the Amazon States Language
specification (states-language.net/spec.html), `guide` the AWS Step Functions Developer Guide; what
they say is told in short. What neither of them nor a recorded run decides begins with OPEN: there
tdev-asl may be the one that is wrong.
"""

import json
import re

from compare import entered, states, uncertain


class Rule:
    def __init__(self, name, reason, decides, holds):
        self.name = name
        self.reason = reason
        self.decides = decides
        self.holds = holds


def failures(there):
    """Every error in moto's run, caught ones too, with its cause."""
    found = [*there.get("failures", []), (there.get("error"), there.get("cause"))]
    return [(text(e), text(c)) for e, c in found]


def text(what):
    """moto lets a Fail state say anything at all, a list too."""
    return what if isinstance(what, str) else json.dumps(what) if what else ""


def went_as_far(case, here, there):
    """Whether moto entered every state that tdev-asl entered before it ended."""
    ours, theirs = entered(here), entered(there)
    left_out = uncertain(case["definition"], here, there)
    return all(theirs[name] >= ours[name] for name in ours if name not in left_out)


def ran(*runs):
    return all("events" in run for run in runs)


def unread(case, here, there, found):
    return bool(there.get("unread")) or any(
        "encountered in format string" in cause for _, cause in failures(there)
    )


def runtime_caught(case, here, there, found):
    return (
        ran(here, there)
        and here["error"] == "States.Runtime"
        and any(error in ("States.Runtime", "Exception") for error, _ in failures(there))
        and went_as_far(case, here, there)
    )


def no_choice(case, here, there, found):
    if not ran(here, there):
        return False
    ours = here["error"] == "States.NoChoiceMatched" or "States.NoChoiceMatched" in json.dumps(here["output"])
    return ours and any("No branching option reached" in cause for _, cause in failures(there))


def variable_operand(case, here, there, found):
    """A Choice that compares with a variable on the right."""
    return bool(re.search(r'"[A-Za-z]+Path": "\$[a-z]', json.dumps(choices(case))))


def choices(case):
    return [s.get("Choices") for _, s in states(case["definition"]) if s["Type"] == "Choice"]


def escaped_pattern(case, here, there, found):
    patterns = re.findall(r'"StringMatches": "((?:[^"\\\\]|\\\\.)*)"', json.dumps(choices(case)))
    return any("\\\\" in pattern for pattern in patterns)


def unlike_operands(case, here, there, found):
    return any(
        re.search(r"TypeError\('[<>]=?' not supported between instances", cause)
        for _, cause in failures(there)
    )


def absent_in_variable(case, here, there, found):
    return (
        ran(here, there)
        and here["error"] == "States.Runtime"
        and re.search(r"'\$[a-z]\w*[.\[]", here["cause"] or "") is not None
        and went_as_far(case, here, there)
    )


def unnamed(case, here, there, found):
    """A Fail state that says nothing, reached inside of something that catches."""
    silent = {n for n, s in states(case["definition"]) if s["Type"] == "Fail" and set(s) == {"Type"}}
    return ran(here, there) and bool(silent & set(entered(here))) and "output" in found


def negative_index(case, here, there, found):
    return "[-1]" in json.dumps(case["definition"])


def variable_bracket(case, here, there, found):
    return re.search(r"\$[a-z]\w*[\w.\[\]]*\['", json.dumps(case["definition"])) is not None


def unhashable(case, here, there, found):
    return any("unhashable type" in cause for _, cause in failures(there))


def no_text(case, here, there, found):
    said = [*there.get("failures", []), (there.get("error"), there.get("cause"))]
    return any(not isinstance(what, (str, type(None))) for pair in said for what in pair)


def task_failed(case, here, there, found):
    wanted = '"ErrorEquals": ["States.TaskFailed"' in json.dumps(case["definition"])
    return wanted and any(
        error.startswith("States.")
        and error not in ("States.Timeout", "States.TaskFailed")
        for error, _ in failures(there)
    )


def absent_variable(case, here, there, found):
    return (
        ran(here, there)
        and here["error"] == "States.Runtime"
        and "condition path references an invalid value" in (here["cause"] or "")
        and went_as_far(case, here, there)
    )


def result_path(case, here, there, found):
    """A result was to be put into what is no object, or moto's code stumbled over one."""
    if not ran(here, there):
        return False
    placed = set()
    for name, state in states(case["definition"]):
        paths = [part.get("ResultPath") for part in [state, *state.get("Catch", [])]]
        if any(path and path != "$" for path in paths):
            placed.add(name)
    for kind, name, is_object in here["events"]:
        if kind.endswith("StateEntered") and name in placed and not is_object:
            return True
    if here["error"] == "States.ResultPathMatchFailure" and went_as_far(case, here, there):
        return True
    return any(stumbled(cause) for _, cause in failures(there))


def stumbled(cause):
    return re.search(
        r"TypeError\((argument of type|list indices must be|.* does not support item assignment)", cause
    )


def handled_query(case, here, there, found):
    """A state with a handler of its own whose expression failed in moto past that handler."""
    handled = {name for name, state in states(case["definition"]) if "Catch" in state or "Retry" in state}
    named = {
        name
        for error, cause in failures(there)
        if error == "States.QueryEvaluationError"
        for name in re.findall(r"executing the state '(S\d+)'", cause)
    }
    return ran(here, there) and bool(handled & named)


def library_error(case, here, there, found):
    return ran(here, there) and any(
        "JSONataException(" in cause or "('UNKNOWN', " in cause for _, cause in failures(there)
    )


def empty_name(case, here, there, found):
    return ran(here, there) and here["error"] == "" and there["error"] is None and set(found) == {"error"}


def many(case, here, there, found):
    """A path that names any number of values, of which there are none."""
    for _, cause in failures(there):
        for path in re.findall(r"JSONPath '(.*?)'(?: specified| could)", cause):
            if re.search(r"\[\?|\.\.|\*|\[\d*:\d*\]|\[\d+,", path):
                return True
    return False


def offset(case, here, there, found):
    return any("'datetime.datetime' and 'NoneType'" in cause for _, cause in failures(there))


def same_target(case, here, there, found):
    return ran(here, there) and any(
        state["Type"] == "Choice"
        and ("Output" in state or "Assign" in state)
        and any(rule["Next"] == state.get("Default") for rule in state["Choices"])
        for _, state in states(case["definition"])
    )


def beyond_ascii(case, here, there, found):
    if any("'ascii' codec" in cause for _, cause in failures(there)):
        return True
    return any(
        "\\\\u" in json.dumps(theirs, ensure_ascii=False)
        and "\\\\u" not in json.dumps(ours, ensure_ascii=False)
        for ours, theirs in found.values()
    )


def folded(case, here, there, found):
    def text(value):
        return json.dumps(value, ensure_ascii=False).replace("ß", "ss")

    return "$lowercase" in json.dumps(case["definition"]) and all(
        text(ours) == text(theirs) for ours, theirs in found.values()
    )


def condition(case, here, there, found):
    return any(
        "Expected Condition to produce a boolean result" in cause for _, cause in failures(there)
    )


def two_divisions(case, here, there, found):
    failed = re.findall(r"The JSONata expression '(.*?)' returned nothing", " ".join(c for _, c in failures(there)))
    return any(expression.count(" / ") > 1 for expression in failed)


def assigned_too_soon(case, here, there, found):
    """A state whose Output reads a variable that the same state assigns."""
    parts = [
        part
        for _, state in states(case["definition"])
        for part in [state, *state.get("Catch", []), *state.get("Choices", [])]
    ]
    return any(
        f"${name.removesuffix('.$')}" in json.dumps(part.get("Output"))
        for part in parts
        for name in part.get("Assign", {})
    )


RULES = [
    Rule(
        "an intrinsic that moto's grammar lacks",
        "moto skips what its grammar of intrinsic functions does not have (escaped quotes and "
        "braces, ['name'] in paths) and goes on with the rest.",
        "spec, Intrinsic Functions: a backslash escapes quotes and braces; arguments may be Paths, "
        "which have the bracket notation.",
        unread,
    ),
    Rule(
        "States.Runtime is not caught",
        "moto lets Retry and Catch take States.Runtime (and calls it Exception where the "
        "parameters of a function failed).",
        "guide, Handling errors: States.Runtime always fails the execution, and States.ALL does not "
        "catch it.",
        runtime_caught,
    ),
    Rule(
        "a Fail state that says what is no text",
        "moto fails with whatever ErrorPath, CausePath, Error or Cause give, a list or an object too.",
        "spec, Fail State: the values of Error and Cause are strings, and the paths must lead to "
        "strings.",
        no_text,
    ),
    Rule(
        "no choice matched",
        "moto ends with States.Runtime.",
        "spec, Appendix A: States.NoChoiceMatched is reported where a Choice finds no match and has no "
        "Default.",
        no_choice,
    ),
    Rule(
        "a Choice variable that is not there",
        "moto takes the condition for false.",
        "AWS's recorded answer: the choice state's condition path references an invalid value "
        "(States.Runtime).",
        absent_variable,
    ),
    Rule(
        "ResultPath that does not fit",
        "moto raises TypeError, or drops the old value and goes on.",
        "spec, Appendix A: States.ResultPathMatchFailure is reported where a ResultPath cannot be "
        "applied to the input the state received.",
        result_path,
    ),
    Rule(
        "a query error in a state that handles errors",
        "moto evaluates Arguments, Items, Output and Assign outside of what Retry and Catch watch.",
        "guide, Transforming data with JSONata: Task, Map and Parallel states can catch and retry "
        "States.QueryEvaluationError.",
        handled_query,
    ),
    Rule(
        "an error of the JSONata library",
        "moto reports what the library raises as States.Runtime.",
        "spec, Appendix A: a failed evaluation in a JSONata state is States.QueryEvaluationError.",
        library_error,
    ),
    Rule(
        "a comparison with a variable",
        "moto compares the other way round where the right side is a variable, and cannot read the "
        "context object there.",
        "spec, Choice State: the value of Variable is compared with the one at the Path, in this order.",
        variable_operand,
    ),
    Rule(
        "an escaped star in StringMatches",
        "moto takes the backslash for a character of its own.",
        "spec, Choice State: a backslash before a star in a StringMatches pattern means the star itself.",
        escaped_pattern,
    ),
    Rule(
        "operands of different types",
        "moto raises TypeError.",
        "spec, Choice State: a comparison of values that are not both of the operator's type is false.",
        unlike_operands,
    ),
    Rule(
        "a field that a variable has not",
        "moto gives null.",
        "spec, Paths: a Path that selects nothing is an error of the state, for variables too.",
        absent_in_variable,
    ),
    Rule(
        "an index from the end",
        "moto wraps the element in a list.",
        "spec, Paths: JsonPath; Jayway's [-1] is the last element itself.",
        negative_index,
    ),
    Rule(
        "a variable's field in brackets",
        "moto reads the variable and drops ['name'].",
        "spec, Paths: dot or bracket notation, for variables as for input.",
        variable_bracket,
    ),
    Rule(
        "ArrayUnique of objects",
        "moto puts the items into a Python set, which takes no objects or arrays.",
        "guide, Intrinsic functions: States.ArrayUnique takes an array of any values.",
        unhashable,
    ),
    Rule(
        "States.TaskFailed is a wildcard",
        "OPEN for States.QueryEvaluationError: moto matches States.TaskFailed with errors of other "
        "names only; tdev-asl with any but timeouts.",
        "guide, Handling errors: States.TaskFailed matches any known error name but States.Timeout. "
        "Another project (fakecloud 0.52) says it recorded on AWS that it does not match a query error.",
        task_failed,
    ),
    Rule(
        "a Fail state without a name",
        "OPEN: what a Catch around it is given. moto: two empty texts; tdev-asl: neither field.",
        "undecided: no recorded run has one.",
        unnamed,
    ),
    Rule(
        "text beyond ASCII",
        "moto encodes as ASCII what it hashes or puts into Base64, and writes JSON with escapes.",
        "spec, Intrinsic Functions: strings are Unicode text; AWS's recorded answers take it as UTF-8.",
        beyond_ascii,
    ),
    Rule(
        "two divisions in one expression",
        "moto looks for variables outside of regular expressions, and takes what stands between "
        "two divisions for one.",
        "JSONata, numeric operators: / divides.",
        two_divisions,
    ),
    Rule(
        "Output reads what Assign writes",
        "moto evaluates Assign first, and Output sees the new value.",
        "guide, Variables: expressions of a state see the values from before it; what Assign writes "
        "is there from the next state on.",
        assigned_too_soon,
    ),
    Rule(
        "lower case",
        "jsonata-python folds case (ß becomes ss) where JSONata's $lowercase does not.",
        "JSONata, $lowercase: all characters are converted to lower case.",
        folded,
    ),
    Rule(
        "a Condition that is not true or false",
        "moto raises RuntimeError.",
        "guide, Transforming data with JSONata: a value of a wrong type is a "
        "States.QueryEvaluationError.",
        condition,
    ),
    Rule(
        "an empty error name",
        "moto drops an Error that is an empty text.",
        "spec, Fail State: Error may be any string.",
        empty_name,
    ),
    Rule(
        "a path to any number of values",
        "moto fails where a wildcard, slice, filter or descent finds nothing; others give an empty list.",
        "spec, Paths: the JsonPath that Step Functions implements (Jayway) gives a list, empty or "
        "not, for an indefinite path.",
        many,
    ),
    Rule(
        "a time with an offset",
        "moto reads only times that end in Z, and compares the others as nothing.",
        "spec, Timestamps: they follow RFC 3339, which has offsets.",
        offset,
    ),
    Rule(
        "a Choice rule that leads where Default leads",
        "moto takes Default's Output and Assign where a rule matched that has the same Next.",
        "LocalStack's pull request 13775 mends the same; its 12075 has AWS's answers: the state's own "
        "Output and Assign are those of Default.",
        same_target,
    ),
]
