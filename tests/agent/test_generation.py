"""How tokens are made: streaming, stopping, cancelling, constraints, reuse of prompts."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from contextlib import aclosing

import pytest

from agent.errors import GenerationCancelled, GenerationError, GrammarInvalid, OutputIncomplete, PromptTooLong
from agent.local.decoding import Decoder
from agent.local.embedded import LoadedModel
from agent.local.generation import Generator, Options
from agent.local.text_stream import TextStream
from tests.agent.conftest import tiny_gemma, tiny_llama, train_tokenizer

ENDLESS = Options(max_tokens=50_000, temperature=1.0, seed=1)


async def test_stream_yields_the_same_text_as_one_piece(generator: Generator) -> None:
    options = Options(max_tokens=40, temperature=0.8, seed=3)
    pieces = [piece async for piece in generator.stream("Merhaba", options)]
    whole, finish = await generator.text("Merhaba", options)
    assert "".join(piece.text for piece in pieces) == whole != ""
    assert pieces[-1].finish is not None and all(piece.finish is None for piece in pieces[:-1])
    assert finish.output_tokens <= 40


async def test_closing_a_stream_frees_the_model(generator: Generator) -> None:
    async with aclosing(generator.stream("Merhaba", ENDLESS)) as stream:
        async for _ in stream:
            break
    began = time.monotonic()
    await generator.text("Merhaba", Options(max_tokens=2))
    assert time.monotonic() - began < 10  # the endless text would take far longer


async def test_cancelled_task_frees_the_model(generator: Generator) -> None:
    task = asyncio.create_task(generator.text("Merhaba", ENDLESS))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(generator.text("Merhaba", Options(max_tokens=2)), 10)


def test_set_event_raises_cancelled(tiny: LoadedModel) -> None:
    cancel = threading.Event()
    running = Decoder(tiny).run("Merhaba", ENDLESS, cancel.is_set)
    next(running)
    cancel.set()
    with pytest.raises(GenerationCancelled):
        list(running)


async def test_requests_are_served_in_order(generator: Generator) -> None:
    finished: list[int] = []

    async def ask(number: int) -> None:
        await generator.text("Merhaba", Options(max_tokens=20 if number == 0 else 2))
        finished.append(number)

    await asyncio.gather(*(ask(number) for number in range(5)))
    assert finished == [0, 1, 2, 3, 4]


async def test_event_loop_stays_free_while_generating(generator: Generator) -> None:
    task = asyncio.create_task(generator.text("Merhaba", Options(max_tokens=300, temperature=1.0, seed=5)))
    ticks = 0
    while not task.done():
        await asyncio.sleep(0.005)
        ticks += 1
    assert ticks > 3


def test_stop_string_ends_the_text_and_is_left_out(generator: Generator) -> None:
    free = "".join(piece.text for piece in generator.pieces("Merhaba", Options(max_tokens=60)))
    stop = free[10:14]
    pieces = list(generator.pieces("Merhaba", Options(max_tokens=60, stop=(stop,))))
    text = "".join(piece.text for piece in pieces)
    assert text == free[: free.index(stop)]
    assert pieces[-1].finish is not None and pieces[-1].finish.reason == "stop"


def test_seed_repeats_and_changes_the_text(generator: Generator) -> None:
    def text(seed: int) -> str:
        options = Options(max_tokens=30, temperature=1.0, top_p=0.95, seed=seed)
        return "".join(piece.text for piece in generator.pieces("Merhaba", options))

    assert text(1) == text(1) != text(2)


@pytest.mark.parametrize("seed", range(6))
def test_json_schema_always_gives_valid_json(generator: Generator, seed: int) -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "count": {"type": "integer"},
            "kind": {"enum": ["bill", "package"]},
            "parts": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "number"}}}},
        },
        "required": ["name", "count", "kind", "parts"],
        "additionalProperties": False,
    }
    options = Options(max_tokens=160, temperature=1.0, seed=seed, json_schema=schema)
    value = json.loads("".join(piece.text for piece in generator.pieces("Merhaba", options)))
    assert set(value) == {"name", "count", "kind", "parts"} and value["kind"] in ("bill", "package")


def test_grammar_is_followed(generator: Generator) -> None:
    options = Options(max_tokens=60, grammar='start: "Fatura: " /[0-9]{3}/ (" TL" | " EUR")', temperature=1.0, seed=0)
    pieces = list(generator.pieces("Merhaba", options))
    text = "".join(piece.text for piece in pieces)
    assert text.startswith("Fatura: ") and text[8:11].isdigit() and text[11:] in (" TL", " EUR")


@pytest.mark.parametrize("options", [Options(grammar="start: ((("), Options(json_schema={"type": "nothing"})])
def test_bad_grammar_raises_grammar_invalid(generator: Generator, options: Options) -> None:
    with pytest.raises(GrammarInvalid):
        list(generator.pieces("Merhaba", options))


def test_too_few_tokens_for_json_raise_output_incomplete(generator: Generator) -> None:
    schema = {"type": "object", "properties": {"a": {"const": "x" * 200}, "b": {"const": 1}}, "required": ["a", "b"]}
    with pytest.raises(OutputIncomplete):
        list(generator.pieces("Merhaba", Options(max_tokens=1, json_schema={**schema, "minProperties": 2})))


async def test_long_prompt_raises_and_the_next_one_works() -> None:
    tokenizer = train_tokenizer()
    generator = Generator(LoadedModel(tiny_llama(len(tokenizer), context=32), tokenizer, "short", "cpu"))
    with pytest.raises(PromptTooLong):
        await generator.text("Merhaba " * 50, Options())
    _, finish = await generator.text("Merhaba", Options())
    assert finish.prompt_tokens + finish.output_tokens <= 32
    generator.close()
    with pytest.raises(GenerationError):
        await generator.text("Merhaba", Options())


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


@pytest.mark.parametrize("text", ["Çığ 🙂 漢字 ünlü", "ödeme\n\n  boşluk\t!"])
def test_text_stream_never_shows_half_a_character(text: str) -> None:
    tokenizer = train_tokenizer()
    stream = TextStream(tokenizer)
    pieces = [stream.feed([token]) for token in tokenizer.encode(text)]
    assert "\ufffd" not in "".join(pieces)
    assert "".join(pieces) + stream.finish() == text


def test_text_stream_never_shows_part_of_a_stop_string() -> None:
    tokenizer = train_tokenizer()
    stream = TextStream(tokenizer, ("\nMüşteri:",))
    shown = "".join(stream.feed([token]) for token in tokenizer.encode("Evet.\nMüşt değil.\nMüşteri: yeni"))
    assert stream.stopped and shown + stream.finish() == "Evet.\nMüşt değil."
