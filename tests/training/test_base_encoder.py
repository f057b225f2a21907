"""Reading the base weights: a file in the package's format, made here, gives the numbers that went in."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from agent.errors import ModelUnusable
from training.base_encoder import read_base, reduced

WIDTH, INNER, POSITIONS = 32, 64, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "f", "▁fatura", "m", "漢字", "a", "t", "u", "r"]


def _half(values: np.ndarray) -> tuple[bytes, np.ndarray]:
    """4-bit blocks of 32 weights, and what they stand for."""
    blocks = values.reshape(-1, 32)
    scale = (np.abs(blocks).max(1, keepdims=True) / 7).astype("<f2")
    levels = np.clip(np.round(blocks / scale.astype(np.float32)), -8, 7) + 8
    packed = levels[:, :16].astype(np.uint8) | (levels[:, 16:].astype(np.uint8) << 4)
    content = b"".join(one.tobytes() + row.tobytes() for one, row in zip(scale, packed, strict=True))
    return content, ((levels - 8) * scale.astype(np.float32)).reshape(values.shape)


@pytest.fixture
def stored(tmp_path: Path) -> tuple[Path, dict[str, np.ndarray]]:
    chance = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), WIDTH), "emb.pos": (POSITIONS, WIDTH), "emb.type": (1, WIDTH),
        "emb.ln.w": (WIDTH,), "emb.ln.b": (WIDTH,),
    }  # fmt: skip
    for part, rows, columns in (("q", WIDTH, WIDTH), ("k", WIDTH, WIDTH), ("v", WIDTH, WIDTH), ("ao", WIDTH, WIDTH),
                                ("fi", INNER, WIDTH), ("fo", WIDTH, INNER)):  # fmt: skip
        shapes[f"l0.{part}.w"], shapes[f"l0.{part}.b"] = (rows, columns), (rows,)
    for part in ("aln", "oln"):
        shapes[f"l0.{part}.w"] = shapes[f"l0.{part}.b"] = (WIDTH,)
    expected, bodies = {}, []
    for name, shape in shapes.items():
        values = chance.normal(size=shape).astype("<f4")
        four_bits = name == "emb.word" or (name.endswith(".w") and len(shape) == 2)
        body, expected[name] = _half(values) if four_bits else (values.tobytes(), values)
        bodies.append((name, int(four_bits), values.size, body))
    file = tmp_path / "e5-small-q4.bin"
    file.write_bytes(_file(bodies))
    return file, expected


def _file(bodies: list[tuple[str, int, int, bytes]]) -> bytes:
    text = "".join(PIECES).encode()
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, 1, 4, INNER, len(PIECES), POSITIONS, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(text)) + ends.tobytes()
    head += np.linspace(0, -9, len(PIECES)).astype("<f4").tobytes() + text + struct.pack("<iI", 0, 0)
    head += struct.pack("<i", len(bodies))
    size = len(head) + sum(2 + len(name) + 1 + 4 + 16 for name, *_ in bodies)
    directory, content = b"", b""
    for name, kind, values, body in bodies:
        begin = size + len(content)
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, values, begin, len(body))
        content += body
    return head + directory + content


def test_reading_gives_the_stored_weights(stored: tuple[Path, dict[str, np.ndarray]]) -> None:
    file, expected = stored
    base = read_base(file)
    weights = base.encoder.state_dict()
    for name, short in (("embeddings.word_embeddings", "emb.word"), ("encoder.layer.0.output.dense", "l0.fo.w"),
                        ("encoder.layer.0.attention.self.key", "l0.k.w")):  # fmt: skip
        torch.testing.assert_close(weights[f"{name}.weight"], torch.from_numpy(expected[short]).float())
    torch.testing.assert_close(weights["encoder.layer.0.output.LayerNorm.bias"], torch.from_numpy(expected["l0.oln.b"]))
    assert [piece for piece, _ in base.pieces] == PIECES


def test_reducing_keeps_what_customers_write_and_its_rows(stored: tuple[Path, dict[str, np.ndarray]]) -> None:
    file, expected = stored
    encoder, tokenizer = reduced(read_base(file), ["FATURAM"])
    assert tokenizer.encode("Faturam", add_special_tokens=False).tokens == ["▁fatura", "m"]
    assert tokenizer.token_to_id("漢字") is None
    row = tokenizer.token_to_id("▁fatura")
    rows = encoder.get_input_embeddings().weight
    torch.testing.assert_close(
        rows[row].detach(), torch.from_numpy(expected["emb.word"][PIECES.index("▁fatura")]).float()
    )
    assert len(rows) == tokenizer.get_vocab_size() == encoder.config.vocab_size


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelUnusable, match="E5S1"):
        read_base(tmp_path / "x.bin")
