"""The verdicts of one reply on the changes that a question lists: each is read by the gate of a single change.

The reply is shared out by code (``shares.py``). A share consents where it is a plain yes to the question about its
change alone; a reply that names no change has to be one for every change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.turkish import fold
from core.turkish.verbs import mood_of
from graph.reading import MessageReader, Reading, Utterance
from graph.state import Call, TurnContext
from graph.understanding.argument_specs import addresses, phones
from graph.understanding.arguments import ArgumentReader
from graph.understanding.consent import Consent, ConsentReader
from graph.understanding.corrections import (
    admits_mistake,
    corrects_part,
    names_wrong,
    replaced_digits,
    replaced_words,
    requests_other,
    retracts,
    wishes_for_other,
)
from graph.understanding.limits import Judgement, judged_reply
from graph.understanding.line_reader import LINE, LineReader
from graph.understanding.methods import methods_in, turns_down_method
from graph.understanding.named import points_at_it, points_at_something, refers_back
from graph.understanding.objects import other_object
from graph.understanding.other_acts import is_other_act
from graph.understanding.refusals import refuses
from graph.understanding.shares import Shares
from graph.understanding.terms import Terms
from graph.understanding.wishes import VERBS
from tools.caller import Caller

_FREE_TEXT = "update_customer_contact"
"""The operation whose new value may be any words, calendar words of an address among them."""

_WITH_OWN_WORDS = frozenset({_FREE_TEXT, "create_fault_ticket"})
"""Operations whose value the customer writes himself, so that he may have written it wrong."""

_MOST_WORDS_OF_A_VALUE = 5

_OTHER_VALUE = frozenset({"method", "package", "line"})
"""Kinds of things in the place of which another one was asked about."""

_AGREEING = ("yes", "correction")

Answer = Literal["yes", "no", "correction", "open"]


@dataclass(frozen=True)
class Verdict:
    """The verdict of a reply on one change.

    Attributes:
        answer: "open" where it says nothing plain.
        consent: The reading of its share; None where nothing was said of the change, or an option was chosen.
        reading: The decision model's answers about the share.
        limit: The judgement of a limit that the share sets for the change.
        by_form: Whether grammar alone shows a refusal, so that nothing else is wished for beside it.
    """

    answer: Answer
    consent: Consent | None = None
    reading: Reading | None = None
    limit: Judgement | None = None
    by_form: bool = False

    @property
    def evidence(self) -> dict[str, Any]:
        """The reading as plain data without the customer's words."""
        if self.consent is None or self.reading is None:
            return {"chosen": True}
        return {**self.consent.as_data(), "probabilities": self.reading.answered}


class VerdictReader:
    """Reads verdicts.

    Args:
        messages: Reads messages.
        consents: Reads the consent of replies.
        arguments: Reads the package that a reply names.
        lines: Reads the line that a reply names.
    """

    def __init__(
        self, messages: MessageReader, consents: ConsentReader, arguments: ArgumentReader, lines: LineReader
    ) -> None:
        self._messages = messages
        self._consents = consents
        self._arguments = arguments
        self._lines = lines

    async def read(
        self, message: str, shares: Shares | None, calls: Sequence[Call], questions: Sequence[str],
        context: TurnContext, told: str | None = None,
    ) -> list[Verdict]:  # fmt: skip
        """Return the verdict on each change, in the order of the question.

        Args:
            message: The whole reply.
            shares: Its shares; None where it names no change.
            calls: The changes.
            questions: The question about each change alone.
            context: The turn.
            told: The package that was spoken of last.
        """
        if shares is not None and shares.unclear:
            return [Verdict("open")] * len(calls)
        verdicts = []
        for place, (call, question) in enumerate(zip(calls, questions, strict=True)):
            words = message if shares is None else shares.words.get(place)
            if shares is not None and shares.chosen and words is not None:
                words = message  # it only names changes: that is no yes by itself, but it tells which are not wanted
            if shares is not None and shares.chosen and place in shares.refused:
                verdicts.append(Verdict("no"))
            elif words and shares is not None and _is_refused(words.removeprefix(shares.lead), question, call):
                verdicts.append(Verdict("no", by_form=True))
            elif words:
                verdict = await self._of(words, call, calls, question, context)
                if verdict.answer in ("yes", "open") and _points_at_other(call, words, told):
                    verdict = Verdict("correction", verdict.consent, verdict.reading)
                if shares is not None and shares.chosen and verdict.answer == "correction":
                    verdict = Verdict("open", verdict.consent)  # it names the change on the list, and no other value
                is_refused = shares is not None and place in shares.refused
                verdicts.append(Verdict("open", verdict.consent) if is_refused and verdict.answer == "yes" else verdict)
            else:
                verdicts.append(Verdict("open"))
        if shares is None:
            return verdicts if len(calls) == 1 else await self._of_all(message, calls, verdicts, context.caller)
        if shares.lead and all(verdicts[place].by_form for place in shares.words):  # "yes, but not the package"
            for place, (call, question) in enumerate(zip(calls, questions, strict=True)):
                if place not in shares.words:
                    verdicts[place] = await self._of(shares.lead, call, calls, question, context)
        return _settled(verdicts, shares)

    async def _of_all(
        self, message: str, calls: Sequence[Call], verdicts: list[Verdict], caller: Caller
    ) -> list[Verdict]:
        """Return the verdicts of a reply that names no change: the same for all, or a correction of the fitting one."""
        answers = {verdict.answer for verdict in verdicts}
        if answers in ({"yes"}, {"no"}):
            return verdicts
        opened = [Verdict("open", each.consent, each.reading, each.limit) for each in verdicts]
        if "correction" in answers:
            fitting = [place for place, call in enumerate(calls) if await self._takes(call, message, caller)]
            for place in fitting:
                opened[place] = Verdict("correction", verdicts[place].consent, verdicts[place].reading)
        return opened

    async def _takes(self, call: Call, message: str, caller: Caller) -> bool:
        """Return True for a change that has an argument of the kind that a message names."""
        arguments = call["arguments"]
        values = {"phone": phones, "email": addresses}.get(arguments.get("contact_type", ""))
        if values is not None and values(message):
            return True
        if methods_in(message) and ("method" in arguments or "payment_method" in arguments):
            return True
        return bool(await self._arguments.changed(call, message, caller))

    async def _of(self, words: str, call: Call, calls: Sequence[Call], question: str, context: TurnContext) -> Verdict:
        """Return the verdict of some words on one of the changes."""
        reading = self._messages.read(Utterance(words, question, "reply"), context.readings)
        terms = await self._terms(call, words, context.caller)
        read = await self._consents.read(reading, terms, discussed=bool(call.get("discussed")))
        consent = await self._in_context(read, words, call, calls, context.caller)
        limit = judged_reply(call, words)
        if limit is not None and _is_forbidden(words, call):  # "don't, only …": what is left is another thing
            limit = limit._replace(kept=False)
        renamed = _names_present(call, words) or bool(await self._arguments.changed(call, words, context.caller))
        renamed = renamed or await self._names_other_line(call, words, calls, context.caller)
        is_wished = call["operation"] in _WITH_OWN_WORDS or wishes_for_other(words)  # and not only spoken of
        renamed = (renamed and is_wished) or _mends(call, words)
        renewed = renamed or not {"method", "address"}.isdisjoint(each.kind for each in consent.named)
        if limit is not None:  # beside another value it is judged again with that value
            return Verdict("correction", consent, reading) if renewed else Verdict("open", consent, reading, limit)
        answer: Answer = "open"
        if "method" in {each.kind for each in consent.named} and turns_down_method(words):
            answer = "correction"  # "kart olmasın": another one is asked for
        elif consent.answer == "yes" and not renamed:
            answer = "yes"
        elif consent.answer == "no" and not (renamed and _only_names(words, consent)):
            answer = "no"
        elif renamed and (consent.meaning in _AGREEING or _only_names(words, consent) or _mends(call, words)):
            answer = "correction"
        elif answer == "open" and call["operation"] in _WITH_OWN_WORDS and admits_mistake(words):
            answer = "correction"
        elif (
            consent.meaning == "correction" and call["operation"] not in _WITH_OWN_WORDS and not wishes_for_other(words)
        ):
            answer = "open"
        elif consent.meaning == "correction" and not (consent.is_limit and call["operation"] != _FREE_TEXT):
            answer = "correction"
        if answer == "open" and retracts(words) and not _OTHER_VALUE.isdisjoint(each.kind for each in consent.named):
            answer = "correction"  # "no, the other one": which is put up or asked for
        elif answer in ("yes", "open") and names_wrong(words):
            answer = "correction"
        return Verdict(answer, consent, reading)

    async def _in_context(
        self, consent: Consent, words: str, call: Call, calls: Sequence[Call], caller: Caller
    ) -> Consent:
        """Return a consent short of what the words mean besides: another act, object or owner, or what was told."""
        if len(calls) == 1 and is_other_act(words, call["operation"]):
            consent = consent.short_of("act", words)
        elif (other := other_object(words, calls)) is not None:
            consent = consent.short_of(other.kind, other.words)
        elif call.get("discussed") and refers_back(words):
            consent = consent.short_of("back", words)
        elif call.get("digressions") and points_at_something(words):
            consent = consent.short_of("back", words)  # what was told since may be meant, and not what was asked
        if call["operation"] not in _WITH_OWN_WORDS and await self._lines.names_stranger(words, caller):
            consent = consent.short_of("owner", words)
        return consent

    async def _terms(self, call: Call, words: str, caller: Caller) -> Terms:
        """Return what of a change its reply may name."""
        facts, line = call["preview"] or {}, call["arguments"].get(LINE)
        package, former = facts.get("to_package"), facts.get("from_package")
        sold = await self._arguments.packages(caller) if package else ()
        return Terms(sold, package, former, line, await self._lines.own(words, caller) if line else ())

    async def _names_other_line(self, call: Call, words: str, calls: Sequence[Call], caller: Caller) -> bool:
        """Return True for words that name another line than the change is for, or lines that code cannot tell.

        Beside several changes "ilki" is a place in the question; ``shares.py`` tells those apart.
        """
        own = call["arguments"].get(LINE) if len(calls) == 1 else None
        choice = None if own is None else await self._lines.named(call["operation"], words, caller, own)
        return choice is not None and choice.numbers != (own,)


def _is_forbidden(words: str, call: Call) -> bool:
    """Return True for words that begin with the negated command of a change: "durdurma, yalnız interneti kapat"."""
    verbs, first = VERBS.get(call["operation"]), re.split(r"[,.;!]\s+", fold(words))[0]
    stems = "|".join(verbs.turkish) if verbs is not None else "$^"
    return re.fullmatch(rf"(?:\w+ )?(?:{stems})m[ae](?:y[iu]n(?:[iu]z)?)?", first) is not None


def _is_refused(words: str, question: str, call: Call) -> bool:
    """Return True for a share that refuses its change by its form alone."""
    return refuses(words, question, call) or _is_negated(words, call)


def _is_negated(words: str, call: Call) -> bool:
    """Return True for a change whose own verb is negated: "faturayı ödeme"."""
    verbs = VERBS.get(call["operation"])
    return verbs is not None and mood_of(words, verbs) == "negated"


def _points_at_other(call: Call, words: str, told: str | None) -> bool:
    """Return True for "o olsun" after another package than the asked one was spoken of: that one is meant."""
    facts = call["preview"] or {}
    named = (None, facts.get("to_package"), facts.get("from_package"))
    return bool(call.get("digressions")) and "to_package" in facts and told not in named and points_at_it(words)


def _only_names(words: str, consent: Consent) -> bool:
    """Return True for a few words that name another value, ask nothing and negate nothing: "mega olsa"."""
    marks = {each.kind for each in consent.named}
    is_short = len(words.split()) <= _MOST_WORDS_OF_A_VALUE
    return is_short and (marks.isdisjoint(("question", "negation")) or requests_other(words))


def _mends(call: Call, words: str) -> bool:
    """Return True for words that put another part into the new value of a contact: "kat 2 değil kat 5"."""
    value = str(call["arguments"].get("new_value", ""))
    if corrects_part(value, words) or replaced_words(value, words) is not None:
        return True
    return value.isdigit() and replaced_digits(value, words) is not None


def _names_present(call: Call, words: str) -> bool:
    """Return True for words with the value that a change would end, and not with the new one."""
    said, facts = fold(words), call["preview"] or {}
    methods, wanted = methods_in(words), facts.get("method")
    if wanted and methods and wanted not in methods:
        return True
    pairs = (("old_value", "new_value"), ("from_package", "to_package"))
    return any(
        facts.get(old) and fold(str(facts[old])) in said and fold(str(facts[new])) not in said for old, new in pairs
    )


def _settled(verdicts: list[Verdict], shares: Shares) -> list[Verdict]:
    """Return the verdicts after "only": the changes that are not named are not wanted if the named ones are."""
    answers = {verdict.answer for verdict in verdicts}
    if (shares.chosen and not shares.refused) or (shares.only and "yes" in answers):
        return [verdict if place in shares.words else Verdict("no") for place, verdict in enumerate(verdicts)]
    return verdicts
