"""The decoding loop: one forward pass a token, or fewer where a grammar forces the next tokens.

Works on any causal model of transformers. It knows nothing of threads, messages or tools.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor
from transformers import DynamicCache

from agent.errors import GenerationCancelled, OutputIncomplete, PromptTooLong
from agent.local.constraint import Constraint, ConstraintFactory
from agent.local.embedded import LoadedModel
from agent.local.prefix_cache import PrefixCache, Start
from agent.local.text_stream import TextStream

_PORTION = 256  # prompt tokens that are read at once at most, between two looks at the cancel flag
_LINE_ENDS = ("\n", "Ċ", "<0x0A>")  # as the names of tokens have them
_CLOSING_PART = 4  # the last quarter of the tokens is for bringing JSON to its end


@dataclass(frozen=True)
class Options:
    """The options of one text.

    Attributes:
        max_tokens: The most tokens that are made.
        stop: Texts that end the output; they are not part of it.
        temperature: 0 takes the likeliest token each time.
        top_p: Only the likeliest tokens that together have this probability are drawn from.
        seed: Makes drawing repeatable.
        grammar: A grammar in llguidance's Lark dialect that the text follows.
        json_schema: A JSON schema that the text follows; not together with `grammar`.
        special_tokens: True where the tokenizer puts its own marks (such as `<bos>`) around the prompt.
    """

    max_tokens: int = 256
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int | None = None
    grammar: str | None = None
    json_schema: Mapping[str, Any] | None = None
    special_tokens: bool = True


@dataclass(frozen=True)
class Finish:
    """The end of a text: its reason and the numbers of tokens."""

    reason: Literal["stop", "length"]
    prompt_tokens: int
    cached_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Piece:
    """A piece of text; the last one of a text says how it ended."""

    text: str
    finish: Finish | None = None


class Decoder:
    """Makes one text at a time with one model.

    Args:
        loaded: The model.
        slots: Prompts whose states are kept for those that begin alike.
    """

    def __init__(self, loaded: LoadedModel, slots: int = 6) -> None:
        self._model = loaded.model
        self._step_mask = loaded.step_mask
        self._tokenizer = loaded.tokenizer
        self._prefixes = PrefixCache(loaded.model.config, slots)
        ends = {id: name for name, id in loaded.tokenizer.get_vocab().items() if name.endswith(_LINE_ENDS)}
        self._line_ends = frozenset(ends)
        self._blank_lines = frozenset(id for id, name in ends.items() if any(end * 2 in name for end in _LINE_ENDS))
        config = loaded.model.config.get_text_config()
        self._constraints = ConstraintFactory(loaded.tokenizer, config.vocab_size)
        self._context: int = getattr(config, "max_position_embeddings", None) or 1 << 20
        self._ends = _end_tokens(loaded)

    @torch.inference_mode()
    def run(self, prompt: str, options: Options, cancelled: Callable[[], bool] = lambda: False) -> Iterator[Piece]:
        """Make a text.

        Raises:
            GenerationCancelled: `cancelled` became true.
            PromptTooLong: The prompt leaves no room in the context.
            GrammarInvalid: The grammar or schema cannot be used.
            OutputIncomplete: The tokens ran out before the JSON was whole.
        """
        constraint = self._constraint(options)
        tokens: list[int] = self._tokenizer.encode(prompt, add_special_tokens=options.special_tokens)
        room = self._context - len(tokens)
        if room < 1 or not tokens:
            raise PromptTooLong(f"The prompt has {len(tokens)} tokens; the model reads 1 to {self._context - 1}.")
        cuts = self._cuts(tokens)
        start = self._prefixes.take(tokens, cuts)
        cache, held = start.cache, start.held
        logits = self._prefill(tokens, cuts, start, cancelled)
        text = TextStream(self._tokenizer, options.stop)
        choose = _Chooser(options, constraint, self._ends)
        made: list[int] = []
        limit = min(options.max_tokens, room)
        ended = False
        while not ended and len(made) < limit:
            if cancelled():
                raise GenerationCancelled("The text was not wanted any more.")
            fresh = choose.next(logits, len(made), limit)
            ended = choose.ended
            made.extend(fresh)
            if piece := text.feed(fresh):
                yield Piece(piece)
            ended = ended or text.stopped
            if not ended and len(made) < limit:
                logits = self._forward(fresh, cache)
        if options.json_schema is not None and not text.stopped and not choose.whole:
            raise OutputIncomplete(f"{len(made)} tokens were not enough for the JSON. Raise max_tokens.")
        yield Piece(text.finish(), Finish("stop" if ended else "length", len(tokens), held, len(made)))

    def _constraint(self, options: Options) -> Constraint | None:
        if options.json_schema is not None:
            return self._constraints.from_schema(options.json_schema)
        return self._constraints.from_grammar(options.grammar) if options.grammar is not None else None

    def _cuts(self, tokens: list[int]) -> list[int]:
        """The ends of the portions in which a prompt is read: paragraphs, and parts of long ones."""
        cuts, begin = [], 0
        for place, (before, token) in enumerate(zip([-1, *tokens], tokens[:-1], strict=False), 1):
            blank = token in self._blank_lines or (token in self._line_ends and before in self._line_ends)
            if blank or place - begin == _PORTION:
                cuts.append(place)
                begin = place
        return [*cuts, len(tokens)]

    def _prefill(self, tokens: list[int], cuts: list[int], start: Start, cancelled: Callable[[], bool]) -> Tensor:
        """Read the prompt portion by portion; keeps the states of beginnings that will serve others."""
        ahead = [start.held, *(cut for cut in cuts if cut > start.held)]
        logits = None
        for begin, end in zip(ahead, ahead[1:], strict=False):
            if cancelled():
                raise GenerationCancelled("The text was not wanted any more.")
            logits = self._forward(tokens[begin:end], start.cache)
            if end in start.keep:
                self._prefixes.put(tokens[:end], start.cache)
        assert logits is not None  # noqa: S101  a prompt has at least one token that is not held
        return logits

    def _forward(self, tokens: list[int], cache: DynamicCache) -> Tensor:
        """Logits after the last of these tokens, float32, shape (vocabulary,)."""
        ids = torch.tensor([tokens], device=self._model.device)
        mask = self._step_mask if len(tokens) == 1 else None
        answer = self._model(
            input_ids=ids, attention_mask=mask, past_key_values=cache, use_cache=True, logits_to_keep=1
        )
        logits: Tensor = answer.logits[0, -1]
        return logits.float()


class _Chooser:
    """Chooses the next tokens from logits, under the constraint and the options."""

    def __init__(self, options: Options, constraint: Constraint | None, ends: frozenset[int]) -> None:
        self._options = options
        self._constraint = constraint
        self._ends = ends
        self._random = torch.Generator()
        if options.seed is not None:
            self._random.manual_seed(options.seed)
        else:
            self._random.seed()
        self.ended = False

    @property
    def whole(self) -> bool:
        """True where a constrained text is complete."""
        return self._constraint is None or self._constraint.whole

    def next(self, logits: Tensor, made: int, limit: int) -> list[int]:
        """The next tokens, without an end mark; sets `ended` where the text is over."""
        if self._constraint is None:
            token = self._draw(logits)
            self.ended = token in self._ends
            return [] if self.ended else [token]
        tokens = self._constraint.forced() if made == 0 else []
        if not tokens:
            token = self._constrained(logits, self._constraint, made, limit)
            if token in self._ends and self._constraint.whole:
                self.ended = True
                return []
            self._constraint.accept([token])
            tokens = [token]
        else:
            self._constraint.accept(tokens)
        if not self._constraint.finished and (more := self._constraint.forced()):
            self._constraint.accept(more)
            tokens += more
        self.ended = self._constraint.finished
        return tokens

    def _constrained(self, logits: Tensor, constraint: Constraint, made: int, limit: int) -> int:
        if self._options.json_schema is not None and made >= limit - limit // _CLOSING_PART:
            closing = constraint.closing_token()
            if closing is not None:
                return closing
        if self._options.temperature <= 0:
            likeliest = int(logits.argmax())
            if constraint.allows(likeliest):  # far cheaper than the whole mask, and mostly true
                return likeliest
        return self._draw(constraint.mask(logits))

    def _draw(self, logits: Tensor) -> int:
        if self._options.temperature <= 0:
            return int(logits.argmax())
        chances = (logits / self._options.temperature).softmax(-1).cpu()
        if self._options.top_p < 1:
            ordered, places = chances.sort(descending=True)
            ordered[ordered.cumsum(0) - ordered >= self._options.top_p] = 0
            return int(places[torch.multinomial(ordered, 1, generator=self._random)])
        return int(torch.multinomial(chances, 1, generator=self._random))


def _end_tokens(loaded: LoadedModel) -> frozenset[int]:
    configured = getattr(loaded.model.generation_config, "eos_token_id", None)
    found = configured if isinstance(configured, list) else [configured]
    return frozenset(int(token) for token in [*found, loaded.tokenizer.eos_token_id] if token is not None)
