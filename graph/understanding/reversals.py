"""Bare commands that turn a change back or open and close: "geri aç", "eski haline getir", "aç o zaman".

Code tells them, because they name nothing: every word is the command itself or a filler beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.turkish import fold
from graph.state import Call, DoneChange
from graph.understanding.named import direction_of

_BESIDE = re.compile(
    r"yanlis(?:likla)?|oldu|pardon|yok|hayir|geri|tekrar|yeniden|yine|gene|onu|bunu|o|zaman|hadi|hemen|simdi|lutfen|peki|tamam|madem|oyleyse|de|da|bi|bir"
    r"|it|again|back|then|please|on|off|now"
)
_RESTORES = re.compile(
    r"\b(?:(?:eski(?:si(?:ne|ni)?|y[ei])?|onceki(?:ne|si(?:ne|ni)?)?)(?: (?:ha[lk]in?e|durum(?:un)?a|gibi))?|geri)"
    r" (?:geri )?(?:al|getir|dondur|cevir|don|yap|olsun|degistir|ver)"
    r"(?:[iu]n(?:[iu]z)?|el[iu]m|s[iu]n|ir misin\w*|abilir miy\w*)?\b"
    r"|\b\w{2,}m[ae]y[ae]c[ae]kt[iu]m\b|\bistem[ie](?:mist[iu]m|yord[iu]m)\b"
    r"|\b(?:undo|revert|put (?:it )?back|change (?:it )?back)\b"
)
_CALLS_OFF = re.compile(
    r"(?:(?:o|onu|bunu|sunu|kaydi(?:mi)?|islemi|odemeyi|odememi|hemen|lutfen|tamam|yok|dur|yanlis oldu)[,\s]*)*"
    r"iptal (?:et|edin|edelim|edebilir misin\w*|edebilir miy\w*|olsun)"
    r"(?: (?:o|onu|bunu|kaydi(?:mi)?|islemi|odemeyi|odememi|lutfen|hemen))*"
    r"|(?:please )?cancel (?:it|that)(?: please)?"
)
_MOST_WORDS = 6
_CHANGED: Mapping[str, tuple[str, str]] = {
    "update_customer_contact": ("new_value", "old_value"), "change_package": ("new_package_name", "from_package"),
}  # fmt: skip
"""The argument of a change that has no opposite, and the fact of its preview that gives the former value."""
_OPPOSITE: Mapping[str, str] = {"suspend_line": "reactivate_line", "reactivate_line": "suspend_line"}
_SWITCHED = frozenset({"enable_roaming", "setup_autopay"})
_LINE, _STATUS = "line_number", "status"
_KEPT = (_LINE, "contact_type")


def bare_direction(message: str) -> bool | None:
    """Return True for a bare command to open, False for one to close; None for words that name anything."""
    words = re.findall(r"[^\W_]+", fold(message))
    commands = [word for word in words if direction_of(word) is not None or word in ("turn", "switch")]
    if not commands or not all(word in commands or _BESIDE.fullmatch(word) for word in words):
        return None
    return direction_of(message)


def turned_back(message: str, done: DoneChange) -> tuple[str, dict[str, Any]] | None:
    """Return the operation and the arguments that turn a change back; None where a message does not ask for that.

    Args:
        message: The customer's words.
        done: The last change that was carried out.
    """
    wanted, operation, stated = bare_direction(message), done["call"]["operation"], done["call"]["arguments"]
    on_line = {_LINE: stated[_LINE]} if stated.get(_LINE) else {}
    if wanted is None:
        return _restored(done) if restores(message) else None
    if operation in _OPPOSITE and wanted is (operation == "suspend_line"):
        return _OPPOSITE[operation], on_line
    if operation in _SWITCHED and stated.get(_STATUS) is not wanted:
        return operation, {**on_line, _STATUS: wanted}
    return None


def turned_round(message: str, call: Call) -> Call | None:
    """Return a switch that waits for a yes turned the other way, to be proposed anew; None for other words.

    Only a switch that would change nothing is turned: "kapat o zaman" where it is open already.

    Args:
        message: The customer's words.
        call: A proposed change.
    """
    stated, wanted = call["arguments"].get(_STATUS), bare_direction(message)
    present = (call["preview"] or {}).get("currently_enabled")
    if stated is None or wanted is None or wanted is stated or present is not stated:
        return None
    return {**call, "status": "missing", "arguments": {**call["arguments"], _STATUS: wanted}}


def restores(message: str) -> bool:
    """Return True for a few words that want the former state back: "eski haline getir", "geri al"."""
    said = fold(message)
    return len(said.split()) <= _MOST_WORDS and _RESTORES.search(said) is not None


def calls_off(message: str) -> bool:
    """Return True for a few words that want what was just done called off: "onu iptal et"."""
    return _CALLS_OFF.fullmatch(fold(message).strip(" .!")) is not None


def _restored(done: DoneChange) -> tuple[str, dict[str, Any]] | None:
    """Return the operation and the arguments that give the former state; None where a change cannot be turned back."""
    operation, stated, facts = done["call"]["operation"], done["call"]["arguments"], done["call"].get("preview") or {}
    kept = {name: stated[name] for name in _KEPT if stated.get(name)}
    if operation in _OPPOSITE:
        return _OPPOSITE[operation], kept
    if operation in _SWITCHED:
        return operation, {**kept, _STATUS: not stated.get(_STATUS)}
    argument, former = _CHANGED.get(operation, ("", ""))
    return (operation, {**kept, argument: facts[former]}) if facts.get(former) else None
