"""The wish itself: a change that is only mentioned (negated, asked about, supposed, told) is not proposed.

The decision model reads which operation a message is about; grammar shows whether it is wished for. A question about a
state becomes the READ that answers it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.turkish import lower
from core.turkish.verbs import Verbs, is_requested, mood_of
from graph.state import Intent

LEFT_ALONE = "left_alone"
"""Remark that a change was not proposed, because the customer does not want it."""

ONLY_MENTIONED = "only_mentioned"
"""Remark that a change was not proposed, because the customer only spoke of it."""

BEREAVED = "bereaved"
"""Topic of a message that speaks of a death; a colleague looks after it."""

_RELATIVE = (
    r"\b(?:anne|baba|eş|abla|abi|ağabey|kardeş|dede|nine|anneanne|babaanne|oğl|oğul|kız|hala|teyze|amca|dayı|kayın"
    r"|nişanlı|yenge|hat(?:tın)? sahibi)\w*"
)
_WHEN = r"(?:\s+(?:geçen|geçtiğimiz|dün|bu|hafta|ay|yıl|sene|gün|sabah|önce|yeni|maalesef|ne yazık ki|\d+))*"
_DEATH = re.compile(
    rf"\bvefat\b|\bmerhum|\brahmetli \w+m\w*|\bhayatını kaybet|\bcenaze|\btoprağa ver"
    rf"|{_RELATIVE}{_WHEN}\s+(?:öl(?:dü|en|müş|ümü)|kaybett(?:ik|im)\b)"
    r"|\bpassed away\b|\bdeceased\b|\bmy late (?:mother|father|husband|wife)\b"
)

VERBS: Mapping[str, Verbs] = {
    "pay_bill": Verbs(("ode", "yatir", "tahsil et"), ("pay",)),
    "setup_autopay": Verbs(
        ("ac", "kapat", "baslat", "durdur", "iptal et", "kur", "kaldir"), ("set up", "cancel", "switch")
    ),
    "change_package": Verbs(("degistir", "gec", "gecir", "yukselt", "dusur"), ("change", "switch", "upgrade")),
    "enable_roaming": Verbs(
        ("ac", "kapat", "kapan", "aktif et", "aktiflestir", "iptal et"), ("enable", "disable", "turn", "switch")
    ),
    "create_fault_ticket": Verbs(("ac", "olustur"), ("open", "create")),
    "update_customer_contact": Verbs(("degistir", "guncelle", "duzelt"), ("change", "update")),
    "suspend_line": Verbs(
        ("dondur", r"don(?!du|em|us|['’]?t\b)", "kapat", "kapan", "durdur", "askiya al"), ("suspend", "close", "freeze")
    ),
    "reactivate_line": Verbs(("ac", "aktif et", "aktiflestir"), ("reactivate", "activate", "open")),
}
"""The verbs by which customers ask for each change."""

_ANSWERS: Mapping[str, str] = {
    "pay_bill": "get_current_bill",
    "change_package": "get_customer_package",
    "enable_roaming": "get_customer_package",
    "create_fault_ticket": "get_fault_ticket_status",
    "update_customer_contact": "get_customer_profile",
    "suspend_line": "get_customer_profile",
    "reactivate_line": "get_customer_profile",
}
"""The operation that shows the state which a change would alter."""


_CHOOSES = re.compile(
    r"\b(?:olsun|olur|uygun|istiyorum|isterim|alayım|alalım|alırım|yapalım|yapın?|geçelim|geçeyim|geçir\w*|seç\w+|tercih\w*"
    r"|i want|i'?ll take|let'?s take)\b"
)
_MOST_WORDS_OF_A_CHOICE = 5
_ALL_THE_SAME = re.compile(r"\b(?:yine ?de|gene ?de|her ?şeye rağmen|still|anyway|all the same)\b")
_CHANGES_MIND = re.compile(r"(?:(?:yok ya|ay|neyse|hadi|tamam|peki|aslında|ya)[\s,]+)+\w+(?: (?:hadi|o zaman|bari))?")
"""A bare verb behind words by which somebody changes his mind: "yok ya açılsın"."""
_DO = Verbs(("yap", "dene", "devam et", "hallet", "ol"), ("do", "try", "go on"))


def chooses(message: str) -> bool:
    """Return True for a few words that take one of several things, without saying what is to be done with it."""
    short = len(message.split()) <= _MOST_WORDS_OF_A_CHOICE and not message.rstrip().endswith("?")
    return short and _CHOOSES.search(lower(message)) is not None


def insists(message: str, verbs: Verbs | None) -> bool:
    """Return True for a few words that want a dropped change all the same: "yine de geçir", "olsun yine de yap".

    Args:
        message: The customer's words.
        verbs: The verbs of the change.
    """
    said = lower(message)
    short = len(message.split()) <= _MOST_WORDS_OF_A_CHOICE and not message.rstrip().endswith("?")
    if verbs is not None and is_requested(message, verbs) and _CHANGES_MIND.fullmatch(said.strip(" .!")):
        return True
    if not short or not _ALL_THE_SAME.search(said):
        return False
    return is_requested(message, _DO) or (verbs is not None and is_requested(message, verbs))


def is_bereaved(message: str) -> bool:
    """Return True for a message that speaks of the death of a person."""
    return _DEATH.search(lower(message)) is not None  # not folded: "öldü" and "oldu" are two words


def only_wished(message: str, intents: Sequence[Intent]) -> tuple[list[Intent], list[str]]:
    """Return the intents that a message wishes for, and the remarks about those that it only mentions.

    Args:
        message: The customer's words.
        intents: As the decision model reads them.
    """
    wished: list[Intent] = []
    remarks: list[str] = []
    for intent in intents:
        operation = intent["operation"]
        mood = mood_of(message, VERBS[operation]) if operation in VERBS else "wished"
        if mood == "wished":
            wished.append(intent)
        elif mood == "negated":
            remarks.append(LEFT_ALONE)
        else:
            if mood != "supposed" and operation in _ANSWERS:
                wished.append(Intent(operation=_ANSWERS[operation], probability=intent["probability"]))
            else:
                remarks.append(ONLY_MENTIONED)
    return list({intent["operation"]: intent for intent in wished}.values()), list(dict.fromkeys(remarks))


def meant_by_verb(message: str, operation: str, subject: str | None) -> str:
    """Return the change that the verb of a message names: the one spoken of, where the verb is only that one's.

    After talk about automatic payment "kur o zaman" sets it up, whatever else the words remind of.

    Args:
        message: The customer's words.
        operation: As the decision model reads the message.
        subject: The operation that the last answer was about.
    """
    if subject is None or subject == operation or subject not in VERBS or operation not in VERBS:
        return operation
    named = is_requested(message, VERBS[subject]) and not is_requested(message, VERBS[operation])
    return subject if named else operation
