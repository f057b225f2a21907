"""Judges whether a sentence is supported by its evidence: a linear model on what the one says beside the other.

It is independent of the decision model and of the chat model: it reads words only. Each word of the sentence that the
evidence does not have weighs by itself, by its root and by its letters; words that it has weigh together. Beside them
stand what cannot be seen from single words: a state turned round, a promise, a cause, an apology or advice that the
evidence does not have, and a fact's name among words that belong to another one (``agent.decision.alignment``).

What code can see by itself (``agent.decision.contradiction``) is refused before the model is asked.

Facts stand as names in braces in both texts, as the writer writes them before code fills them in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Protocol
from zlib import crc32

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from agent.decision.alignment import Word, contexts, is_stated, opposed, shapes_of, words_of
from agent.decision.characters import grams
from agent.decision.contradiction import contradiction
from agent.errors import ModelFilesMissing, ModelUnusable

SUPPORT_FILE = Path(str(resources.files("agent").joinpath("weights", "support.safetensors")))
"""The committed model."""

_MOST_COUNTED = 6
"""More unstated words than these say no more."""
_RELATION = 2.5
"""Weight of what two texts have to do with each other beside single words: it holds for words never seen, too."""
_LEXICAL = ("≠", "=", "function:", "pair:", "follows:")
_LETTERS = 0.5
"""Weight of the letters of an unstated word beside the word itself."""


class SupportReading(Protocol):
    """Judges whether evidence supports a sentence."""

    threshold: float
    """Least probability at which a sentence may be said."""

    def supported(self, evidence: str, sentence: str) -> float:
        """Return the probability that a sentence claims nothing beyond its evidence.

        Args:
            evidence: Sentences that are true, with the names of facts in braces.
            sentence: The sentence to be judged, with the same names.
        """


def features(evidence: str, sentence: str) -> dict[int, float]:
    """Return the features of a sentence beside its evidence: values by 32-bit checksums."""
    known, said = words_of(evidence), words_of(sentence)
    stated = {word.root for word in known if not word.is_name}
    found: dict[str, float] = {"words": min(len(said), 20) / 10}
    letters: dict[int, float] = {}
    unstated = [word for word in said if word.counts and not word.is_name and not is_stated(word, stated)]
    counted = [word for word in said if word.counts and not word.is_name]
    _count(found, said, stated, unstated, counted)
    _compare_polarity(found, known, said, stated)
    _compare_shapes(found, known, said, stated)
    _compare_names(found, known, said)
    found = {name: value if name.startswith(_LEXICAL) else _RELATION * value for name, value in found.items()}
    for word in unstated:
        spelled = grams(word.text)
        length = math.sqrt(sum(count * count for count in spelled.values())) or 1.0
        for gram, count in spelled.items():
            letters[gram] = letters.get(gram, 0.0) + _LETTERS * count / length
    return {crc32(f"support:{name}".encode()): value for name, value in found.items()} | letters


def _count(
    found: dict[str, float], said: Sequence[Word], stated: set[str], unstated: Sequence[Word], counted: Sequence[Word]
) -> None:
    found[f"unstated:{min(len(unstated), _MOST_COUNTED)}"] = 1.0
    found["unstated"] = min(len(unstated), _MOST_COUNTED) / 2
    found["share"] = len(unstated) / len(counted) if counted else 0.0
    if not counted:
        found["empty"] = 1.0
    if not any(word.is_name for word in said):
        found["nameless"] = 1.0
        found["nameless and stated"] = 1.0 - found["share"]
    for word in said:
        if word.is_name:
            continue
        here = word in unstated
        if here:
            found[f"≠{word.text}"] = 1.0
            found[f"≠root:{word.root}"] = 1.0
        elif word.counts:
            found[f"={word.root}"] = 1.0
        else:
            found[f"function:{word.text}"] = 1.0
        if opposed(word.root, stated):
            found["opposite"] = 1.0
    for first, second in zip(said, said[1:], strict=False):
        if first in unstated or second in unstated:
            found[f"pair:{_shown(first)} {_shown(second)}"] = 1.0


def _shown(word: Word) -> str:
    return "{}" if word.is_name else word.root


def _compare_polarity(found: dict[str, float], known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> None:
    """Note what is denied and stated as so, or the other way round."""
    signs: dict[str, set[bool]] = {}
    for word in known:
        signs.setdefault(word.root, set()).add(word.negated)
    for word in said:
        if word.root in signs and word.negated not in signs[word.root]:
            found["turned"] = 1.0
            found[f"turned:{word.root}"] = 1.0
    denies, denied = any(word.negated for word in said), any(word.negated for word in known)
    if denies and not denied:
        found["denies"] = 1.0
    if denied and not denies:
        found["affirms"] = 1.0
    begins, began = _answer(said), _answer(known)
    if begins and began and begins != began:
        found["answer turned"] = 1.0
    elif begins and not began:
        found[f"answer new:{begins}"] = 1.0


def _answer(words: Sequence[Word]) -> str:
    first = words[0].text if words else ""
    return {"evet": "yes", "yes": "yes", "hayir": "no", "no": "no"}.get(first, "")


def _compare_shapes(found: dict[str, float], known: Sequence[Word], said: Sequence[Word], stated: set[str]) -> None:
    """Note promises, causes, apologies, advice and the like, and whether the evidence has them, too."""
    here, there = shapes_of(said), shapes_of(known)
    for name, words in here.items():
        if name not in there:
            found[f"new:{name}"] = 1.0
            if any(not is_stated(word, stated) for word in words):
                found[f"new and unstated:{name}"] = 1.0
        else:
            found[f"both:{name}"] = 1.0
    for name in ("may", "if", "future"):
        if name in there and name not in here:
            found[f"dropped:{name}"] = 1.0


def _compare_names(found: dict[str, float], known: Sequence[Word], said: Sequence[Word]) -> None:
    """Note a name among words that the evidence has around another one, or around none."""
    theirs = contexts(known)
    for name, places in contexts(said).items():
        own = theirs.get(name)
        if own is None:
            found["unknown name"] = 1.0
            continue
        near = set().union(*(around for around, _ in own))
        following = {after for _, after in own}
        foreign = [set().union(*(around for around, _ in others)) for other, others in theirs.items() if other != name]
        for around, after in places:
            ours = len(around & near)
            others = max((len(around & each) for each in foreign), default=0)
            if around and not ours:
                found["name: nothing near"] = 1.0
            if others > ours:
                found["name: nearer to another"] = 1.0
            if any((around - near) & each for each in foreign):
                found["name: a word of another"] = 1.0
            if after and not after.startswith("{"):
                found["name: follows" if after in following else "name: other word follows"] = 1.0
                if after not in following:
                    found[f"follows:{after}"] = 1.0


class SupportModel:
    """Logistic regression on the features of a sentence beside its evidence.

    Args:
        tensors: ``features`` (the checksums) and ``weight``, each of shape (features,), ``bias`` and ``threshold``,
            each of shape (1,).

    Attributes:
        threshold: Least probability at which a sentence may be said, as it was chosen on the training folds.
    """

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        weights = tensors["weight"].float().tolist()
        self._weights = dict(zip(tensors["features"].tolist(), weights, strict=True))
        self._bias = float(tensors["bias"])
        self.threshold = float(tensors["threshold"])

    @classmethod
    def from_file(cls, path: Path) -> SupportModel:
        """Read a model that ``save_support_model`` wrote.

        Raises:
            ModelFilesMissing: There is no such file.
            ModelUnusable: The file is damaged.
        """
        if not path.is_file():
            raise ModelFilesMissing(f"{path} is missing: no free sentence could be proven. Reinstall the package.")
        try:
            return cls(load_file(path))
        except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelUnusable(f"{path} cannot be read: {error}") from error

    def supported(self, evidence: str, sentence: str) -> float:
        """Return the probability of support, 0 for a contradiction; see ``SupportReading``."""
        if contradiction(evidence, sentence):
            return 0.0
        score = self._bias
        for feature, value in features(evidence, sentence).items():
            score += self._weights.get(feature, 0.0) * value
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def load_support_model() -> SupportModel:
    """Load the committed model.

    Raises:
        ModelError: The file is missing or damaged.
    """
    return SupportModel.from_file(SUPPORT_FILE)


def save_support_model(tensors: Mapping[str, Tensor], path: Path) -> None:
    """Write the tensors of a ``SupportModel``; weights in half precision."""
    saved = {
        "features": tensors["features"].to(torch.int64), "weight": tensors["weight"].half(),
        "bias": tensors["bias"].float(), "threshold": tensors["threshold"].float(),
    }  # fmt: skip
    save_file({name: tensor.contiguous() for name, tensor in saved.items()}, path)
