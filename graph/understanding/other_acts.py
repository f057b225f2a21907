"""A reply that asks for another act than the one that waits: "bunu da öde" beside the question for a package.

The readers of replies take a short command for a yes. Its verb tells: one that belongs to no word for the change that
waits, or one with "da" behind its object, is a wish of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.turkish import fold
from core.turkish.verbs import Verbs, is_requested

_PAY, _OPEN, _CLOSE = (
    Verbs(("ode", "yatir"), ("pay",)),
    Verbs(("ac",), ("open", "enable")),
    Verbs(("kapat",), ("close",)),
)
_FREEZE, _CANCEL = Verbs(("dondur",), ("freeze", "suspend")), Verbs(("iptal et",), ("cancel",))
_MOVE = Verbs(("gecir",), ("move",))
_FOREIGN: Mapping[str, tuple[Verbs, ...]] = {
    "pay_bill": (_OPEN, _FREEZE, _CANCEL, _MOVE),
    "setup_autopay": (_PAY, _FREEZE, _MOVE),
    "change_package": (_PAY, _OPEN, _CLOSE, _FREEZE, _CANCEL),
    "enable_roaming": (_PAY, _FREEZE, _MOVE),
    "suspend_line": (_PAY, _OPEN, _MOVE),
    "reactivate_line": (_PAY, _CLOSE, _FREEZE, _CANCEL, _MOVE),
    "create_fault_ticket": (_PAY, _FREEZE, _MOVE),
    "update_customer_contact": (_PAY, _OPEN, _CLOSE, _FREEZE, _MOVE),
}
"""The verbs that belong to other changes, by the one that waits."""

_ALSO = re.compile(
    r"\b(?!(?:bi|bir|sen|siz|hadi|iyi|tamam|evet|olur|ya)\b)\w{3,} (?:de|da) (?:simdi |hemen |lutfen )?"
    r"(?:ode|ac|kapat|dondur|iptal et|gecir|degistir|yap|guncelle)"
    r"(?:[iu]n(?:[iu]z)?|y[iu]n(?:[iu]z)?|[iu]ver\w*|el[iu]m|al[iu]m)?\b"
)
"""Another object beside the one that was asked about: "hattımı da aç"."""


def is_other_act(words: str, operation: str) -> bool:
    """Return True for a reply whose command is about something else than the change that waits.

    Args:
        words: The reply.
        operation: The change.
    """
    return _ALSO.search(fold(words)) is not None or any(
        is_requested(words, verbs) for verbs in _FOREIGN.get(operation, ())
    )
