"""The decision model's answers in the System One format."""

from __future__ import annotations

from typing import Any

import pytest

from agent.decision.head import DecisionHead
from agent.decision.model import LocalDecisionModel, ReadsSpans
from agent.errors import GenerationError


def test_answers_have_the_system_one_form(head: DecisionHead) -> None:
    model = LocalDecisionModel(head)
    try:
        assert isinstance(model, ReadsSpans)
        questions: dict[str, Any] = {
            "operation": {"type": "choice", "criteria": {"c": None, "a": None}}, "conditional": {"type": "noul"},
        }  # fmt: skip
        answers = model.invoke({"state": "faturam ne kadar", "questions": questions})
        assert sum(answers["operation"]["probabilities"].values()) == pytest.approx(1)
        assert list(answers["operation"]["probabilities"]) == ["c", "a"]
        assert answers["conditional"]["noul"] == answers["conditional"]["probabilities"]["true"]
        with pytest.raises(GenerationError, match="does not answer"):
            model.invoke({"state": "x", "questions": {"operation": {"type": "choice", "criteria": {"z": None}}}})
    finally:
        model.close()
