"""Turns under an idempotency key of the client: the first answer is given again, whatever was lost on the way."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError

from conversation.errors import ConversationError
from conversation.events import ChatResult, Done, Event, PendingEvent, Token
from conversation.recorded import recorded_result
from conversation.requests import ChatRequest
from database.threads import ThreadNotFound
from database.turn_keys import HELD, HeldKey, TurnKeys

_log = logging.getLogger(__name__)


def request_hash(request: ChatRequest, session_id: str | None) -> str:
    """Return the hash that tells one request from another: what the customer did, and the conversation named."""
    return hashlib.sha256(f"{session_id}\n{request.model_dump_json()}".encode()).hexdigest()


def first_answer(held: HeldKey, model_name: str) -> ChatResult | None:
    """Return the answer that a key's turn gave; None where the turn has to be taken.

    Args:
        held: The claimed key.
        model_name: Name of the chat model, for an answer that was not stored with the key.
    """
    if held.result is not None:
        return ChatResult.model_validate(held.result)
    return None if held.run is None else recorded_result(held.run, model_name)


def repeated(result: ChatResult) -> list[Event]:
    """Return the events of a turn that was taken before: the whole answer at once, its question, and its end."""
    asked: list[Event] = [] if result.pending is None else [PendingEvent(pending=result.pending)]
    return [Token(text=result.response), *asked, Done(result=result)]


async def kept(keys: TurnKeys, held: HeldKey, turn: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """Yield the events of a turn, and keep its answer under its key.

    Args:
        keys: The keys.
        held: The turn's key; it is given up if the turn ends without an answer, and forgotten if it is refused.
        turn: The turn.
    """
    answered = refused = False
    try:
        async with _held(keys, held), aclosing(turn):
            async for event in turn:
                if isinstance(event, Done):
                    await keys.finish(held, event.result.model_dump(mode="json"))
                    answered = True
                yield event
    except (ConversationError, ThreadNotFound):
        refused = True
        raise
    finally:
        if not answered:
            await asyncio.shield(keys.forget(held) if refused else keys.release(held))


@asynccontextmanager
async def _held(keys: TurnKeys, held: HeldKey) -> AsyncIterator[None]:
    """Hold a key until the block ends."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(HELD.total_seconds() / 3)
            try:
                await keys.renew(held)
            except SQLAlchemyError:  # the next one may work; a turn that loses its key does no harm
                _log.warning("the key of a turn could not be renewed", exc_info=True)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
