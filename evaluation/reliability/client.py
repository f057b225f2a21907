"""A customer's program: it says words, presses a button, opens the conversation, or calls an operation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Literal

from conversation.errors import ConversationError
from conversation.events import ChatResult, Done, PendingEvent, Token
from core.channels import Channel
from database.threads import ThreadNotFound
from database.turn_keys import TurnKeyInUse
from evaluation.conversation_environment import demo_user
from evaluation.reliability.changes import SESSION, WishedChange
from evaluation.reliability.points import DeathPoints
from evaluation.reliability.replica import Replica
from graph.calls import ALREADY_DONE
from tools.caller import Caller
from tools.errors import ToolError

OTHER_SESSION = "another"

KEY = "request-1"
"""The key of the request during which the process dies."""


@dataclass(frozen=True)
class Deed:
    """One thing that a client does.

    Attributes:
        kind: Says words, presses yes, opens the conversation, or calls the operation.
        words: What is said.
        session: The conversation.
        key: The idempotency key of the request; None for a client that sends none.
    """

    kind: Literal["say", "press", "open", "call"]
    words: str = ""
    session: str = SESSION
    key: str | None = None


@dataclass(frozen=True)
class Heard:
    """The answer that the client got.

    Attributes:
        text: The words, as far as they came.
        done: The change is said to be done.
        refused: Code of a refusal of the change.
        asked: A question waits for a yes.
        whole: The answer came to its end.
        waited: Seconds for which the client was told to wait.
        error: What went wrong, where no answer came about.
    """

    text: str = ""
    done: bool = False
    refused: str | None = None
    asked: bool = False
    whole: bool = False
    waited: float = 0.0
    error: str | None = None

    def data(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)


class Client:
    """The program of one customer, who wants one change.

    Args:
        replica: The service.
        change: What he wants.
        points: Places to die in between the service and him.
    """

    def __init__(self, replica: Replica, change: WishedChange, points: DeathPoints) -> None:
        self._replica = replica
        self._change = change
        self._points = points

    async def do(self, deed: Deed, hears: Callable[[Heard], None] = lambda heard: None) -> Heard:
        """Do one thing; a key whose turn is said to run is waited for as long as is said.

        Args:
            deed: What is done.
            hears: Is told what came so far, each time that something comes.
        """
        waited = 0.0
        while True:
            try:
                heard = await self._done(deed, hears)
            except TurnKeyInUse as busy:
                waited += busy.retry_after
                self._replica.clock.advance(timedelta(seconds=busy.retry_after))
                continue
            except (ConversationError, ThreadNotFound) as error:
                return Heard(error=type(error).__name__, whole=True, waited=waited)
            return Heard(**{**heard.data(), "waited": waited})

    async def _done(self, deed: Deed, hears: Callable[[Heard], None]) -> Heard:
        if deed.kind == "call":
            return await self._called(deed, hears)
        if deed.kind == "open":
            return await self._opened(deed)
        return await self._turn(deed, hears)

    async def _turn(self, deed: Deed, hears: Callable[[Heard], None]) -> Heard:
        """Take a turn and hear its stream."""
        heard = Heard()
        stream = self._replica.conversations.stream(
            demo_user(self._change.customer), session_id=deed.session,
            message=deed.words if deed.kind == "say" else None, resume=True if deed.kind == "press" else None,
            idempotency_key=deed.key, config=self._replica.config,
        )  # fmt: skip
        async for event in stream:
            name = type(event).__name__
            if not isinstance(event, Token | PendingEvent | Done):
                continue
            self._points.reach(f"before telling {name}")
            if isinstance(event, Token):
                heard = Heard(text=heard.text + event.text)
            elif isinstance(event, Done):
                heard = self._heard(event.result)
            hears(heard)
            self._points.reach(f"after telling {name}")
        return heard

    def _heard(self, result: ChatResult) -> Heard:
        own = [each for each in result.tool_results if each.tool_name == self._change.operation]
        refused = next((str((each.error or {}).get("code")) for each in own if not each.success), None)
        return Heard(
            text=result.response, done=any(each.success for each in own) or result.intent == ALREADY_DONE,
            refused=refused, asked=result.pending is not None, whole=True,
        )  # fmt: skip

    async def _opened(self, deed: Deed) -> Heard:
        shown = await self._replica.conversations.get(demo_user(self._change.customer), deed.session)
        said = [message.text for message in shown.messages if message.role == "assistant"]
        waits = ["aktarıldınız, sıradasınız"] if shown.handover else []  # what pages show above the conversation
        text = "\n".join([*said, *waits])
        return Heard(text=text, asked=shown.pending is not None, whole=True)

    async def _called(self, deed: Deed, hears: Callable[[Heard], None]) -> Heard:
        change = self._change
        caller = Caller(change.customer, channel=Channel.REST, idempotency_key=deed.key, takes_defaults=True)
        try:
            result = await self._replica.operations.run(change.operation, change.arguments, caller)
        except ToolError as refusal:
            heard = Heard(text=str(refusal), refused=refusal.code, whole=True)
        else:
            heard = Heard(text=result.model_dump_json(), done=True, whole=True)
        self._points.reach("before telling the result")
        hears(heard)
        self._points.reach("after telling the result")
        return heard
