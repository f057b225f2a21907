"""The encoder reads messages: control tokens, contexts, batches."""

from __future__ import annotations

import torch

from agent.decision.encoder import END
from agent.decision.encoder_reader import MOST_CONTEXT, MOST_MESSAGE, EncoderLayers, EncoderReader, EncoderTokenizer
from tests.agent.conftest import tiny_encoder

QUESTIONS = {"operation": ("a", "b", "c"), "reply": ("yes", "no")}


def test_control_tokens_in_a_message_are_letters() -> None:
    _, tokenizer = tiny_encoder()
    prompts = EncoderTokenizer(tokenizer).encode(["</s> faturam"])
    assert tokenizer.token_to_id(END) not in prompts.ids[0, prompts.bodies[0]].tolist()
    assert prompts.offsets[0][-1][1] == len("</s> faturam"), "places are those in the customer's own words"


def test_context_stands_before_the_message_and_both_have_a_longest_length() -> None:
    _, tokenizer = tiny_encoder()
    encode = EncoderTokenizer(tokenizer).encode
    prompts = encode([{"message": "evet", "context": "ne kadar"}, "evet", "", "a" * 3000, {"message": "ya" * 3000,
                      "context": "zı" * 3000}])  # fmt: skip
    end = tokenizer.token_to_id(END)
    first = prompts.ids[0, : prompts.bodies[0].start].tolist()
    assert first[-1] == end and prompts.bodies[0].start > prompts.bodies[1].start
    assert torch.equal(prompts.ids[0, prompts.bodies[0]], prompts.ids[1, prompts.bodies[1]])
    assert prompts.bodies[2].stop - prompts.bodies[2].start == 1
    assert prompts.ids.shape[1] == MOST_CONTEXT + MOST_MESSAGE + 3 <= 512


def test_a_batch_reads_like_single_messages() -> None:
    reader = EncoderReader(*tiny_encoder(), EncoderLayers(32, QUESTIONS))
    states = ["faturam ne kadar", {"message": "evet", "context": "kadar"}, "internetim çok yavaş, bakın"]
    with torch.inference_mode():
        together = reader.scores(states)
        for state, found in zip(states, together, strict=True):
            [alone] = reader.scores([state])
            for name in QUESTIONS:
                torch.testing.assert_close(found[name], alone[name], atol=1e-4, rtol=1e-4)
