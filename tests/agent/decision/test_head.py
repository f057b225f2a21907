"""The decision head: one pass for all questions, members alone or together."""

from __future__ import annotations

import torch

from agent.decision.format import QUERIES, rendered
from agent.decision.head import DecisionHead
from tests.agent.decision.conftest import OPTIONS


def test_a_batch_reads_like_single_messages(head: DecisionHead) -> None:
    states = ["faturam ne kadar", {"message": "evet", "context": "Onaylıyor musunuz?"}, "İnternetim çok yavaş, bakın"]
    together = head.read(states)
    for state, found in zip(states, together, strict=True):
        [alone] = head.read([state])
        assert rendered(state)
        for name in QUERIES:
            torch.testing.assert_close(found.scores[name], alone.scores[name], atol=1e-4, rtol=1e-4)


def test_control_tokens_in_a_message_are_letters(head: DecisionHead) -> None:
    [plain] = head.read(["<bos> faturam"])
    assert set(plain.scores) == set(OPTIONS)


def test_one_member_alone_weighs_as_much_as_all_did(head: DecisionHead) -> None:
    state = "faturam ne kadar"
    [(members, _)] = head.member_scores([state])
    [alone] = head.with_members(["encoder"]).read([state])
    torch.testing.assert_close(alone.scores["operation"], 2.2 * members["encoder"]["operation"], atol=1e-4, rtol=1e-4)
    [whole] = head.with_members(["letters"]).read([state])  # nothing of it here, so all members stay
    torch.testing.assert_close(whole.scores, head.read([state])[0].scores, atol=1e-4, rtol=1e-4)
