"""Answers in the words of a capable chat model, each sentence proven before it leaves.

The model gets the facts by name, each with sentences that are true of it, and writes names where a value belongs; it
never sees a value. A sentence leaves when

- every name in it is a fact of this answer,
- it has no figure, number in words, time, currency, link or name of its own (``graph.answers.own_words``), and
- the reading of support (``agent.decision.support``) finds it in the evidence: a fact, the facts that it names
  together, or nothing at all for a courtesy without a claim.

What is refused is asked for once more with the reason; then code says what is left to say.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from types import MappingProxyType
from typing import Any, Protocol

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage

from agent.chat.written import written
from agent.decision.support import SupportReading
from agent.errors import AgentError
from agent.prompt_files import Prompt
from core import turkish
from core.fields import FIELD
from core.languages import Language
from graph.answers.evidence_units import Unit, of_knowledge
from graph.answers.own_words import own_claim
from graph.state import AnswerSource, ConversationState, RefusedText

_ATTEMPTS = 2
_LAST_MESSAGES = 4
_MOST_TOKENS = 256
_SENTENCE_END = re.compile(r"[.!?…]+[\"”’)]*(?=\s)|\n")
_LIST_END = re.compile(r"(?<=\})\s*[.;,]\s*$")
_NAME_BEFORE = re.compile(r"\{(\w+)\}['’]?\w*\s+([^\W\d_]{4,})")
_MOST_CHARACTERS = 2000
"""A text that goes on further is cut: no answer is that long."""


class KnowledgeTexts(Protocol):
    """The operator's short texts by their names."""

    def text(self, entry: str, language: Language) -> str | None:
        """Return the text of an entry; None where there is no such entry."""


class FreeWriter:
    """Writes answers in free words.

    Args:
        chat_model: The model that writes.
        prompt: respond_free.md.
        support: Judges whether the evidence carries a sentence.
        knowledge: The operator's texts, for messages that one of them answers.
        generation: Bound to the chat model as well: temperature, seed.
    """

    def __init__(
        self,
        chat_model: BaseChatModel,
        prompt: Prompt,
        support: SupportReading,
        knowledge: KnowledgeTexts | None = None,
        generation: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.model = chat_model.bind(max_tokens=_MOST_TOKENS, **dict(generation))
        self.prompt = prompt
        self.support = support
        self._knowledge = knowledge

    def begin(self, units: Sequence[Unit], state: ConversationState) -> Writing | None:
        """Return the answer to be written; None where there is nothing to say that a model may word."""
        language = state.get("language", "tr")
        entry = state.get("entry", "")
        text = self._knowledge.text(entry, language) if self._knowledge is not None and entry else None
        known = of_knowledge(text) if text else None
        if not units and known is None:
            return None
        return Writing(self, units, known, state, language)


class Writing:
    """One answer that is being written.

    Args:
        writer: What writes.
        units: What there is to say.
        known: The knowledge text that answers the message, where there is one.
        state: The conversation.
        language: The language of the answer.

    Attributes:
        source: The author of the answer, once all pieces were taken.
        refused: What the model wrote and the customer did not get, with the reasons.
    """

    def __init__(
        self, writer: FreeWriter, units: Sequence[Unit], known: Unit | None, state: ConversationState,
        language: Language,
    ) -> None:  # fmt: skip
        self.source: AnswerSource = "model"
        self.refused: list[RefusedText] = []
        self._writer = writer
        self._units = [*units, *([known] if known else [])]
        self._values = {name: value for unit in self._units for name, value in unit.values.items()}
        self._known = " ".join(unit.text for unit in self._units)
        self._state = state
        self._language = language
        self._sent = ""
        self._named: set[str] = set()
        self._told: set[int] = set()

    async def pieces(self) -> AsyncGenerator[str, None]:
        """Yield the answer sentence by sentence, values filled in."""
        messages: list[BaseMessage] = [HumanMessage(self._prompt())]
        for _ in range(_ATTEMPTS):
            raw, wrong, reason = "", "", ""
            try:
                async with aclosing(self._sentences(messages)) as sentences:
                    async for sentence in sentences:
                        raw += sentence
                        if reason := self._reason(sentence):
                            wrong = sentence.strip()
                            break
                        yield self._take(sentence)
            except (AgentError, ValueError):  # LangChain raises the latter for a stream without a chunk
                reason = "model_failed"
            reason = reason or self._left_out()
            if not reason:
                return
            self.refused.append(RefusedText(text=wrong or raw.strip(), reason=reason, raw=raw.strip()))
            if reason == "model_failed":
                break
            messages = [messages[0], AIMessage(raw.strip() or "…"), HumanMessage(self._again(wrong or raw, reason))]
        for piece in self._rest():
            yield piece

    def _prompt(self) -> str:
        data = self._writer.prompt.data
        facts = [unit for unit in self._units if not unit.is_knowledge]
        knowledge = [unit.text for unit in self._units if unit.is_knowledge]
        turns = _turns(self._state.get("messages", []), self._state["message"])
        return self._writer.prompt.render(
            facts="\n".join(_shown(unit) for unit in facts) or data["nothing"],
            knowledge="\n".join(knowledge) or data["nothing"],
            turns=turns or data["nothing"],
            message=" ".join(self._state["message"].split()),
            language=data["languages"][self._language],
        )

    def _again(self, wrong: str, reason: str) -> str:
        data = self._writer.prompt.data
        text = str(data["again"])
        for name, value in {
            "sentence": " ".join(wrong.split()), "reason": str(data["reasons"].get(reason, reason)), "sent": self._sent
        }.items():  # fmt: skip
            text = text.replace("{" + name + "}", value)
        return text

    async def _sentences(self, messages: Sequence[BaseMessage]) -> AsyncGenerator[str, None]:
        """Yield the model's sentences, each once it is whole."""
        held, length = "", 0
        async with aclosing(written(self._writer.model, list(messages))) as pieces:
            async for piece in pieces:
                held += piece
                length += len(piece)
                while end := _SENTENCE_END.search(held):
                    if held[: end.end()].strip():
                        yield held[: end.end()]
                    held = held[end.end() :]
                if length > _MOST_CHARACTERS:
                    return
        if held.strip():
            yield held

    def _reason(self, sentence: str) -> str:
        """Return why a sentence may not leave; "" where it is proven."""
        names = set(FIELD.findall(sentence))
        if names - self._values.keys():
            return "unknown_name"
        if claim := own_claim(sentence, self._known, self._language):
            return claim
        if _is_out_of_role(sentence, self._known):
            return "unsupported"
        return "" if self._carriers(sentence, names) else "unsupported"

    def _carriers(self, sentence: str, names: set[str]) -> list[str]:
        """Return the evidence that carries a sentence: texts of units, "" for a courtesy."""
        holding = [unit for unit in self._units if names <= unit.values.keys()]
        evidence = [unit.text for unit in holding]
        if not holding:
            evidence = [" ".join(unit.text for unit in self._units if names & unit.values.keys())]
        elif not names:
            evidence.append("")
        support = self._writer.support
        return [each for each in evidence if support.supported(each, sentence.strip()) >= support.threshold]

    def _take(self, sentence: str) -> str:
        """Note a proven sentence as sent and return it with its values."""
        names = set(FIELD.findall(sentence))
        self._named |= names
        carriers = self._carriers(sentence, names)
        for place, unit in enumerate(self._units):
            if unit.required <= self._named and (unit.required or (unit.text in carriers and "" not in carriers)):
                self._told.add(place)
        said = " ".join(sentence.split())
        if any("\n" in self._values[name] for name in names):  # a list needs no full stop behind it
            said = _LIST_END.sub("", said)
        said = FIELD.sub(lambda name: self._values[name[1]], said)
        return self._spaced(turkish.capitalised(said, self._language))

    def _spaced(self, text: str) -> str:
        gap = "" if not self._sent else "\n\n" if "\n" in text or "\n" in self._sent else " "
        self._sent += gap + text
        return gap + text

    def _left_out(self) -> str:
        return "asked_unsaid" if len(self._told) < len(self._units) else ""

    def _rest(self) -> Iterator[str]:
        """Yield what code says of the units that were not told, and note that it did."""
        for place, unit in enumerate(self._units):
            if place not in self._told and unit.said:
                self.source = "template" if "template" in (unit.source, self.source) else "composed"
                yield self._spaced(unit.said)


def _is_out_of_role(sentence: str, known: str) -> bool:
    """Tell whether a name stands before a word that the evidence has behind other names only ("{date} numaralı")."""
    roles: dict[str, set[str]] = {}
    for name, word in _NAME_BEFORE.findall(known):
        roles.setdefault(turkish.fold(word), set()).add(name)
    return any(name not in roles.get(turkish.fold(word), {name}) for name, word in _NAME_BEFORE.findall(sentence))


def _shown(unit: Unit) -> str:
    names = ", ".join("{" + name + "}" for name in unit.values if "{" + name + "}" in unit.text)
    label = ": ".join(filter(None, (unit.label, names)))
    return f"- {label + ' — ' if label else ''}{unit.text}"


def _turns(messages: Sequence[AnyMessage], message: str) -> str:
    """Return the last messages before the present one."""
    before = list(messages)
    if before and isinstance(before[-1], HumanMessage) and before[-1].text == message:
        before = before[:-1]
    lines = []
    for each in before[-_LAST_MESSAGES:]:
        speaker = "Temsilci" if isinstance(each, AIMessage) else "Müşteri"
        lines.append(f"{speaker}: {' '.join(each.text.split())}")
    return "\n".join(lines)
