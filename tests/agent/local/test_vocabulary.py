"""The reduced vocabulary: what it holds, and that any text survives it."""

from __future__ import annotations

import pytest
from transformers import PreTrainedTokenizerFast

from agent.local.vocabulary import CONTROL_TOKENS, build_tokenizer, merges_of, read_vocabulary
from training.vocabulary import close_under_merges


@pytest.fixture(scope="module")
def reduced() -> PreTrainedTokenizerFast:
    return build_tokenizer(read_vocabulary())


@pytest.mark.parametrize(
    "text",
    [
        "Merhaba, bu ayki faturam ne kadar? Ödeyebilir miyim; İĞÜŞÖÇ ığüşöç.",
        "faturami odeyemiyorum, acil yardim edin!!!",
        "Faturanız 1.234,56 TL, son ödeme tarihi 15 Mart 2026.",
        '{"arac_adi": "pay_bill", "parametreler": {"bill_id": "F-2026-11-0001"}}',
        "emoji 🙂🤷 ve 漢字 ve ﷺ, naïve café",
        "  boşluk\n\n\nsatır\tsekme  ",
        "",
    ],
)
def test_any_text_comes_back_unchanged(reduced: PreTrainedTokenizerFast, text: str) -> None:
    assert reduced.decode(reduced.encode(text), skip_special_tokens=True) == text


def test_everyday_turkish_needs_no_bytes(reduced: PreTrainedTokenizerFast) -> None:
    tokens = reduced.tokenize("Bu ayki faturam ne kadar, ödeyebilir miyim?")
    assert len(tokens) == 15  # as many as Gemma's whole vocabulary needs
    assert not any(token.startswith("<0x") for token in tokens)


def test_list_holds_controls_bytes_and_sixteen_to_twenty_four_thousand_tokens() -> None:
    vocabulary = read_vocabulary()
    assert 16_000 <= len(vocabulary.ids) <= 24_000
    assert vocabulary.ids[:CONTROL_TOKENS] == tuple(range(CONTROL_TOKENS))
    assert list(vocabulary.ids) == sorted(set(vocabulary.ids))
    assert all(f"<0x{byte:02X}>" in vocabulary.tokens for byte in range(256))


def test_special_tokens_keep_their_ids(reduced: PreTrainedTokenizerFast) -> None:
    assert (reduced.pad_token_id, reduced.eos_token_id, reduced.bos_token_id, reduced.unk_token_id) == (0, 1, 2, 3)
    assert reduced.encode("<start_of_turn>")[1:] == [105]
    assert reduced.encode("")[:1] == [2]


def test_list_is_closed_under_merges() -> None:
    vocabulary = read_vocabulary()
    every = dict(enumerate(vocabulary.tokens))
    kept = set(every)
    assert close_under_merges(kept, every) == kept
    reachable = {left + right for left, right in merges_of(vocabulary.tokens)}
    long = [token for token in vocabulary.tokens[CONTROL_TOKENS:] if len(token) > 1]
    assert [token for token in long if token not in reachable] == []


def test_close_under_merges_adds_what_is_passed_on_the_way() -> None:
    every = {1000: "ab", 1001: "abc", 1002: "a", 1003: "b", 1004: "c", 1005: "bc"}
    assert close_under_merges({1001}, every) == {1000, 1001, 1002, 1003, 1004}
