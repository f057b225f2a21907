"""What comes into the graph, what it keeps, and what goes out.

Everything kept is plain JSON data, so that a checkpoint written today can be read by a later version and by a
person. Objects with behaviour (models, tools) never enter the state: the nodes hold them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypedDict

from langgraph.runtime import Runtime

from core.languages import Language
from tools.caller import Caller

CallStatus = Literal["waiting", "ready", "missing", "corrected", "awaiting", "approved", "done", "failed", "declined"]
PendingKind = Literal["confirmation", "clarification", "step"]


@dataclass(frozen=True)
class TurnContext:
    """Who is speaking in this turn; set by the server from the verified login, never by a client or the model."""

    caller: Caller
    thread_id: str = ""


class Intent(TypedDict):
    """An operation that the customer seems to want."""

    operation: str
    probability: float


class Call(TypedDict):
    """One tool call on its way from wish to result."""

    id: str
    operation: str
    arguments: dict[str, Any]
    write: bool
    status: CallStatus
    missing: list[str]
    """Required arguments that the customer has not stated yet."""
    key: str | None
    """Idempotency key, made by the graph when a WRITE call is put up for confirmation."""
    preview: dict[str, Any] | None
    """The facts that the customer was asked to confirm."""
    put_up_at: str | None
    """ISO time at which the call was put up."""
    after: str | None
    """The operation whose result a waiting call needs first."""
    conditional: bool
    """Whether the call is wanted only if that result is a certain one."""
    pick: str | None
    """Which of the looked-up things the customer means (an option of the question `pick`)."""


class Outcome(TypedDict):
    """The typed result, or the error, of an executed (or refused) call."""

    call_id: str
    operation: str
    arguments: dict[str, Any]
    success: bool
    executed: bool
    """False when a guard refused the call before anything ran (its error is still told)."""
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    ms: int


class Package(TypedDict):
    """What is remembered of a package that the customer was shown, for "en ucuzu" and "ikincisi"."""

    name: str
    monthly_fee: str
    internet_gb: float
    voice_minutes: float


class Mentioned(TypedDict):
    """What the customer was shown last and may refer to."""

    packages: list[Package]
    """In the order shown."""
    package: str | None
    """The one package that was spoken of last."""


class Trial(TypedDict):
    """A step that the customer was asked to try."""

    name: str
    """Key of its wording."""
    check: str
    """The operation that is run again if nothing changed."""
    arguments: dict[str, Any]
    """Of the check."""
    issue: str
    """What the customer complained of, for a ticket."""
    asked: int
    """How often it was asked for already."""


class Turn(TypedDict):
    """One utterance of the thread, kept for references to what was said before."""

    role: Literal["user", "assistant"]
    text: str


class State(TypedDict, total=False):
    """What is kept of a thread between steps and turns."""

    message: str
    """The customer's latest words; replaced by every message."""
    language: Language
    """Language of the latest message."""
    history: list[Turn]
    """The last turns, trimmed; the full record is in the database."""
    context: str
    """What was done just before the message, in the words that the decision model knows; "" on a fresh thread."""
    intents: list[Intent]
    """Operations wanted by the latest message, likeliest first in the order said."""
    topic: str
    """What a message without an operation is about (a key of the `talk` answers), or ""."""
    confidence: float
    """Calibrated probability that the whole set of intents is right."""
    choices: list[str]
    """Operations offered when the message was unclear; empty otherwise."""
    unclear: int
    """How many messages in a row were not understood."""
    conditional: bool
    """Whether the latest message wants one operation only if another one finds something."""
    mentioned: Mentioned
    """What was shown last."""
    trial: Trial | None
    """The step that is being tried, if one is."""
    remarks: list[str]
    """Topics (keys of the `talk` answers) that are said after the results of this turn."""
    calls: list[Call]
    """Calls of the thread that are not finished, and those finished in this turn."""
    outcomes: list[Outcome]
    """Results of this turn, in the order of the calls."""
    answer: str
    """What the customer is told in this turn, without the pending question."""
    said_by: Literal["model", "rendering", ""]
    """Whether the writer wrote the answer throughout or code had to render a part of it."""


class Node(Protocol):
    """A node that needs only the state."""

    async def __call__(self, state: State) -> State:
        """Work on the state and return what changes."""


class RuntimeNode(Protocol):
    """A node that also needs to know who is speaking."""

    async def __call__(self, state: State, runtime: Runtime[TurnContext]) -> State:
        """Work on the state and return what changes."""


class PendingView(TypedDict):
    """The value of an interrupt: what the customer is asked."""

    kind: PendingKind
    text: str
    options: list[dict[str, str]]
    calls: list[dict[str, Any]]


def fresh_turn(message: str) -> State:
    """The input of a new message on a thread: it clears what belongs to the previous turn only."""
    return {
        "message": message,
        "intents": [],
        "topic": "",
        "choices": [],
        "conditional": False,
        "trial": None,
        "remarks": [],
        "calls": [],
        "outcomes": [],
        "answer": "",
        "said_by": "",
    }


def next_message(message: str | None = None) -> State:
    """What an answer to a question clears: the turn before it, but not what is still open."""
    cleared: State = {
        "outcomes": [], "answer": "", "intents": [], "topic": "", "choices": [], "said_by": "", "remarks": [],
        "conditional": False,
    }  # fmt: skip
    return cleared if message is None else {**cleared, "message": message}
