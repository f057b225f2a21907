"""The setting of the chat page: every step with its data, or the one line for customers."""

from __future__ import annotations

from typing import Any

import chainlit as cl
from chainlit.input_widget import InputWidget, Switch

from chat.page_language import shown_language
from chat.words import say

_ALL_STEPS = "all_steps"
_CUSTOMER = "customer"


async def offer_settings(role: str) -> None:
    """Offer the choice in the settings' panel.

    Args:
        role: The role of the login.
    """
    label, hint = (say("settings", key, shown_language()) for key in (_ALL_STEPS, f"{_ALL_STEPS}_hint"))
    switch: list[InputWidget] = [
        Switch(id=_ALL_STEPS, label=label, description=hint, initial=shows_all_steps(role)),
    ]
    await cl.ChatSettings(switch).send()


def shows_all_steps(role: str) -> bool:
    """Tell whether every step is shown with its data: as chosen, else only to those who work here.

    Args:
        role: The role of the login.
    """
    chosen: dict[str, Any] = cl.user_session.get("chat_settings") or {}
    return bool(chosen.get(_ALL_STEPS, shows_all_by_default(role)))


def shows_all_by_default(role: str) -> bool:
    """Tell whether a login is shown every step without having chosen: those who work here."""
    return role != _CUSTOMER
