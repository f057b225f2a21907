"""The packages that a short question goes on from: "taahhütlü mü" after the fee of one, "hangisi ucuz" after two.

By itself such a question is read as one about the customer's own package. What was said last decides, unless the words
name what is his ("taahhüdüm var mı") or another subject ("faturam").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from core.turkish import fold, named_by_part
from graph.asked.declared import Fact
from graph.state import ConversationState, SaidFact
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox

DETAILS, CATALOGUE = "get_package_details", "get_available_packages"
OF_PACKAGES = frozenset({DETAILS, CATALOGUE})
"""Operations that tell of packages on sale."""

WHICH_ONE, COMPARED = "packages_which", "packages_compare"
"""Which one of some packages has more of what is asked, and how two of them differ."""

_HELD_AGAINST = frozenset({"said_lower", "said_higher", "said_difference"})
"""Facts that hold two packages against each other, among others."""

_PAIR, _MOST = 2, 3
_MOST_WORDS = 7

_ASKS = re.compile(
    r"\?|\b(?:ne|nedir|neydi|nasil|kac\w*|hangi\w*|kim\w*|m[iu]\w{0,5}|peki|(?:bu|o)nun)\b|\w{3,}m[iu]\b"
    r"|\b(?:how|what|which|who|is|does|do|its|and)\b"
)
_OWN = re.compile(
    r"\b(?:ben(?:im|de|i|im\w+)|bizim|simdiki|mevcut|suanki|my|mine)\b"
    r"|\b(?:paket|tarife|hatt|internet|dakika|sms|mesaj|taahhud|taahhut|ucret|bedel|ceza|hakk|gb|kota)[iu]?m(?:[iu]z)?\w*|\b(?:oduyor(?:um|uz)|odeme(?:m|miz))\b"
)
_ELSEWHERE = re.compile(
    r"\b(?:fatura|ode(?:me|di|n|mis)|borc|otomatik|hat(?:lar|t[iu]m?|ta\b|tan\b|\b)|numara|ariza|kesinti|sebeke|hiz(?:i|im)?\b|kayit"
    r"|kayd|adres|mail|musteri|kal(?:di|an|iyor)|bit|paketler|tarifeler|baska|(?:al|us)t(?:taki|teki)"
    r"|sonraki|siradaki|bill|invoice|pay|debt|line|outage|ticket"
    r"|left|packages|plans|another|other)\w*|\d{7,}"
)
_WHICH = re.compile(
    r"\bhangi(?:si|sinin|sinde|sini|sinden)?\b(?! (?:ay|gun|tarih|yontem|hat|numara))\w*|\bwhich(?: one)?\b"
)


class PackageReader:
    """Reads the packages that a message names, or goes on from.

    Args:
        toolbox: The operations, whose catalogue names a message may state.
        facts: The declared facts by name.
    """

    def __init__(self, toolbox: Toolbox, facts: Mapping[str, Fact]) -> None:
        self._toolbox = toolbox
        self._facts = facts

    async def named(self, message: str, caller: Caller) -> Sequence[str]:
        """Return the packages that a message names, whole or by a word that only one of them has."""
        named = await self._toolbox.names_in(DETAILS, "package_name", message)
        try:
            offered = (await self._toolbox.run(CATALOGUE, {}, caller)).model_dump(mode="json")
        except ToolError:
            return named
        return list(dict.fromkeys([*named, *named_by_part(message, [each["name"] for each in offered["packages"]])]))

    async def weighed(self, state: ConversationState, caller: Caller) -> Sequence[str]:
        """Return the package that the customer thinks of moving to: one that is named now or was spoken of last."""
        named = await self.named(state["message"], caller)
        before = [each["restriction"].get("packages", ()) for each in state.get("said", [])[-1:]]
        found = named or next(iter(before), ())
        return found if len(found) == 1 else ()

    async def gone_on_from(self, state: ConversationState, caller: Caller) -> Sequence[str]:
        """Return the packages that a message goes on from without naming one; none where it speaks of other things."""
        spoken_of = self.spoken_of(state)
        return () if not spoken_of or await self.named(state["message"], caller) else spoken_of

    async def named_after_another(self, state: ConversationState, caller: Caller) -> Sequence[str]:
        """Return the package that was spoken of last and another one that a message names; none where it is not so."""
        named = await self.named(state["message"], caller)
        before = [each["restriction"].get("packages", ()) for each in state.get("said", [])[-1:]]
        found = [*next(iter(before), ())]
        return [*found, *named] if len(found) == len(named) == 1 and found != named else ()

    def spoken_of(self, state: ConversationState) -> Sequence[str]:
        """Return the packages that were spoken of last, for a message that may go on from them."""
        message, said = state["message"], state.get("said", [])
        about = said and (of_packages(said[-1]["fact"], self._facts) or said[-1]["fact"] in _HELD_AGAINST)
        if not about or not goes_on(message):
            return ()
        found = packages_spoken_of(said)
        return (
            found
            if asks_which(message) or asks_difference(message)
            else said[-1]["restriction"].get("packages", ())[:_MOST]
        )


def packages_spoken_of(said: Sequence[SaidFact]) -> Sequence[str]:
    """Return the packages that the last answers were about: those of the last one, or of the last two about one each.

    Args:
        said: The facts that were said last, newest last.
    """
    named = [tuple(each["restriction"].get("packages", ())) for each in said]
    if not named or not named[-1]:
        return ()
    if len(named) >= _PAIR and len(named[-1]) == 1 and len(named[-2]) == 1:
        return tuple(dict.fromkeys([*named[-2], *named[-1]]))
    return named[-1][:_MOST]


def goes_on(message: str) -> bool:
    """Return True for a short question that names neither what is the customer's own nor another subject."""
    said = fold(message)
    short = len(said.split()) <= _MOST_WORDS and _ASKS.search(said) is not None
    return short and _OWN.search(said) is None and _ELSEWHERE.search(said) is None


def asks_which(message: str) -> bool:
    """Return True for a question which one of some is meant: "hangisi daha ucuz"."""
    return _WHICH.search(fold(message)) is not None


def asks_difference(message: str) -> bool:
    """Return True for a question how some things differ: "farkı ne kadar"; in a year is another question."""
    said = fold(message)
    return (
        not re.search(r"\b(?:yil|sene|year)", said)
        and re.search(r"\bfark(?:i|lari|li|lar)?\b(?! et)|\bdiffer\w*", said) is not None
    )


def is_about_it(message: str) -> bool:
    """Return False for a question whether there is anything else: "benimkinden ucuz paket var mı"."""
    return re.search(r"\bvar\b|\b(?:baska|paket|tarife|ne)\w*|\bthere\b|\bany\b", fold(message)) is None


def of_packages(name: str, facts: Mapping[str, Fact]) -> bool:
    """Tell whether a fact, or the one that it becomes where a package is named, is about packages on sale."""
    names = (name, facts[name].becomes.get("package", name))
    return any(OF_PACKAGES & set(facts[each].needs) for each in names)
