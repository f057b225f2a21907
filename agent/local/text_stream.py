"""Converts tokens into text piece by piece: never half a character, never a stop string or a part of one."""

from __future__ import annotations

from collections.abc import Sequence

from transformers import PreTrainedTokenizerBase

_BROKEN = "\ufffd"


class Stops:
    """Lets a text through up to the first stop string, without sending the beginning of one.

    Args:
        stop: Texts that end the output; they are not part of it.
    """

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = [text for text in stop if text]
        self._held = ""
        self.stopped = False

    def feed(self, text: str) -> str:
        """Add text; returns the text that can be sent now. Sets `stopped` after a stop string."""
        if self.stopped:
            return ""
        self._held += text
        places = [place for place in (self._held.find(stop) for stop in self._stop) if place >= 0]
        if places:
            self.stopped = True
            piece, self._held = self._held[: min(places)], ""
            return piece
        keep = max((_overlap(self._held, stop) for stop in self._stop), default=0)
        piece, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return piece

    def finish(self) -> str:
        """Return the text that was held back, at the end of the output; empty after a stop string."""
        held, self._held = self._held, ""
        return held


class TextStream:
    """Turns tokens into pieces of text that can be sent at once.

    Args:
        tokenizer: The model's tokenizer.
        stop: Texts that end the output; they are not part of it.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, stop: Sequence[str] = ()) -> None:
        self._tokenizer = tokenizer
        self._stops = Stops(stop)
        self._tokens: list[int] = []
        self._before = 0  # first token of the context that decides about leading spaces
        self._shown = 0  # tokens whose text was taken

    @property
    def stopped(self) -> bool:
        """True after a stop string."""
        return self._stops.stopped

    def feed(self, tokens: Sequence[int]) -> str:
        """Add tokens; returns the text that is certain now."""
        self._tokens.extend(tokens)
        shown = self._decode(self._tokens[self._before : self._shown])
        text = self._decode(self._tokens[self._before :])
        if text.endswith(_BROKEN) and len(self._tokens) - self._shown < 8:  # the rest of a character is to come
            return ""
        self._before, self._shown = self._shown, len(self._tokens)
        return self._stops.feed(text[len(shown) :])

    def finish(self) -> str:
        """Return the text that was held back, after the last token."""
        shown = self._decode(self._tokens[self._before : self._shown])
        text = self._decode(self._tokens[self._before :])
        self._shown = len(self._tokens)
        return self._stops.feed(text[len(shown) :].rstrip(_BROKEN)) + self._stops.finish()

    def _decode(self, tokens: list[int]) -> str:
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False))


def _overlap(text: str, stop: str) -> int:
    """Return the length of the longest end of the text that begins the stop string."""
    return next((size for size in range(min(len(text), len(stop) - 1), 0, -1) if text.endswith(stop[:size])), 0)
