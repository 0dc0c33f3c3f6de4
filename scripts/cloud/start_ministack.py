"""Starts MiniStack with what version 1.5.33 leaves out put right, so that what stands on AWS stands
here: `Output` of a Succeed state in JSONata, which it passes over in silence, and alarms over
several metrics in a template, which it refuses.
"""

import sys

from ministack.app import main
from ministack.services import stepfunctions
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


stepfunctions._apply_output_path = with_output
provisioners._cw_metric_alarm_record = over_several
sys.exit(main())
