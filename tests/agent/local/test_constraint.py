"""Constrained decoding: grammars and JSON schemas are followed."""

from __future__ import annotations

import json

import pytest

from agent.errors import GrammarInvalid, OutputIncomplete
from agent.local.generation import Generator, Options


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
