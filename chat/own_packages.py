"""The customer's own packages, which the picture of a list of packages marks."""

from __future__ import annotations

from chat.cards import OWN_PACKAGE
from chat.drawing import Result
from core.channels import Channel
from tools.caller import Caller
from tools.errors import MultipleLines, ToolError
from tools.toolbox import Toolbox

_LINE = "line_number"


async def own_packages(toolbox: Toolbox, customer_id: int) -> list[Result]:
    """Look up the packages of the customer's lines; none where they cannot be told.

    Args:
        toolbox: The operations.
        customer_id: From the verified login.
    """
    caller = Caller(customer_id, channel=Channel.CHAT)
    try:
        return [(await toolbox.run(OWN_PACKAGE, {}, caller)).model_dump(mode="json")]
    except MultipleLines as several:
        lines = several.details.get("lines", ())
    except ToolError:
        return []
    found = [await toolbox.run(OWN_PACKAGE, {_LINE: line}, caller) for line in lines]
    return [each.model_dump(mode="json") for each in found]
