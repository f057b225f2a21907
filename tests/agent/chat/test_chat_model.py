"""The chat model over tiny random models: what LangChain asks of it, whatever the text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_huggingface import ChatHuggingFace
from pydantic import BaseModel, Field

from agent.chat.chat_model import LocalChatModel
from agent.chat.chat_prompt import chat_prompt
from agent.errors import GenerationError, GrammarInvalid, ModelFilesMissing, ModelUnusable
from agent.hub import load_hf
from agent.local.embedded import LoadedModel
from tests.agent.conftest import CHAT_TEMPLATE, TOOL_TEMPLATE, tiny_llama, train_tokenizer


class Complaint(BaseModel):
    """What a customer complains about."""

    subject: Literal["fatura", "paket", "arıza"]
    urgency: int = Field(ge=1, le=5)
    words: list[str] = Field(max_length=3)
    line: str | None = None


@tool
def pay_bill(bill_id: str, method: Literal["credit_card", "cash"]) -> str:
    """Bir faturayı öder."""
    return f"{bill_id} {method}"


@tool
def get_bill() -> str:
    """Güncel faturayı getirir."""
    return "249,90 TL"


@pytest.fixture(params=[None, CHAT_TEMPLATE, TOOL_TEMPLATE], ids=["no template", "template", "template with tools"])
def templated(request: pytest.FixtureRequest) -> Iterator[LocalChatModel]:
    tokenizer = train_tokenizer()
    tokenizer.chat_template = request.param
    model = LocalChatModel(loaded=LoadedModel(tiny_llama(len(tokenizer)), tokenizer, "tiny", "cpu"))
    yield model
    model.close()


def test_invoke_says_what_it_took(chat: LocalChatModel) -> None:
    answer = chat.bind(max_tokens=7).invoke("Merhaba")
    assert isinstance(chat, ChatHuggingFace) and isinstance(answer, AIMessage)
    assert answer.usage_metadata is not None and answer.usage_metadata["output_tokens"] <= 7
    assert answer.response_metadata == {"model_name": "tiny", "finish_reason": "length"}


async def test_every_way_of_asking_gives_the_same_text(chat: LocalChatModel) -> None:
    model = chat.bind(max_tokens=25)
    text = model.invoke("Merhaba").text
    assert (await model.ainvoke("Merhaba")).text == text
    assert "".join(chunk.text for chunk in model.stream("Merhaba")) == text
    chunks = [chunk async for chunk in model.astream("Merhaba")]
    assert len(chunks) > 5 and "".join(chunk.text for chunk in chunks) == text


def test_streamed_chunks_add_up_to_a_whole_message(chat: LocalChatModel) -> None:
    whole: Any = None
    for chunk in chat.bind(max_tokens=9).stream("Merhaba"):
        whole = chunk if whole is None else whole + chunk
    assert isinstance(whole, AIMessageChunk)
    assert whole.usage_metadata is not None and whole.usage_metadata["output_tokens"] == 9
    assert whole.response_metadata["finish_reason"] == "length"


def test_raw_prompt_is_exactly_the_contents(chat: LocalChatModel) -> None:
    messages = [SystemMessage("Soru: a\nYanıt: b\n"), HumanMessage("Soru: c\nYanıt:")]
    answer = chat.bind(raw_prompt=True, max_tokens=1).invoke(messages)
    expected = len(chat.tokenizer.encode("Soru: a\nYanıt: b\nSoru: c\nYanıt:"))
    assert answer.usage_metadata is not None and answer.usage_metadata["input_tokens"] == expected


def test_stop_ends_the_text(chat: LocalChatModel) -> None:
    free = chat.bind(max_tokens=40, raw_prompt=True).invoke("Merhaba").text
    cut = chat.bind(max_tokens=40, raw_prompt=True).invoke("Merhaba", stop=[free[8:11]]).text
    assert cut == free[: free.index(free[8:11])]


@pytest.mark.parametrize("seed", range(5))
def test_structured_output_always_validates(templated: LocalChatModel, seed: int) -> None:
    model = templated.with_structured_output(Complaint, temperature=1.2, seed=seed, max_tokens=200)
    assert isinstance(model.invoke("İnternetim yok"), Complaint)


async def test_structured_output_of_a_json_schema_is_a_dictionary(chat: LocalChatModel) -> None:
    schema = {"title": "Yes", "type": "object", "properties": {"yes": {"type": "boolean"}}, "required": ["yes"]}
    answer = await chat.with_structured_output(schema, max_tokens=60).ainvoke("Evet")
    assert isinstance(answer, dict) and isinstance(answer["yes"], bool)


def test_structured_output_with_raw_gives_both(chat: LocalChatModel) -> None:
    answer = chat.with_structured_output(Complaint, include_raw=True, max_tokens=200).invoke("Evet")
    assert isinstance(answer, dict) and isinstance(answer["raw"], AIMessage)
    assert isinstance(answer["parsed"], Complaint) and answer["parsing_error"] is None


def test_structured_output_with_raw_keeps_a_bad_answer(chat: LocalChatModel) -> None:
    class Impossible(BaseModel):
        value: int

        def model_post_init(self, context: Any) -> None:
            raise ValueError("never right")

    answer = chat.with_structured_output(Impossible, include_raw=True, max_tokens=60).invoke("Evet")
    assert isinstance(answer, dict) and answer["parsed"] is None
    assert "never right" in str(answer["parsing_error"])


def test_tool_choice_any_gives_a_valid_call(templated: LocalChatModel) -> None:
    model = templated.bind_tools([pay_bill, get_bill], tool_choice="any", max_tokens=120, temperature=1.0, seed=2)
    answer = model.invoke("Faturamı öde")
    call = answer.tool_calls[0]
    assert call["name"] in ("pay_bill", "get_bill") and answer.content == ""
    if call["name"] == "pay_bill":
        assert call["args"]["method"] in ("credit_card", "cash")


def test_tool_loop_takes_its_second_step(templated: LocalChatModel) -> None:
    question = HumanMessage("Faturamı öde")
    first = templated.bind_tools([pay_bill], tool_choice="pay_bill", max_tokens=120).invoke([question])
    call = first.tool_calls[0]
    result = ToolMessage(pay_bill.invoke(call["args"]), tool_call_id=call["id"], name=call["name"])
    second = templated.bind_tools([pay_bill], max_tokens=12).invoke([question, first, result])
    assert second.usage_metadata is not None and second.usage_metadata["output_tokens"] <= 12


def test_prompt_shows_tools_calls_and_results() -> None:
    tokenizer = train_tokenizer()
    call = {"name": "get_bill", "args": {"ay": 3}, "id": "1", "type": "tool_call"}
    messages = [HumanMessage("Faturam?"), AIMessage("", tool_calls=[call]), ToolMessage("249,90 TL", tool_call_id="1")]
    tools = [{"type": "function", "function": {"name": "get_bill", "description": "Getirir.", "parameters": {}}}]
    for template in (None, CHAT_TEMPLATE):
        tokenizer.chat_template = template
        text = chat_prompt(tokenizer, messages, tools).text
        assert text.index("Getirir.") < text.index("Faturam?") < text.index('"ay": 3') < text.index("249,90 TL")


async def test_streamed_tool_call_adds_up_and_is_not_shown(templated: LocalChatModel) -> None:
    model = templated.bind_tools([pay_bill], tool_choice="pay_bill", max_tokens=120)
    whole: Any = None
    async for chunk in model.astream("Faturamı öde"):
        assert chunk.text == ""
        whole = chunk if whole is None else whole + chunk
    assert [call["name"] for call in whole.tool_calls] == ["pay_bill"]
    assert whole.tool_calls[0]["args"]["method"] in ("credit_card", "cash")


def test_text_with_tools_bound_is_still_shown(chat: LocalChatModel) -> None:
    free = chat.bind_tools([get_bill], max_tokens=30)
    assert "".join(chunk.text for chunk in free.stream("Merhaba")).strip() == free.invoke("Merhaba").text.strip()


def test_unknown_tool_choice_raises(chat: LocalChatModel) -> None:
    with pytest.raises(ValueError, match="drop_tables"):
        chat.bind_tools([pay_bill], tool_choice="drop_tables")


async def test_bad_grammar_raises_in_every_way(chat: LocalChatModel) -> None:
    model = chat.bind(grammar="start: (((")
    with pytest.raises(GrammarInvalid):
        model.invoke("Merhaba")
    with pytest.raises(GrammarInvalid):
        await model.ainvoke("Merhaba")
    assert chat.bind(max_tokens=2).invoke("Merhaba").text


def test_closed_model_raises_a_typed_error(tiny: LoadedModel) -> None:
    model = LocalChatModel(loaded=tiny)
    model.close()
    with pytest.raises(GenerationError):
        model.invoke("Merhaba")


def test_load_hf_folder_gives_the_saved_model(tmp_path: Path, tiny: LoadedModel) -> None:
    tiny.model.save_pretrained(tmp_path)
    tiny.tokenizer.save_pretrained(tmp_path)
    loaded = load_hf(f"hf:{tmp_path}")
    ask = {"max_tokens": 12, "raw_prompt": True}
    saved, original = LocalChatModel(loaded=loaded), LocalChatModel(loaded=tiny)
    assert saved.bind(**ask).invoke("Merhaba").text == original.bind(**ask).invoke("Merhaba").text
    assert loaded.name == f"hf:{tmp_path}" and loaded.device == "cpu"


def test_load_hf_without_a_folder_raises_files_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesMissing, match="does not exist"):
        load_hf(f"hf:{tmp_path / 'nothing'}")
    with pytest.raises(ModelFilesMissing):
        load_hf(f"hf:{tmp_path}")


def test_load_hf_of_something_else_raises_unusable(tmp_path: Path, tiny: LoadedModel) -> None:
    tiny.tokenizer.save_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "vit"}')
    with pytest.raises(ModelUnusable):
        load_hf(f"hf:{tmp_path}")
