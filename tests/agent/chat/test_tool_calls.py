"""Tool-call formats: what is written can be read, and what is no call is no call."""

from __future__ import annotations

import pytest

from agent.chat import tool_calls

TOOL = {
    "type": "function",
    "function": {
        "name": "pay_bill",
        "description": "Bir faturayı öder.",
        "parameters": {"type": "object", "properties": {"bill_id": {"type": "string"}}, "required": ["bill_id"]},
    },
}


@pytest.mark.parametrize(
    "text",
    [
        '{"arac_adi": "pay_bill", "parametreler": {"bill_id": "F-1"}}',
        '{"arac_cagrilari": [{"arac_adi": "pay_bill", "parametreler": {"bill_id": "F-1"}}]}',
        '<tool_call>\n{"name": "pay_bill", "arguments": {"bill_id": "F-1"}}\n</tool_call>',
        '{"name": "pay_bill", "parameters": {"bill_id": "F-1"}}',
        '<|python_tag|>{"name": "pay_bill", "parameters": {"bill_id": "F-1"}}',
        '{"type": "function", "function": {"name": "pay_bill", "arguments": "{\\"bill_id\\": \\"F-1\\"}"}}',
        '```json\n{"arac_adi": "pay_bill", "parametreler": {"bill_id": "F-1"}}\n```',
    ],
)
def test_parse_each_format_gives_the_call(text: str) -> None:
    parsed = tool_calls.parse(text, ["pay_bill"])
    assert [(call["name"], call["args"]) for call in parsed.tool_calls] == [("pay_bill", {"bill_id": "F-1"})]
    assert parsed.content == "" and parsed.invalid_tool_calls == []


def test_parse_several_calls_keeps_order_and_content() -> None:
    text = (
        'Bakıyorum.\n<tool_call>{"name": "a", "arguments": {}}</tool_call>\n'
        '<tool_call>{"name": "b", "arguments": {"x": 1}}</tool_call>'
    )
    parsed = tool_calls.parse(text)
    assert [call["name"] for call in parsed.tool_calls] == ["a", "b"]
    assert parsed.content == "Bakıyorum."
    assert len({call["id"] for call in parsed.tool_calls}) == 2


def test_write_then_parse_gives_the_same_calls() -> None:
    calls = [{"name": "a", "args": {"yer": "İstanbul"}}, {"name": "b", "args": {"liste": [1, {"x": None}]}}]
    for some in (calls, calls[:1]):
        parsed = tool_calls.parse(tool_calls.write(some))
        assert [{"name": call["name"], "args": call["args"]} for call in parsed.tool_calls] == some


@pytest.mark.parametrize("text", ["Faturanız 249,90 TL.", "Küme {1, 2} ve [3] örnektir.", '{"fiyat": 3}', ""])
def test_parse_ordinary_text_finds_no_call(text: str) -> None:
    assert tool_calls.parse(text) == (text, [], [])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"arac_adi": "pay_bill", "parametreler": {"bill', "no JSON"),
        ('{"arac_adi": "drop_tables", "parametreler": {}}', "unknown tool"),
        ('{"arac_adi": "pay_bill", "parametreler": [1]}', "no object"),
        ('{"arac_cagrilari": [{"parametreler": {}}]}', "no tool is named"),
        ('{"arac_cagrilari": ["pay_bill"]}', "no tool is named"),
    ],
)
def test_parse_broken_call_is_invalid_with_a_reason(text: str, why: str) -> None:
    parsed = tool_calls.parse(text, ["pay_bill"])
    assert parsed.tool_calls == []
    assert why in str(parsed.invalid_tool_calls[0]["error"])


def test_render_names_tool_and_parameters() -> None:
    text = tool_calls.render([TOOL])
    assert "pay_bill" in text and "bill_id" in text and "arac_adi" in text and "öder" in text


def test_call_schema_allows_only_the_given_tools() -> None:
    schema = tool_calls.call_schema([TOOL])
    assert schema["properties"]["arac_adi"] == {"const": "pay_bill"}
    assert schema["properties"]["parametreler"]["additionalProperties"] is False
    assert len(tool_calls.call_schema([TOOL, TOOL])["anyOf"]) == 2
