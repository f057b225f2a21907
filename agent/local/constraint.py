"""Constrained decoding: the tokens that a grammar or a JSON schema allows next (llguidance)."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import llguidance.hf
import torch
from llguidance import LLMatcher, LLTokenizer
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from agent.errors import GrammarInvalid

_KEPT_GRAMMARS = 32
_CLOSERS = ('"}', '"', "}", "]", ",", "0")
_JSON_STYLE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ", "lenient": True}


class Constraint:
    """The state of one constrained text.

    Args:
        matcher: llguidance's matcher, fresh.
        closers: Tokens that end a JSON value, best first; empty where ending early has no meaning.
    """

    def __init__(self, matcher: LLMatcher, closers: list[int]) -> None:
        self._matcher = matcher
        self._closers = closers

    def forced(self) -> list[int]:
        """Return the tokens that must come next; they still have to be accepted."""
        return [] if self._matcher.is_accepting() else list(self._matcher.compute_ff_tokens())

    def allows(self, token: int) -> bool:
        """Return True for a token that may come next."""
        return self._matcher.validate_tokens([token]) == 1

    def accept(self, tokens: list[int]) -> None:
        """Add allowed tokens to the text."""
        if not self._matcher.consume_tokens(tokens):
            raise GrammarInvalid(f"the grammar stopped working: {self._matcher.get_error()}")

    def mask(self, logits: Tensor) -> Tensor:
        """Return the logits with minus infinity for tokens that may not come next."""
        bias = torch.frombuffer(bytearray(self._matcher.compute_logit_bias()), dtype=torch.uint8).to(logits.device)
        allowed = torch.zeros(logits.shape[-1], dtype=torch.bool, device=logits.device)
        width = min(len(bias), len(allowed))
        allowed[:width] = bias[:width] > 0
        return logits.masked_fill(~allowed, float("-inf"))

    def closing_token(self) -> int | None:
        """Return a token that brings the text nearer to its end, or None."""
        return next((token for token in self._closers if self.allows(token)), None)

    @property
    def finished(self) -> bool:
        """True where no token can follow."""
        return bool(self._matcher.is_stopped())

    @property
    def whole(self) -> bool:
        """True where the text so far is complete under the grammar."""
        return bool(self._matcher.is_accepting()) or bool(self._matcher.is_stopped() and not self._matcher.is_error())


class ConstraintFactory:
    """Compiles grammars for one tokenizer and keeps the last few compiled.

    Args:
        tokenizer: A fast tokenizer of transformers.
        vocabulary: The number of the model's logits.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> None:
        self._tokenizer = tokenizer
        self._vocabulary = vocabulary
        self._guide: LLTokenizer | None = None
        self._compiled: OrderedDict[str, LLMatcher] = OrderedDict()

    def from_grammar(self, grammar: str) -> Constraint:
        """Make a constraint of a grammar in llguidance's Lark dialect.

        Raises:
            GrammarInvalid: The grammar cannot be used.
        """
        return Constraint(self._matcher(LLMatcher.grammar_from_lark(grammar)), [])

    def from_schema(self, schema: Mapping[str, Any]) -> Constraint:
        """Make a constraint of a JSON schema; the text is written on one line, as `json.dumps` writes it.

        Raises:
            GrammarInvalid: The schema cannot be used.
        """
        try:
            grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides=_JSON_STYLE)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise GrammarInvalid(f"the JSON schema cannot be used: {error}") from error
        encoded = (self._tokenizer.encode(text, add_special_tokens=False) for text in _CLOSERS)
        eos = self._tokenizer.eos_token_id
        return Constraint(self._matcher(grammar), [eos] + [tokens[0] for tokens in encoded if len(tokens) == 1])

    def _matcher(self, grammar: str) -> LLMatcher:
        known = self._compiled.get(grammar)
        if known is None:
            if self._guide is None:  # takes a moment, so only where a grammar is used at all
                self._guide = llguidance.hf.from_tokenizer(self._tokenizer, n_vocab=self._size())  # type: ignore[arg-type]
            known = LLMatcher(self._guide, grammar, log_level=0)
            if known.is_error():
                raise GrammarInvalid(f"the grammar cannot be used: {known.get_error()}")
            self._compiled[grammar] = known
            while len(self._compiled) > _KEPT_GRAMMARS:
                self._compiled.popitem(last=False)
        self._compiled.move_to_end(grammar)
        return known.deep_copy()

    def _size(self) -> int:
        return max(self._vocabulary, len(self._tokenizer))
