"""The embedded model itself: prepared once, loaded fast, still Gemma."""

from __future__ import annotations

import json
import multiprocessing
import tempfile
from pathlib import Path

import pytest
import torch
from pydantic import BaseModel
from transformers import AutoModelForCausalLM

from agent.chat.chat_model import LocalChatModel
from agent.local.base_weights import assemble_base
from agent.local.decoding import Decoder, Options
from agent.local.embedded import LoadedModel, load_embedded, load_float
from agent.local.storage import default_cache
from agent.local.vocabulary import read_vocabulary

pytestmark = pytest.mark.embedded


class Question(BaseModel):
    """What a customer asks."""

    topic: str
    urgent: bool


def test_second_load_prepares_nothing(embedded: LoadedModel) -> None:
    stages: set[str] = set()
    again = load_embedded(progress=lambda stage, fraction: stages.add(stage))
    assert stages == {"load"}
    ids = torch.tensor([again.tokenizer.encode("Merhaba")])
    with torch.inference_mode():
        torch.testing.assert_close(again.model(ids).logits, embedded.model(ids).logits)


def test_model_gives_hidden_states_of_a_message(embedded: LoadedModel) -> None:
    ids = embedded.tokenizer("Bu ayki faturam ne kadar?", return_tensors="pt").input_ids
    with torch.inference_mode():
        states = embedded.model.model(ids).last_hidden_state
    assert states.shape == (1, ids.shape[1], 640) and bool(states.isfinite().all())


def test_model_continues_a_pattern(embedded: LoadedModel) -> None:
    model = LocalChatModel(loaded=embedded).bind(raw_prompt=True, max_tokens=6)
    assert "2026" in model.invoke("2023, 2024, 2025,").text
    assert "Nisan" in model.invoke("Ocak, Şubat, Mart,").text


async def test_structured_output_of_the_real_model_validates(embedded: LoadedModel) -> None:
    model = LocalChatModel(loaded=embedded).with_structured_output(Question, max_tokens=60)
    assert isinstance(await model.ainvoke("İnternetim iki gündür yok, acil!"), Question)


def test_grammar_of_the_real_model_is_followed(embedded: LoadedModel) -> None:
    model = LocalChatModel(loaded=embedded).bind(
        raw_prompt=True, grammar='start: "Ödeme " ("yapıldı" | "yapılmadı") "."'
    )
    assert model.invoke("Müşteri faturasını ödedi. ").text in ("Ödeme yapıldı.", "Ödeme yapılmadı.")


def _load(cache: str) -> str:
    return load_embedded(cache=Path(cache)).name


@pytest.mark.prove
def test_two_processes_at_once_prepare_one_model(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(_load, [str(tmp_path)] * 2) == ["embedded", "embedded"]
    assert len([path for path in tmp_path.iterdir() if path.is_dir()]) == 1


@pytest.mark.prove
def test_damaged_model_is_prepared_again(tmp_path: Path, embedded: LoadedModel) -> None:
    for folder in default_cache().glob("embedded-*/"):
        damaged = tmp_path / folder.name
        damaged.mkdir()
        (damaged / "model.safetensors").write_bytes(b"cut")
    assert load_embedded(cache=tmp_path).name == "embedded"
    assert max(path.stat().st_size for path in tmp_path.glob("*/model.safetensors")) > 100_000_000


@pytest.mark.prove
def test_reduced_float_model_writes_what_the_whole_model_writes() -> None:
    ids_of = read_vocabulary().ids
    reduced = load_float()
    with tempfile.TemporaryDirectory() as folder:
        assemble_base(Path(folder) / "base.gguf")
        whole = AutoModelForCausalLM.from_pretrained(folder, gguf_file="base.gguf", dtype=torch.float32)
    for prompt in ("Merhaba, bu ayki faturam", "Türkiye'nin en kalabalık şehri", "The weather today is"):
        short = reduced.tokenizer(prompt, return_tensors="pt").input_ids
        long = torch.tensor([[ids_of[token] for token in short[0]]])
        with torch.inference_mode():
            written = reduced.model.generate(short, max_new_tokens=12, do_sample=False)[0]
            expected = whole.generate(long, max_new_tokens=12, do_sample=False)[0]
        assert [ids_of[token] for token in written] == expected.tolist(), prompt


def test_prepared_folder_names_what_it_holds(embedded: LoadedModel) -> None:
    config = json.loads(embedded.model.config.to_json_string())
    assert config["vocab_size"] == len(read_vocabulary().ids) and config["tie_word_embeddings"] is False


def test_known_beginnings_do_not_change_what_is_written(embedded: LoadedModel) -> None:
    """int8 products depend on what is read together: the same prompt must be read in the same portions each time."""
    decoder = Decoder(embedded)
    options = Options(max_tokens=12)
    start = "Temsilcinin cevapları kısadır. " * 6
    prompts = [f"{start}\n\nMüşteri: {said}\nTemsilci:" for said in ("Faturam", "Kotam")]
    alone = ["".join(piece.text for piece in Decoder(embedded).run(prompt, options)) for prompt in prompts]
    for _ in range(2):
        assert ["".join(piece.text for piece in decoder.run(prompt, options)) for prompt in prompts] == alone
