"""Tiny models made on the spot, for logic; the real one, loaded once, for what only it can show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from tokenizers import AddedToken, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE, Unigram
from tokenizers.trainers import BpeTrainer
from transformers import (
    BertConfig,
    BertModel,
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerFast,
)

from agent.chat.chat_model import LocalChatModel
from agent.local.embedded import LoadedModel, load_embedded
from agent.local.generation import Generator

TEXT = [
    "Merhaba, bu ayki faturam ne kadar? Faturanız 249,90 TL, son ödeme tarihi 15 Mart 2026.",
    '{"arac_adi": "pay_bill", "parametreler": {"bill_id": "F-2026-11-0001", "method": "credit_card"}}',
    "İnternetim çok yavaş, ığüşöç İĞÜŞÖÇ. The quick brown fox jumps over the lazy dog 0123456789.",
]
CHAT_TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
TOOL_TEMPLATE = "{% if tools %}<|tools|>{{ tools | tojson }}\n{% endif %}" + CHAT_TEMPLATE


def train_tokenizer() -> PreTrainedTokenizerFast:
    """A small byte-level tokenizer."""
    inner = Tokenizer(BPE())
    inner.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    inner.decoder = decoders.ByteLevel()
    specials = ["<pad>", "<eos>", "<bos>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = BpeTrainer(vocab_size=420, special_tokens=specials, initial_alphabet=alphabet, show_progress=False)
    inner.train_from_iterator(TEXT, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=inner, pad_token="<pad>", eos_token="<eos>", bos_token="<bos>")


def tiny_llama(vocabulary: int, context: int = 100_000) -> PreTrainedModel:
    """A Llama of random weights."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        bos_token_id=2,
        eos_token_id=1,
        pad_token_id=0,
        initializer_range=0.3,
    )
    return LlamaForCausalLM(config).eval()


def tiny_gemma(vocabulary: int = 300, window: int = 24) -> PreTrainedModel:
    """A Gemma 3 of random weights with a short sliding window."""
    torch.manual_seed(0)
    config = Gemma3TextConfig(
        vocab_size=vocabulary,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=1,
        head_dim=16,
        query_pre_attn_scalar=16,
        sliding_window=window,
        layer_types=["sliding_attention", "sliding_attention", "full_attention"],
        bos_token_id=2,
        eos_token_id=1,
        pad_token_id=0,
        initializer_range=0.2,
    )
    model = Gemma3ForCausalLM(config).eval()
    for name, weight in model.named_parameters():
        if "norm" in name:
            torch.nn.init.normal_(weight, std=0.3)
    return model


@pytest.fixture(scope="session")
def tokenizer() -> PreTrainedTokenizerFast:
    return train_tokenizer()


@pytest.fixture(scope="session")
def tiny(tokenizer: PreTrainedTokenizerFast) -> LoadedModel:
    return LoadedModel(tiny_llama(len(tokenizer)), tokenizer, "tiny", "cpu")


@pytest.fixture
def generator(tiny: LoadedModel) -> Iterator[Generator]:
    made = Generator(tiny)
    yield made
    made.close()


@pytest.fixture
def chat(tiny: LoadedModel) -> Iterator[LocalChatModel]:
    model = LocalChatModel(loaded=tiny)
    yield model
    model.close()


@pytest.fixture(scope="session")
def embedded() -> LoadedModel:
    return load_embedded()


def tiny_encoder() -> tuple[BertModel, Tokenizer]:
    """An encoder with random weights over letters and a few words, and its tokenizer."""
    letters = [(letter, -8.0) for letter in "▁abcçdefgğhıijklmnoöprsştuüvyz,.?<>/s"]
    words = [(f"▁{word}", -4.0) for word in ("faturam", "ne", "kadar", "evet")]
    tokenizer = Tokenizer(Unigram([("<unk>", 0.0), *dict(letters).items(), *words], unk_id=0))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in ("<s>", "</s>")])
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=3, num_attention_heads=4,
        intermediate_size=64, max_position_embeddings=512,
    )  # fmt: skip
    return BertModel(config, add_pooling_layer=False).train(False), tokenizer
