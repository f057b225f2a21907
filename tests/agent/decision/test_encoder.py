"""The encoder's files: int8 is near float, damage is found."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from agent.decision.encoder import load_encoder, save_encoder
from agent.errors import ModelFilesMissing, ModelUnusable
from tests.agent.conftest import tiny_encoder


def test_a_stored_encoder_reads_nearly_like_the_float_one(tmp_path: Path) -> None:
    encoder, tokenizer = tiny_encoder()
    save_encoder(encoder, tokenizer, tmp_path)
    rounded, same = load_encoder(tmp_path)
    ids = torch.tensor([[38, 5, 9, 12, 7, 2]])
    with torch.inference_mode():
        expected, found = (each(input_ids=ids).last_hidden_state for each in (encoder, rounded))
    assert torch.cosine_similarity(found, expected, dim=-1).min() > 0.99
    assert same.to_str() == tokenizer.to_str()


def test_a_damaged_or_missing_encoder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesMissing, match="Reinstall"):
        load_encoder(tmp_path)
    save_encoder(*tiny_encoder(), tmp_path)
    words = tmp_path / "tokenizer.json"
    kept = words.read_text(encoding="utf-8")
    words.write_text("{", encoding="utf-8")
    with pytest.raises(ModelUnusable, match="cannot be read"):
        load_encoder(tmp_path)
    words.write_text(kept, encoding="utf-8")
    config = tmp_path / "encoder.json"
    config.write_text(config.read_text(encoding="utf-8").replace('"num_hidden_layers": 3', '"num_hidden_layers": 4'))
    with pytest.raises(ModelUnusable, match="does not fit"):
        load_encoder(tmp_path)
