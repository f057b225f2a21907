"""Grounding: no figure reaches the customer that is not in a tool result, and no word that was not approved for it.

The chat model names facts by field. ``Grounder`` reads the model's stream, holds a clause back until it is proven,
fills the facts in and lets it go. A clause is proven when

- every field that it names is a fact of the result,
- it has no digit and no brace of its own,
- every word of it occurs in an approved answer of the same operation and outcome, in the customer's message or in the
  facts, so that no state, cause or promise can be claimed that the outcome does not carry, and
- each named figure stands beside a stem of its own role ("son ödeme" for ``due_date``) and beside no other figure of
  its kind, so that the figure's role is proven and not only its existence.

``answer_grammar`` gives the same bound to constrained decoding, so that a local model cannot leave it in the first
place; the check stays, since other models cannot be constrained.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from core import turkish
from core.fields import FIELD
from graph.answers.facts import WORDS, Facts
from graph.asked.fields import DATES, MOMENTS, MONEY

_CLAUSE_END = re.compile(r"[.;:!?,\n](?=\s|$)")
_SENTENCE_ENDS = (".", "!", "?")
_SHARED = 3
"""Words in a row that two approved answers must share where one goes on as the other."""
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


class Ungrounded(Exception):
    """A clause that the facts do not prove; it was not sent."""


class Grounder:
    """Lets proven clauses of a stream through, with the facts filled in.

    Args:
        facts: Facts of the result.
        approved: Approved answers of the operation and outcome.
        roles: Stems that prove the role of a field.
        customer_words: The customer's message.
    """

    def __init__(
        self, facts: Facts, approved: Sequence[str], roles: Mapping[str, Sequence[str]], customer_words: str = ""
    ) -> None:
        self._facts = facts
        self._roles = roles
        known = " ".join((*(FIELD.sub(" ", answer) for answer in approved), customer_words, *facts.values.values()))
        self._words = {turkish.lower(word) for word in _WORD.findall(known)}
        self._held = ""
        self._begins = True
        self.named: set[str] = set()
        """Fields that were sent."""

    def feed(self, piece: str) -> str:
        """Take a piece of the model's text and return the clauses that are proven by now, facts filled in.

        Raises:
            Ungrounded: A clause ended that is not proven; it and what follows it is not sent.
        """
        self._held += piece
        proven = ""
        while match := _CLAUSE_END.search(self._held):
            if match.end() == len(self._held):  # the next piece tells whether the clause ends here
                break
            proven += self._prove(self._held[: match.end()])
            self._held = self._held[match.end() :]
        return proven

    def finish(self) -> str:
        """Return the rest of the text, once the model has ended.

        Raises:
            Ungrounded: The rest is not proven, or its last fact is unfinished.
        """
        rest, self._held = self._held, ""
        return self._prove(rest) if rest.strip() else ""

    def _prove(self, clause: str) -> str:
        fields = FIELD.findall(clause)
        words = FIELD.sub(" ", clause)
        if re.search(r"[\d{}]", words):
            raise Ungrounded(f"a figure of its own: {clause!r}")
        for name in fields:
            if name not in self._facts.values:
                raise Ungrounded(f"no such fact: {name}")
            if not self._states_role(name, turkish.lower(words)):
                raise Ungrounded(f"the role of {name} is not stated: {clause!r}")
        for kind in (MONEY, DATES | MOMENTS):
            if len({name for name in fields if name in kind}) > 1:
                raise Ungrounded(f"two figures of one kind in one clause: {clause!r}")
        for word in _WORD.findall(words):
            if turkish.lower(word) not in self._words:
                raise Ungrounded(f"a word that nothing proves: {word!r}")
        self.named.update(fields)
        filled = fill(clause, self._facts, begins=self._begins)
        self._begins = clause.rstrip().endswith(_SENTENCE_ENDS)
        return filled

    def _states_role(self, name: str, words: str) -> bool:
        """Look for a stem of the field that is not only a part of another field's stem ("son ödeme")."""
        stems = self._roles.get(name) or ()
        for other in self._facts.values.keys() - {name}:
            for foreign in self._roles.get(other) or ():
                if any(stem != foreign and stem in foreign for stem in stems):
                    words = words.replace(foreign, " ")
        return not stems or any(stem in words for stem in stems)


def fill(text: str, facts: Facts, *, begins: bool = True) -> str:
    """Put the facts in the place of their names; a word that begins a sentence gets a capital letter.

    Args:
        text: Words with names of facts.
        facts: The facts.
        begins: Whether the text begins a sentence.

    Raises:
        KeyError: The text names a field that is no fact of the result.
    """

    def value(match: re.Match[str]) -> str:
        name, before = match[1], text[: match.start()].rstrip()
        is_first = before.endswith(_SENTENCE_ENDS) if before else begins
        found = facts.values[name]
        return turkish.capitalised(found, facts.language) if is_first and name in WORDS else found

    filled = FIELD.sub(value, text)
    return turkish.without_doubled_noun(filled) if facts.language == "tr" else filled


def usable(approved: Iterable[str], facts: Facts) -> list[str]:
    """Return the approved answers all of whose fields are facts of this result."""
    return [answer for answer in approved if set(FIELD.findall(answer)) <= set(facts.values)]


@lru_cache(maxsize=512)
def answer_grammar(approved: tuple[str, ...]) -> str:
    """Return a grammar of the answers that can be put together from the approved ones.

    A path may leave one approved answer for another only where both share three words in a row, which keeps the text
    fluent while leaving the choice to the model.

    Args:
        approved: Approved answers, facts named by field.

    Returns:
        A grammar in llguidance's Lark dialect; the text starts with a space.
    """
    follow: dict[tuple[str, ...], dict[str, None]] = {}
    for answer in approved:
        tokens = (*("",) * _SHARED, *answer.split(), "")
        for place in range(len(tokens) - _SHARED):
            follow.setdefault(tokens[place : place + _SHARED], {})[tokens[place + _SHARED]] = None
    names = {state: f"s{index}" for index, state in enumerate(follow)}
    lines = [f"start: {names[('',) * _SHARED]}"]
    for state, words in follow.items():
        ways = [
            f"{json.dumps(' ' + word, ensure_ascii=False)} {names[(*state[1:], word)]}" if word else '""'
            for word in words
        ]
        lines.append(f"{names[state]}: {' | '.join(ways)}")
    return "\n".join(lines)
