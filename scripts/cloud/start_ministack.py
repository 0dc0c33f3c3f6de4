"""Starts MiniStack with what version 1.5.33 leaves out put right, so that what stands on AWS stands
here: `Output` of a Succeed state in JSONata, which it passes over in silence; in templates, alarms
over several metrics, which it refuses, budgets, which it has but takes from no template, and buckets
to be taken in, which it calls taken.
"""

import json
import sys

from ministack.app import main
from ministack.services import budgets, stepfunctions
from ministack.services.cloudformation import provisioners

plain = stepfunctions._apply_output_path
alarm = provisioners._cw_metric_alarm_record


def with_output(state, data, ctx=None):
    """A Succeed state with `Output` ends with that, as a Pass state does."""
    if state.get("Type") == "Succeed" and "Output" in state:
        return stepfunctions._apply_jsonata_output(state, data, ctx, default=data)
    return plain(state, data, ctx)


def over_several(name, props):
    """Such an alarm is kept as one of the first metric it names: no metrics come here by
    themselves, and its state is set by hand."""
    queries = [query for query in props.get("Metrics", []) if "MetricStat" in query]
    if queries:
        first = queries[0]["MetricStat"]
        props = {**props, **first["Metric"], "Period": first["Period"], "Statistic": first["Stat"]}
        del props["Metrics"]
    return alarm(name, props)


def budget_made(logical_id, props, stack_name):
    """A budget as its own API makes it."""
    limit = props["Budget"]["BudgetLimit"]
    budget = {**props["Budget"], "BudgetLimit": {**limit, "Amount": str(limit["Amount"])}}
    answered = budgets._create_budget({**props, "Budget": budget})
    if answered[0] != 200:
        raise ValueError(json.loads(answered[2])["message"])
    return budget["BudgetName"], {}


def budget_gone(physical_id, props):
    budgets._delete_budget({"BudgetName": physical_id})


def never_taken(name):
    """What is to be taken in is there; what is not and is there fails when it is made."""


stepfunctions._apply_output_path = with_output
provisioners.s3_bucket_name_conflict = never_taken
provisioners._RESOURCE_HANDLERS["AWS::Budgets::Budget"] = {"create": budget_made, "delete": budget_gone}
provisioners._cw_metric_alarm_record = over_several
sys.exit(main())
