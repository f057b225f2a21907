"""Any model of transformers as writer and as decider: tiny Llama and Qwen models of random weights, made on the spot,
with tokenizers and chat templates of their families' form."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from transformers import AddedToken, PreTrainedModel, Qwen3Config, Qwen3ForCausalLM

from agent.chat.chat_model import LocalChatModel
from agent.chat.tool_calls import FORMATS, HERMES, LLAMA3, TELEKOM, format_of
from agent.decision.backends import PipelineDecisionModel
from agent.errors import ModelFilesMissing, ModelUnusable
from agent.hub import decision_pipeline_of, load_decision_pipeline, load_hf
from agent.local.embedded import LoadedModel
from agent.models import load_models
from core.settings import Settings
from tests.agent.conftest import CHAT_TEMPLATE, tiny_llama, train_tokenizer

QWEN_TEMPLATE = (
    "{% if tools %}<|im_start|>system\n# Tools\n<tools>{% for tool in tools %}\n{{ tool | tojson }}{% endfor %}\n"
    '</tools>\n<tool_call>\n{"name": <function-name>, "arguments": <args-json-object>}\n</tool_call><|im_end|>\n'
    "{% endif %}"
    "{% for m in messages %}<|im_start|>{{ 'user' if m.role == 'tool' else m.role }}\n{{ m.content }}"
    '{% for call in m.tool_calls or [] %}<tool_call>\n{"name": "{{ call.function.name }}", '
    '"arguments": {{ call.function.arguments | tojson }}}\n</tool_call>{% endfor %}<|im_end|>\n{% endfor %}'
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
LLAMA_TEMPLATE = (
    "{{ bos_token }}{% if tools %}<|start_header_id|>system<|end_header_id|>\n\nEnvironment: ipython\n"
    '{"name": function name, "parameters": dictionary of argument name and its value}\n'
    "{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}<|eot_id|>{% endif %}"
    "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content }}"
    "{% for call in m.tool_calls or [] %}<|python_tag|>"
    '{"name": "{{ call.function.name }}", "parameters": {{ call.function.arguments | tojson }}}{% endfor %}<|eot_id|>'
    "{% endfor %}{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
PAY = {
    "type": "function",
    "function": {
        "name": "pay_bill",
        "description": "Bir faturayı öder.",
        "parameters": {
            "type": "object",
            "properties": {"method": {"enum": ["credit_card", "cash"]}},
            "required": ["method"],
        },
    },
}
QUESTIONS = {
    "wish": {"type": "choice", "instructions": "Ne istiyor?", "criteria": {"bill": "fatura", "line": "hat"}},
    "sure": {"type": "noul", "instructions": "Emin mi?"},
}


def tiny_qwen(vocabulary: int) -> PreTrainedModel:
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=vocabulary, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=8, max_position_embeddings=4096, tie_word_embeddings=True,
    )  # fmt: skip
    return Qwen3ForCausalLM(config).eval()


Maker = Callable[[int], PreTrainedModel]
FAMILIES: dict[str, tuple[Maker, str, list[str]]] = {
    "qwen": (tiny_qwen, QWEN_TEMPLATE, ["<|im_start|>", "<|im_end|>"]),
    "llama": (tiny_llama, LLAMA_TEMPLATE, ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|python_tag|>"]),
}


@pytest.fixture(scope="module", params=list(FAMILIES))
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved model of one family."""
    make, template, marks = FAMILIES[request.param]
    place = tmp_path_factory.mktemp(request.param)
    tokenizer = train_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": [AddedToken(mark, special=True) for mark in marks]})
    tokenizer.add_tokens(["Yes", "No"])
    tokenizer.chat_template = template
    make(len(tokenizer)).save_pretrained(place)
    tokenizer.save_pretrained(place)
    return place


@pytest.fixture
def writer(folder: Path) -> LocalChatModel:
    return LocalChatModel(loaded=load_hf(f"hf:{folder}"))


async def test_a_model_of_the_hub_streams_what_it_writes(writer: LocalChatModel) -> None:
    model = writer.bind(max_tokens=8, temperature=0.0)
    pieces = [str(chunk.text) async for chunk in model.astream("Faturam ne kadar?")]
    assert "".join(pieces) == model.invoke("Faturam ne kadar?").text


def test_a_forced_call_is_written_in_the_templates_format(writer: LocalChatModel, folder: Path) -> None:
    answer = writer.bind_tools([PAY], tool_choice="any", max_tokens=80).invoke("faturamı öde")
    assert isinstance(answer, AIMessage)
    (call,) = answer.tool_calls
    assert call["name"] == "pay_bill" and call["args"]["method"] in {"credit_card", "cash"}
    form = format_of(writer.tokenizer.chat_template)
    assert form == (HERMES if "qwen" in folder.name else LLAMA3)


def test_the_template_gets_tools_calls_and_results(writer: LocalChatModel) -> None:
    call = {"name": "pay_bill", "args": {"method": "cash"}, "id": "1", "type": "tool_call"}
    turns = [HumanMessage("öde"), AIMessage("", tool_calls=[call]), ToolMessage("ödendi", tool_call_id="1")]
    prompt, _ = writer._request(turns, None, {"tools": [PAY]})
    assert '"method": "cash"' in prompt.text and "ödendi" in prompt.text and "Bir faturayı öder." in prompt.text


def test_an_answer_follows_its_schema(writer: LocalChatModel) -> None:
    schema = {"title": "wish", "type": "object", "properties": {"wish": {"enum": ["a", "b"]}}, "required": ["wish"]}
    assert writer.with_structured_output(schema, max_tokens=80).invoke("seç")["wish"] in {"a", "b"}  # type: ignore[index]


async def test_nobody_listens_so_the_work_ends(writer: LocalChatModel) -> None:
    stream = writer.bind(max_tokens=3000, temperature=0.0, grammar="start: /(a|b){2900}/").astream("x")
    await anext(stream)
    await stream.aclose()
    assert (await writer.bind(max_tokens=2).ainvoke("y")).usage_metadata["output_tokens"] <= 2  # type: ignore[index]


def test_any_causal_model_decides_by_its_labels(folder: Path) -> None:
    model = PipelineDecisionModel(load_decision_pipeline(f"hf:{folder}"))
    answers = model.invoke({"state": {"message": "faturam", "context": "Az önce: selam"}, "questions": QUESTIONS})
    assert set(answers["wish"]["probabilities"]) == {"bill", "line"} and not model.calibrated
    for name in QUESTIONS:
        assert sum(answers[name]["probabilities"].values()) == pytest.approx(1)


def test_the_model_that_writes_decides_too(folder: Path) -> None:
    settings = Settings(_env_file=None, model=f"hf:{folder}", decision_model="chat")
    models = load_models(settings)
    assert isinstance(models.decision_model, PipelineDecisionModel) and models.usable()
    asked = {"state": "faturam", "questions": QUESTIONS}
    direct = PipelineDecisionModel(decision_pipeline_of(load_hf(f"hf:{folder}")))
    assert models.decision_model.invoke(asked) == direct.invoke(asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", list(FORMATS))
def test_the_format_can_be_chosen(name: str) -> None:
    tokenizer = train_tokenizer()
    tokenizer.chat_template = CHAT_TEMPLATE
    loaded = LoadedModel(tiny_llama(len(tokenizer)), tokenizer, "tiny", "cpu")
    model = LocalChatModel(loaded=loaded, form=FORMATS[name])
    answer: Any = model.bind_tools([PAY], tool_choice="pay_bill", max_tokens=80).invoke("öde")
    assert answer.tool_calls[0]["args"]["method"] in {"credit_card", "cash"}
    assert format_of(CHAT_TEMPLATE) == TELEKOM


def test_code_that_comes_with_a_model_runs_only_where_that_is_allowed(tmp_path: Path) -> None:
    tokenizer = train_tokenizer()
    tiny_llama(len(tokenizer)).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    config = (tmp_path / "config.json").read_text(encoding="utf-8")
    mapped = '"auto_map": {"AutoConfig": "own.Own", "AutoModelForCausalLM": "own.OwnModel"}, "model_type": "own"'
    (tmp_path / "config.json").write_text(config.replace('"model_type": "llama"', mapped), encoding="utf-8")
    code = (
        "from transformers import LlamaConfig, LlamaForCausalLM\n"
        "class Own(LlamaConfig):\n    model_type = 'own'\n"
        "class OwnModel(LlamaForCausalLM):\n    config_class = Own\n"
    )
    (tmp_path / "own.py").write_text(code, encoding="utf-8")
    with pytest.raises(ModelUnusable, match="TELEKOM_TRUST_REMOTE_CODE"):
        load_hf(f"hf:{tmp_path}")
    assert type(load_hf(f"hf:{tmp_path}", trust_remote_code=True).model).__name__ == "OwnModel"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("model", "embeded"), ("model", "hf:"), ("model", "endpoint:localhost:8000"), ("model", "endpoint:http://x"),
        ("model", "chat"), ("decision_model", "endpoint:http://x#m"), ("decision_model", "systemone:ftp://x#m"),
    ],
)  # fmt: skip
def test_a_setting_that_names_no_model_is_refused_with_what_it_may_be(setting: str, value: str) -> None:
    with pytest.raises(ModelUnusable, match=f"TELEKOM_{setting.upper()}={value}.*embedded"):
        load_models(Settings(_env_file=None, **{setting: value}))


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesMissing, match="config.json"):
        load_hf(f"hf:{tmp_path}")


def test_the_embedded_writer_is_not_asked_to_choose() -> None:
    with pytest.raises(ModelUnusable, match="TELEKOM_DECISION_MODEL=embedded"):
        load_models(Settings(_env_file=None, decision_model="chat"))
