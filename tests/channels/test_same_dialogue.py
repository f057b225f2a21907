"""One dialogue, held through every channel: the customer has several lines and is asked which one is meant.

The models are scripted. The chat page needs a browser (``tests/chat``); here it takes part with the call it makes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from telekom_client import Done

from cli.chat_backend import LocalBackend
from core.channels import Channel
from identity.user import User
from tests.api.conftest import PASSWORD, Stage, bearer
from tests.api.events import named, parsed
from tests.doubles import meaning

CUSTOMER = "musteri7@example.com"
MESSAGE = "Kalan kotam ne kadar?"
QUESTION = "Hangi hattınız için?"

Said = tuple[str, Mapping[str, Any] | None, list[str]]
"""Of one turn: the answer, the pending question, the operations that ran."""
Say = Callable[[str, str], Awaitable[Said]]


class Doors:
    """Every way into one running service, for one customer; each takes a message and a session."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, headers: Mapping[str, str], user: User) -> None:
        self._service = app.state.service
        self._client = client
        self._headers = dict(headers)
        self._user = user

    def all(self) -> dict[str, Say]:
        return {
            "rest": self.rest, "rest stream": self.sse, "langserve": self.langserve, "terminal": self.terminal,
            **{f"in process: {channel}": self.in_process(channel) for channel in Channel},
        }  # fmt: skip

    async def rest(self, message: str, session: str) -> Said:
        body = {"message": message, "session_id": session}
        answer = (await self._client.post("/api/v1/chat/", json=body, headers=self._headers)).json()
        return _of_rest(answer)

    async def sse(self, message: str, session: str) -> Said:
        body = {"message": message, "session_id": session}
        sent = await self._client.post("/api/v1/chat/stream", json=body, headers=self._headers)
        [answer] = named(parsed(sent.text), "done")
        return _of_rest(answer)

    async def langserve(self, message: str, session: str) -> Said:
        body = {"input": {"message": message, "session_id": session}}
        told = (await self._client.post("/agent/invoke", json=body, headers=self._headers)).json()["output"]
        return told["answer"], told["pending"], [call["name"] for call in told["tool_calls"]]

    async def terminal(self, message: str, session: str) -> Said:
        answers = [
            event.answer.model_dump(mode="json")
            async for event in LocalBackend(self._service, self._user).say(message, session, None)
            if isinstance(event, Done)
        ]
        return _of_rest(answers[-1])

    def in_process(self, channel: Channel) -> Say:
        async def say(message: str, session: str) -> Said:
            result = await self._service.conversations.run(
                self._user, session_id=session, message=message, channel=channel
            )
            pending = None if result.pending is None else result.pending.model_dump(mode="json")
            return result.response, pending, [call.arac_adi for call in result.tool_calls]

        return say


def _of_rest(answer: Mapping[str, Any]) -> Said:
    return answer["response"], answer["pending"], [call["arac_adi"] for call in answer["tool_calls"]]


@pytest.fixture
async def dialogues(stage: Stage) -> dict[str, list[Said]]:
    """The two turns of the dialogue by channel."""
    stage.decision_model.meanings[MESSAGE] = meaning("get_remaining_quotas")
    held: dict[str, list[Said]] = {}
    async with stage.running() as (app, client):
        headers = await bearer(client, CUSTOMER)
        user = await app.state.service.accounts.authenticate(CUSTOMER, PASSWORD)
        for number, (name, say) in enumerate(Doors(app, client, headers, user).all().items()):
            asked = await say(MESSAGE, f"dialogue-{number}")
            options = asked[1]["options"] if asked[1] else []
            held[name] = [asked, await say(options[0]["value"] if options else "ilki", f"dialogue-{number}")]
    return held


async def test_every_channel_asks_which_line_and_answers_for_it(dialogues: dict[str, list[Said]]) -> None:
    for name, (asked, answered) in dialogues.items():
        text, pending, calls = asked
        assert QUESTION in text and pending is not None and pending["kind"] == "clarification", name
        assert len(pending["options"]) > 1 and calls == [], name
        assert answered[1] is None and answered[2] == ["get_remaining_quotas"], name
    first = dialogues["rest"]
    assert all(dialogue == first for dialogue in dialogues.values())


async def test_operation_over_rest_takes_the_main_line(stage: Stage) -> None:
    async with stage.running() as (_, client):
        headers = await bearer(client, CUSTOMER)
        answer = await client.post("/api/v1/telekom/packages/quotas", json={}, headers=headers)
        assert answer.status_code == 200 and answer.json()["success"]
