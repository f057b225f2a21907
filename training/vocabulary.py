"""Makes ``agent/weights/vocabulary.json.gz``: the tokens of Gemma that Turkish and English customers need.

    pip install wordfreq==3.1.1
    python -m training.vocabulary --out agent/weights/vocabulary.json.gz

Kept are: all control tokens and bytes, the characters of both languages, every token of this repository's own texts,
and the tokens with the greatest weight over two frequency lists of words (``wordfreq``, frozen at 3.1.1), each word as
it is, capitalised, and without diacritics as customers type it. The result is closed under merges: a kept token's
parts are kept. ``wordfreq`` is needed only here, so it is not a dependency of the service.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import string
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from transformers import AutoTokenizer, PreTrainedTokenizerBase

from agent.local.base_weights import assemble_base
from agent.local.vocabulary import CONTROL_TOKENS, SPACE, Vocabulary, encode_vocabulary, merges_of
from core import turkish

TURKISH_TOKENS = 13_500
ENGLISH_TOKENS = 3_500
CHARACTERS = string.ascii_letters + string.digits + string.punctuation + "çğıöşüÇĞİÖŞÜâîûÂÎÛ“”‘’–—…•·°€₺£%½²\t\n"
TEXT_FILES = (
    "agent/prompts/*.md",
    "tools/**/*.py",
    "graph/**/*.py",
    "database/seed/*.py",
    "ports/*.py",
    "training/data/**/*.jsonl",
)
EMOJI = (
    "😀😁😂🤣😃😄😅😆😉😊😋😎😍😘🥰🙂🤗🤔😐😑🙄😏😣😥😮😪😫😴😌😛😜😝😒😓😔😕🙃😲🙁😖😞😟😤😢😭😦😧😨😩🤯😬😰😱😳🤪😵😡😠🤬😷🤒🤕😇"
    "🥳🥺🤦🤷👍👎👌✌👏🙏💪👋🤝👀❤💔💙💜🧡💚💛🖤💯✅❌❗❓‼⁉⚠🚨📱📞☎📶🌐💻📡💳💰💸📄📅⏰⏳🔥✨🎉🎁🚀🔴🟢🟡➡⬅⬆⬇☹☺✔✖📧🏠"
)
SENTENCE_SIGNS = ".,!?…:;-'\"()/{}[]"
PUNCTUATION = 3  # longest run of signs that is kept whole, such as "..." or "?!"
CAPITALS = 3  # longest run of capitals that is kept whole, such as "TL", "GB" or "SMS"
WAYS_OF_WRITING = {"spaced": 1.0, "capitalised": 0.2, "first": 0.2, "folded": 0.3, "bare": 0.05, "shouted": 0.02}


def choose_tokens(tokenizer: PreTrainedTokenizerBase, root: Path) -> Vocabulary:
    """Choose the kept tokens; the same answer for the same Gemma, word lists and repository texts."""
    every = {position: token for token, position in tokenizer.get_vocab().items()}
    kept = set(range(CONTROL_TOKENS))
    kept.update(token for token, text in every.items() if _is_sign(text))
    for text in repository_texts(root):
        kept.update(tokenizer(text, add_special_tokens=False)["input_ids"])
    kept.update(_heaviest(word_weights(tokenizer, "tr"), TURKISH_TOKENS))
    kept.update(_heaviest(word_weights(tokenizer, "en"), ENGLISH_TOKENS))
    kept = close_under_merges(kept, every)
    ids = tuple(sorted(kept))
    return Vocabulary(ids, tuple(every[i] for i in ids))


def repository_texts(root: Path) -> Iterator[str]:
    """Every text of this repository that a prompt or an answer can hold."""
    for pattern in TEXT_FILES:
        for path in sorted(root.glob(pattern)):
            yield path.read_text(encoding="utf-8")


def word_weights(tokenizer: PreTrainedTokenizerBase, language: str) -> Mapping[int, float]:
    """The weight of each token over a language's words: the frequency of the words it is in, by way of writing."""
    size = "best" if language == "tr" else "small"
    frequency: dict[str, float] = importlib.import_module("wordfreq").get_frequency_dict(language, wordlist=size)
    weights: defaultdict[int, float] = defaultdict(float)
    words = sorted(frequency)
    for way, share in WAYS_OF_WRITING.items():
        encoded = tokenizer([_written(word, way) for word in words], add_special_tokens=False)["input_ids"]
        for word, tokens in zip(words, encoded, strict=True):
            for token in tokens:
                weights[token] += frequency[word] * share
    return weights


def close_under_merges(kept: set[int], every: dict[int, str]) -> set[int]:
    """Add the parts through which each kept token is merged, down to single characters.

    Each token is merged on its own by Gemma's ranks; what is passed on the way is kept, so the reduced rules reach it.
    """
    rank = {token: position for position, token in every.items()}
    closed = set(kept)
    for position in kept:
        if position < CONTROL_TOKENS:
            continue
        pieces = list(every[position])
        while len(pieces) > 1:
            pairs = zip(pieces, pieces[1:], strict=False)
            best, at = min((rank.get(left + right, sys.maxsize), place) for place, (left, right) in enumerate(pairs))
            if best == sys.maxsize:
                break
            closed.add(best)
            pieces[at : at + 2] = [every[best]]
        closed.update(rank[piece] for piece in every[position] if piece in rank)
    return closed


def _is_sign(text: str) -> bool:
    """Return True for a token that is kept as it is: a character, an emoji, a short run of signs or capitals."""
    body = text.removeprefix(SPACE)
    if len(body) <= 1:
        return not body or body in CHARACTERS or body in EMOJI
    if len(body) <= PUNCTUATION and all(c in SENTENCE_SIGNS for c in body):
        return True
    return len(body) <= CAPITALS and all(c in string.ascii_uppercase for c in body) and text.startswith(SPACE)


def _written(word: str, way: str) -> str:
    upper = word.replace("i", "İ").upper()
    return {
        "spaced": f" {word}",
        "capitalised": f" {upper[:1]}{word[1:]}",
        "first": f"{upper[:1]}{word[1:]}",
        "folded": f" {turkish.without_diacritics(word)}",
        "bare": word,
        "shouted": f" {upper}",
    }[way]


def _heaviest(weights: Mapping[int, float], count: int) -> Iterable[int]:
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return [token for token, _ in ranked[:count]]


def main(arguments: list[str] | None = None) -> None:
    """Write the list; the same bytes for the same inputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, help="Gemma's tokenizer, already converted and saved")
    options = parser.parse_args(arguments)
    root = Path(__file__).resolve().parent.parent
    if options.tokenizer:
        tokenizer = AutoTokenizer.from_pretrained(options.tokenizer)
    else:
        with tempfile.TemporaryDirectory() as folder:
            assemble_base(Path(folder) / "base.gguf")
            tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file="base.gguf")
    vocabulary = choose_tokens(tokenizer, root)
    options.out.write_bytes(gzip.compress(encode_vocabulary(vocabulary), mtime=0))
    report = {"tokens": len(vocabulary.ids), "merges": len(merges_of(vocabulary.tokens))}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main()
