"""Arguments that a chat model behind a server writes: parsed, compared with the message, asked for once more, and then
not stated, so that the customer is asked."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from agent.prompt_files import load_prompts
from evaluation.scripted import ScriptedDecisionModel
from evaluation.understanding.agent_under_test import schema_toolbox
from graph.reading import MessageReader, Utterance
from graph.understanding.arguments import ArgumentReader
from graph.understanding.written_arguments import ArgumentWriter


async def read(message: str, operation: str, *written: str) -> tuple[dict[str, Any], int]:
    """Return what is stated after the chat model wrote these texts, and how many of them were asked for."""
    left = iter([AIMessage(text) for text in written])
    prompts = load_prompts()
    messages = MessageReader(ScriptedDecisionModel(), prompts["questions"].data)
    writer = ArgumentWriter(GenericFakeChatModel(messages=left), prompts["arguments"])
    stated = await ArgumentReader(schema_toolbox(), writer).read(operation, messages.read(Utterance(message)))
    return stated, len(written) - len(list(left))


@pytest.mark.parametrize(
    "written",
    [
        '{"region": "İzmir Bornova"}',
        '```json\n{"region": "İzmir Bornova"}\n```',
        'Elbette: {"region": "İzmir Bornova"} umarım yardımcı olur {',
    ],
)
async def test_json_is_found_in_what_was_written(written: str) -> None:
    stated, asked = await read("İzmir Bornova tarafında kesinti mi var", "check_network_status", written)
    assert stated == {"region": "İzmir Bornova"} and asked == 1


@pytest.mark.parametrize("written", ["Bilmiyorum.", "[1]", '{"region": "Ankara"}', '{"region": '])
async def test_nonsense_is_asked_again_once_and_then_code_finds_the_place(written: str) -> None:
    """A place that the customer did not write is nonsense, too."""
    message = "İzmir Bornova tarafında kesinti mi var"
    stated, asked = await read(message, "check_network_status", written, '{"region": "Bornova"}', "never")
    assert stated == {"region": "Bornova"} and asked == 2
    stated, asked = await read(message, "check_network_status", written, written, "never")
    assert stated == {"region": "İzmir Bornova"} and asked == 2  # the place that code finds


async def test_ids_and_counts_stand_in_the_message() -> None:
    assert (await read("son 3 ödememi listele", "get_payment_history", '{"limit": 3}'))[0] == {"limit": 3}
    invented = '{"ticket_id": "T-9"}'
    assert (await read("T-7 ne oldu", "get_fault_ticket_status", invented, invented))[0] == {}
    assert (await read("T-7 ne oldu", "get_fault_ticket_status", '{"ticket_id": "T-7"}'))[0] == {"ticket_id": "T-7"}
