"""The decision format: transformers renders the prompt that is served."""

from __future__ import annotations

from transformers import PreTrainedTokenizerFast
from transformers.decision.configuration_utils import DecisionConfig

from agent.decision.format import QUERIES, decision_prompt, template
from tests.agent.decision.conftest import OPTIONS


def test_template_renders_the_prompt_that_is_served(tokenizer: PreTrainedTokenizerFast) -> None:
    """What a server of transformers' decision format reads is what this process reads."""
    config = DecisionConfig(labels={"choice": [f"<{n}>" for n in range(24)]}, chat_template=template())
    questions = {
        name: {"type": "noul"} if len(options) == 2 else {"type": "choice", "criteria": dict.fromkeys(options)}
        for name, options in OPTIONS.items()
    }
    for state in ("faturam ne kadar", {"message": "onu öde", "context": "Az önce: güncel fatura"}):
        [(inputs, _)] = config.prepare_inputs({"state": state, "questions": questions}, tokenizer)
        ours = tokenizer(decision_prompt(state, QUERIES), add_special_tokens=False).input_ids
        assert inputs["input_ids"][0].tolist() == ours
        assert inputs["marks"].tolist()[-1] == len(ours), "the last question is read at the last token"
