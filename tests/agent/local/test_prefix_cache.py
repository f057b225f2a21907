"""Prompts that begin alike are read once, with the same text as a result."""

from __future__ import annotations

from agent.local.decoding import Decoder
from agent.local.embedded import LoadedModel
from agent.local.generation import Generator, Options
from tests.agent.conftest import tiny_gemma, train_tokenizer


def test_prompt_that_begins_alike_is_not_read_again(generator: Generator) -> None:
    start = "Merhaba, bu ayki faturam ne kadar? " * 3 + "\n\n"
    fresh = list(generator.pieces(start + "Paketim nedir", Options(max_tokens=12)))
    again = list(generator.pieces(start + "Paketim nedir", Options(max_tokens=12)))
    other = list(generator.pieces(start + "Kotam ne kadar", Options(max_tokens=12)))
    assert fresh[-1].finish and again[-1].finish and other[-1].finish
    assert fresh[-1].finish.cached_tokens == 0
    # Reading stops where the paragraph ends, known or not: the same portions give the same text.
    assert 20 < again[-1].finish.cached_tokens < again[-1].finish.prompt_tokens - 1
    assert other[-1].finish.cached_tokens == again[-1].finish.cached_tokens
    assert [piece.text for piece in fresh] == [piece.text for piece in again]


def test_the_place_where_two_prompts_part_is_kept_for_a_third(generator: Generator) -> None:
    common, options = "Kurallar: kısa konuşun.\n\n" * 4, Options(max_tokens=4)
    for own in ("Birinci bilgi.\n\nPaketim nedir", "İkinci bilgi.\n\nKotam ne kadar"):
        assert list(generator.pieces(common + own, options))
    third = list(generator.pieces(common + "Üçüncü bilgi.\n\nHattım açık mı", options))
    assert third[-1].finish and third[-1].finish.cached_tokens > 10


def test_sliding_window_reuse_gives_the_same_text() -> None:
    tokenizer = train_tokenizer()
    loaded = LoadedModel(tiny_gemma(len(tokenizer)), tokenizer, "gemma", "cpu")
    start, options = "Faturanız 249,90 TL. " * 8 + "\n\n", Options(max_tokens=40)
    warm = Decoder(loaded)
    for question in ("Paketim nedir?", "Kotam ne kadar?", "Hattım açık mı?"):
        alone = "".join(piece.text for piece in Decoder(loaded).run(start + question, options))
        pieces = list(warm.run(start + question, options))
        assert "".join(piece.text for piece in pieces) == alone
    assert pieces[-1].finish is not None and pieces[-1].finish.cached_tokens > 24
