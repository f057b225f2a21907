"""The agent as a LangChain runnable, narrow on both sides: what LangServe serves, without knowing LangServe.

The user comes in the configuration, put there by the server from the verified login; the input has no place for one.
It is a generator, so that tokens stream and the graph's own events reach whoever listens to the outer run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

from langchain_core.runnables import RunnableConfig, RunnableGenerator
from langchain_core.runnables.utils import AddableDict
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator
from sqlalchemy import select
from typing_extensions import TypedDict

from api.errors import InvalidBody
from api.routes.chat import Resume
from conversation.requests import MAX_MESSAGE, SESSION_ID
from conversation.service import ChatResult, Conversations, Done, NothingPending, Pending, Token, ToolResultView, User
from core.channels import Channel
from core.clean_text import clean_text
from database.session import Database
from database.tables import Thread
from database.threads import ThreadNotFound


def _one_type(schema: dict[str, Any]) -> None:
    """Describe an optional field by its one type: forms made from the schema then show a plain input field."""
    kinds = [kind for kind in schema.pop("anyOf", []) if kind != {"type": "null"}]
    schema.pop("default", None)
    schema.update(kinds[0] if kinds else {})


def _unticked(schema: dict[str, Any]) -> None:
    """Describe the resume as an object that may be empty, since a form always sends one."""
    described = schema.get("description", "")
    schema.clear()
    properties = {"approve": {"type": "boolean"}, "question_id": {"type": "string"}}
    schema |= {"type": "object", "description": described, "properties": properties}


class AgentInput(BaseModel):
    """One turn: a message, or the answer to a pending confirmation."""

    model_config = ConfigDict(extra="forbid")

    message: str | None = Field(
        None, max_length=MAX_MESSAGE, description="what the customer writes", json_schema_extra=_one_type
    )
    session_id: str | None = Field(
        None,
        pattern=SESSION_ID,
        description="the conversation; clients may make the id, a new one by default",
        json_schema_extra=_one_type,
    )
    resume: Resume | None = Field(
        None, description="instead of a message, where a confirmation is pending", json_schema_extra=_unticked
    )

    @field_validator("message", "session_id", "resume", mode="before")
    @classmethod
    def _blank_is_absent(cls, value: Any) -> Any:
        """A form sends an empty field as an empty text or an empty object."""
        value = clean_text(value) if isinstance(value, str) else value
        return None if value == {} or (isinstance(value, str) and not value.strip()) else value

    @model_validator(mode="after")
    def _exactly_one(self) -> AgentInput:
        if (self.message is None) == (self.resume is None):
            raise ValueError("give either a message or a resume")
        return self


class AgentCall(BaseModel):
    """A tool call that was executed."""

    name: str
    args: dict[str, Any]


class AgentOutput(BaseModel):
    """The answer to one turn."""

    answer: str
    run_id: str
    session_id: str
    intent: str
    confidence: float
    tool_calls: list[AgentCall]
    tool_results: list[ToolResultView]
    pending: Pending | None


def build_agent(conversations: Callable[[], Conversations]) -> RunnableGenerator[Any, Any]:
    """The agent over the conversations of a service that may start later.

    Streamed pieces are dictionaries that add up to an ``AgentOutput``: pieces of ``answer``, then all other fields.
    """

    async def agent(inputs: AsyncIterator[Any], config: RunnableConfig) -> AsyncIterator[AddableDict]:
        async for raw in inputs:
            request = AgentInput.model_validate(raw)
            said = ""
            events = conversations().stream(
                _user_of(config),
                session_id=request.session_id,
                message=request.message,
                resume=request.resume.approve if request.resume else None,
                question_id=request.resume.question_id if request.resume else None,
                channel=Channel.LANGSERVE,
                config=config,
            )
            async with aclosing(events):  # type: ignore[type-var]  # a generator, typed by its narrower protocol
                async for event in events:
                    if isinstance(event, Token):
                        said += event.text
                        yield AddableDict(answer=event.text)
                    elif isinstance(event, Done):
                        yield _ending(event.result, said)

    # Generators that take a configuration are supported, and are not in the signature.
    return RunnableGenerator(agent, name="agent")  # type: ignore[arg-type]


class _Frame(TypedDict, total=False):
    """The envelope that langserve accepts around the input and does not check."""

    config: dict[str, Any]
    kwargs: dict[str, Any]


_FRAME: TypeAdapter[_Frame] = TypeAdapter(_Frame)


def check_frame(body: bytes) -> None:
    """Refuse a body that langserve would fail on.

    Raises:
        InvalidBody: It is no JSON object, or its configuration is none.
    """
    try:
        _FRAME.validate_json(body)
    except ValidationError as error:
        raise InvalidBody from error


async def check_turn(database: Database, conversations: Conversations, user: User, turn: AgentInput) -> None:
    """Refuse a turn that cannot be taken, while the refusal can still be an HTTP status and not a broken stream.

    Raises:
        ThreadNotFound: the conversation belongs to somebody else.
        NothingPending: a resume where no confirmation is open.
    """
    if turn.session_id is not None:
        async with database.session() as session:
            owner = await session.scalar(select(Thread.customer_id).where(Thread.id == turn.session_id))
        if owner is not None and owner != user.customer_id:
            raise ThreadNotFound(turn.session_id)
        if owner is not None and turn.resume is not None:
            pressed = turn.resume.question_id
            await conversations.check_button(user, turn.session_id, resume=turn.resume.approve, question_id=pressed)
            return
    if turn.resume is not None:
        raise NothingPending(turn.session_id)


def _user_of(config: RunnableConfig) -> User:
    user = config.get("configurable", {}).get("user")
    if not isinstance(user, User):
        raise PermissionError("the agent was called without a verified user")
    return user


def _ending(result: ChatResult, said: str) -> AddableDict:
    """Every field but the answer, and of that what has not been sent."""
    output = AgentOutput(
        answer=result.response.removeprefix(said) if result.response.startswith(said) else "",
        run_id=result.run_id,
        session_id=result.session_id,
        intent=result.intent,
        confidence=result.confidence,
        tool_calls=[AgentCall(name=call.arac_adi, args=call.parametreler) for call in result.tool_calls],
        tool_results=result.tool_results,
        pending=result.pending,
    )
    return AddableDict(output.model_dump(mode="json"))
