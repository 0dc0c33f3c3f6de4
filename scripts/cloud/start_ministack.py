"""Starts MiniStack with what version 1.5.33 leaves out put right, so that a state machine that runs
on AWS runs here: `Output` of a Succeed state in JSONata, which it passes over in silence.
"""

import sys

from ministack.app import main
from ministack.services import stepfunctions

plain = stepfunctions._apply_output_path


def with_output(state, data, ctx=None):
    """A Succeed state with `Output` ends with that, as a Pass state does."""
    if state.get("Type") == "Succeed" and "Output" in state:
        return stepfunctions._apply_jsonata_output(state, data, ctx, default=data)
    return plain(state, data, ctx)


stepfunctions._apply_output_path = with_output
sys.exit(main())
