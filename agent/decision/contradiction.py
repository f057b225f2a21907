"""Rules that refuse a sentence which its evidence does not carry, before any model is asked.

Each rule names one kind: a statement turned round, a value in the place of another, a deed, a promise, a cause, a
refund, an apology or advice that the evidence does not have. A rule errs on the side of refusing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from agent.decision.alignment import Word, clauses, contexts, is_stated, opposed, shapes_of, words_of

_HARMLESS = re.compile(
    r"bak(?:tim|ayim|alim|iyorum|arim|ariz|abiliriz|abilirim)|kontrol|anla(?:dim|rim|riz|yorum|yabiliyorum)|anliyorum|"
    r"sevin(?:dim|irim|iriz|diririm)|hesapladim|gordum|buldum|incele(?:dim|yorum)|karsilastirdim|soyle(?:yeyim|yelim|rim)|"
    r"ol(?:ayim|urum|uruz|alim|abilirim|abiliriz|mus|abildiysem|abilmisimdir)|ede(?:rim|riz|yim|lim)|dile(?:rim|riz)|"
    r"dinliyorum|duyuyorum|buradayim|sorabilir\w*|yazabilir\w*|umarim|istersiniz|isterseniz|dilerseniz|ediyorum|"
    r"hope|help|understand|thank\w*|check(?:ed)?|let|may|can|could|would|glad|happy|aldim|sordu\w*|sorma\w*|merak|"
    r"sorarim|baktim|yardim\w*|devam|gecmis"
)
"""Words of courtesy that look like deeds and promises."""

_REFUSING = (
    "future", "we_do", "we_did", "i_do", "i_did", "should", "cause", "sorry", "money_back", "all", "do", "past",
    "reported",
)  # fmt: skip
"""Modalities that a sentence may have only where the evidence has them or the very word."""
_DONE = frozenset({"past", "reported", "i_did", "we_did"})
"""Those that count even where the evidence has the word in another tense: what can be done was not done."""
_COMMITTING = frozenset({"cause", "money_back", "sorry", "all", "should"})
"""Those whose words count even where they stand in a courtesy."""


def contradiction(evidence: str, sentence: str) -> str:
    """Return the kind of what a sentence says against or beyond its evidence; "" where code sees nothing.

    Args:
        evidence: Sentences that are true, with the names of facts in braces; "" for none.
        sentence: The sentence, with the same names.
    """
    known, said = words_of(evidence), words_of(sentence)
    stated = {word.root for word in known if not word.is_name}
    return next((name for name, rule in _RULES.items() if rule(known, said, stated)), "")


def _turned(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    """A root is denied that the evidence affirms, or the other way round."""
    signs: dict[str, set[bool]] = {}
    for word in known:
        if word.counts:
            signs.setdefault(word.root, set()).add(word.negated)
    return any(word.root in signs and word.counts and word.negated not in signs[word.root] for word in said)


def _answer_turned(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    """One answers yes and the other no."""
    answers = {"evet": True, "yes": True, "hayir": False, "no": False}
    first = answers.get(said[0].text) if said else None
    theirs = {answers[word.text] for word in known if word.text in answers}
    return first is not None and bool(theirs) and first not in theirs


def _signed(clause: Sequence[Word]) -> tuple[set[str], bool]:
    """Return the roots of a clause and whether it denies."""
    return {word.root for word in clause if word.counts}, any(word.negated for word in clause)


def _other_sign(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    """A clause denies what the nearest clause of the evidence affirms, or the other way round."""
    theirs = [
        ({word.root for word in each if word.counts}, any(word.negated for word in each)) for each in clauses(known)
    ]
    for clause in clauses(said):
        roots, denies = _signed(clause)
        shared = [len(roots & own) for own, _ in theirs]
        best = max(shared, default=0)
        if best and all(sign != denies for (_, sign), count in zip(theirs, shared, strict=True) if count == best):
            return True
        if denies and not any(sign for _, sign in theirs):
            return True
    return False


def _opposite(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    return any(opposed(word.root, stated) for word in said)


def _misplaced(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    """A value stands among words that belong to another value."""
    theirs = contexts(known)
    for name, places in contexts(said).items():
        own = theirs.get(name, [])
        near = set().union(*(around for around, _ in own)) if own else set()
        others = [set().union(*(a for a, _ in each)) for other, each in theirs.items() if other != name]
        if any(not around & near and any(around & each for each in others) for around, _ in places):
            return True
    return False


def _swapped(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    """Two values that the same words follow stand in the other order."""
    order = [word.text for word in known if word.is_name]
    names = [word.text for word in said if word.is_name]
    after = {name: {root for _, root in places} - {""} for name, places in contexts(known).items()}
    return any(
        first in order and second in order and order.index(first) > order.index(second) and after[first] & after[second]
        for first, second in zip(names, names[1:], strict=False)
        if first != second
    )


def _unit(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    """A value is followed by a unit that the evidence does not give it."""
    theirs = {name: {after for _, after in places} for name, places in contexts(known).items()}
    return any(
        after in _UNITS and after not in theirs.get(name, set())
        for name, places in contexts(said).items()
        for _, after in places
    )


_UNITS = frozenset({"year", "gb", "talk", "sms", "mbps", "hour", "saat", "hafta"})


def _new(kind: str) -> Callable[[Sequence[Word], Sequence[Word], set[str]], bool]:
    def rule(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
        here = shapes_of(said).get(kind, [])
        there = shapes_of(known)
        if not here or kind in there or (kind in _DONE and _DONE & there.keys()):
            return False
        new = here if kind in _DONE else [word for word in here if not is_stated(word, stated)]
        return any(kind in _COMMITTING or not _HARMLESS.fullmatch(word.text) for word in new)

    return rule


def _own_deed(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    """The writer claims to have done something that the evidence does not say it did."""
    theirs = {word.root for name in ("i_did", "we_did") for word in shapes_of(known).get(name, [])}
    done = {word.root for name in ("past", "reported") for word in shapes_of(known).get(name, [])}
    ours = [word for name in ("i_did", "we_did") for word in shapes_of(said).get(name, [])]
    return any(word.root not in theirs | done and not _HARMLESS.fullmatch(word.text) for word in ours)


def _because(known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> bool:
    """A reason in the form of a clause ("-diğiniz için") that the evidence does not give."""
    pairs = zip(said, said[1:], strict=False)
    return "icin" not in {word.text for word in known} and any(
        second.text == "icin" and _CLAUSE.search(first.text) and not _HARMLESS.fullmatch(first.text)
        for first, second in pairs
    )


_CLAUSE = re.compile(r"(?:dig|dug|tig|tug|mas|mes)[iu]")

_RULES: Mapping[str, Callable[[Sequence[Word], Sequence[Word], set[str]], bool]] = {
    "turned": _turned, "answer_turned": _answer_turned, "other_sign": _other_sign,
    "opposite": _opposite, "misplaced": _misplaced, "swapped": _swapped, "unit": _unit,
    "because": _because, "own_deed": _own_deed,
    **{kind: _new(kind) for kind in _REFUSING},
}  # fmt: skip
