"""The types of a conversation: the input of a step, the state that is kept between steps, and the questions it asks.

The state is plain data, so that a later version and a person can read a checkpoint that was written today. Objects
with behaviour (models, tools) never enter it: the nodes hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NotRequired, TypedDict

from langchain_core.messages import AnyMessage
from langgraph.graph.message import add_messages

from core.languages import Language
from graph.reading import Reading, Utterance
from tools.caller import Caller

CallStatus = Literal["waiting", "ready", "missing", "corrected", "awaiting", "approved", "done", "failed"]
AnswerSource = Literal["model", "composed", "template", ""]
PendingKind = Literal["confirmation", "clarification", "step"]


@dataclass(frozen=True)
class TurnContext:
    """The speaker of a turn; set by the server from the verified login, never by a client or the model."""

    caller: Caller
    thread_id: str = ""
    versions: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """Hashes of policy and prompts, and the models; they go into the receipts of changes."""
    readings: dict[Utterance, Reading] = field(default_factory=dict, compare=False, repr=False)
    """The decision model's answers about the words of this turn; see ``graph.reading``."""


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
    """Idempotency key, made by the graph when a WRITE call is proposed."""
    question: NotRequired[str]
    """Name of the question by which the call was approved; see ``graph.calls.question_id``."""
    retried: NotRequired[bool]
    """True where it was approved before and is asked for again, since it was found not to be carried out."""
    unsettled_since: NotRequired[str]
    """ISO time from which it was not known if the call was carried out."""
    consent: NotRequired[dict[str, Any]]
    """The customer's consent to an approved call, see ``graph.evidence``."""
    preview: dict[str, Any] | None
    """The facts that the customer was asked to confirm."""
    proposed_at: str | None
    """ISO time at which the customer was asked to confirm the call."""
    listed: NotRequired[bool]
    """True where one question lists every change that waits; absent in a thread of an earlier version, whose question
    named one change."""
    discussed: NotRequired[bool]
    """True once the customer set a limit or replied to the question without a plain answer. "As I said" is no plain yes
    then: it may mean a condition that the change does not have."""
    unmet: NotRequired[str | None]
    """Kind of a limit that the customer named while something else was answered; a yes is asked about once more."""
    wished: NotRequired[str]
    """The words of a wish that sets a condition on what the change costs; it holds for later values, too."""
    asked_at: str | None
    """ISO time at which its question was asked first: for an argument, or for a yes."""
    digressions: int
    """Messages about something else since then."""
    after: str | None
    """The operation whose result a waiting call needs first."""
    place: NotRequired[int]
    """Its place among the wishes of the thread, in their order."""
    conditional: bool
    """True where the customer wants the call only if that result is a certain one."""
    reference: str | None
    """Which of the looked-up packages the customer means: an option of the question ``pick``, such as "cheapest"."""


class Outcome(TypedDict):
    """The result or the error of an executed or refused call."""

    call_id: str
    operation: str
    arguments: dict[str, Any]
    success: bool
    executed: bool
    """False when nothing ran: a guard refused the call, or the customer said yes again to a change that was done."""
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    ms: int


class PlannedCall(TypedDict):
    """A call that the chat model has chosen."""

    id: str
    """The id of the call that was made of it."""
    operation: str
    arguments: dict[str, Any]


class TurnPlan(TypedDict):
    """The steps of a turn that a chat model plans; see ``graph.nodes.plan``."""

    status: Literal["reading", "proposed", "ended", "dropped"]
    """``reading``: results go back to the model; ``proposed``: a change waits for the customer; ``dropped``: nothing
    was planned, and the decision model's reading stands."""
    steps: list[list[PlannedCall]]
    refused: list[str]
    """Calls that were not made, with the reason, for the run's record."""
    reason: str
    """Why the plan ended, or was dropped; "" while it goes on."""
    wished: list[str]
    """Changes that the decision model read in the message."""


class Telling(TypedDict):
    """A turn in which nothing is read or run: it tells what became of earlier changes."""

    late: bool
    """True where an interruption kept the outcomes from the customer; False where he asked for a done change again."""
    not_done: list[str]
    """Operations that the interruption came before; their questions are asked again."""
    unknown: list[str]
    """Operations of which it is not known yet if they were done."""


class DoneChange(TypedDict):
    """The last change that was carried out, so that a repeated yes is told its result."""

    call: Call
    outcome: Outcome
    turns: int
    """Messages of the customer since then."""


class ShownPackage(TypedDict):
    """A package that the customer was shown, so that "en ucuzu" and "ikincisi" can be resolved."""

    name: str
    monthly_fee: str
    internet_gb: float
    voice_minutes: float


class Mentioned(TypedDict):
    """The packages and the line that were spoken of last and may be referred to."""

    packages: list[ShownPackage]
    """In the order shown."""
    package: str | None
    """The package that was spoken of last."""
    line: NotRequired[str | None]
    """The line that was spoken of last; absent in a thread of an earlier version."""
    entry: NotRequired[str | None]
    """The knowledge entry that was said last, where nothing else was said since."""


class AskedFact(TypedDict):
    """A fact that the latest message asks for."""

    fact: str
    """Its name in ``graph/asked/facts``."""
    restriction: dict[str, Any]
    """Months, counts, amounts and packages that the question names; see ``graph.asked.restrictions``."""
    lines: NotRequired[list[str]]
    """The lines that the question points back to, or is about without naming them."""


class Figure(TypedDict):
    """One figure that was said."""

    label: str
    """How to name it: a month, a package, or "" where it needs no name."""
    kind: Literal["money", "number"]
    value: str
    of: NotRequired[str]
    """Name of the fact's value that it is, such as "difference"; absent in a list."""
    listed: NotRequired[bool]
    """True for one of a list, or of two that were compared."""


class SaidFact(TypedDict):
    """A fact that an answer has said, so that the next question may refer to it."""

    fact: str
    restriction: dict[str, Any]
    figures: list[Figure]
    """The figures that it named, the asked one first; those of a list in its order."""
    line: NotRequired[str]
    """The line of which it was said, where it was said of several."""


class RefusedText(TypedDict):
    """A text of the chat model that the customer did not get."""

    text: str
    """The sentence that was not proven; the whole text where it said too little."""
    reason: str
    """A key of the reasons in ``respond_free.md``."""
    why: NotRequired[str]
    """The same in words, with what it is about."""
    raw: str
    """The model's text as far as it had come."""


class TroubleshootingStep(TypedDict):
    """A step that the customer was asked to try."""

    name: str
    """Key of its wording."""
    check: str
    """The operation that runs again if nothing changed."""
    arguments: dict[str, Any]
    """Arguments of the check."""
    issue: str
    """The customer's complaint, for a ticket."""
    asked: int
    """Times that the customer was asked to try it."""


class ConversationState(TypedDict, total=False):
    """The state of a thread between steps and turns."""

    messages: Annotated[list[AnyMessage], add_messages]
    """The last messages, for clients that speak LangChain; the full record is in the database."""
    message: str
    """The customer's latest words; replaced by every message."""
    language: Language
    """Language of the latest message."""
    context: str
    """The last thing done before the message, in words that the decision model knows; "" on a fresh thread."""
    intents: list[Intent]
    """Operations wanted by the latest message, likeliest first in the order said."""
    topic: str
    """The subject of a message without an operation (a key of the ``small_talk`` answers), or ""."""
    confidence: float
    """Calibrated probability that the whole set of intents is right."""
    choices: list[str]
    """Operations offered when the message was unclear; empty otherwise."""
    unclear: int
    """Messages in a row that were not understood."""
    conditional: bool
    """True where the latest message wants one operation only if another one finds something."""
    mentioned: Mentioned
    """The packages and the line that were spoken of last."""
    step: TroubleshootingStep | None
    """The step that the customer is trying, if there is one."""
    asked: list[AskedFact]
    """Facts that the latest message asks for, in the order asked; empty where it opens a subject as a whole."""
    said: list[SaidFact]
    """The facts that the last answers said, newest last; bounded."""
    topics_told: list[str]
    """First sentences of what was answered so far, for a summary; bounded."""
    entry: str
    """The knowledge entry that answers the latest message, or ""."""
    subject: str | None
    """The operation that the last answer was about, to which the next message may refer."""
    offered: str | None
    """The operation that the last answer offered; the next message may take it up."""
    last_change: Call | None
    """The change that was wished for last, with what was stated for it; dropped, it may be taken up again."""
    done: DoneChange | None
    """The last change of the thread that was carried out, for a few turns."""
    unsettled: list[Call]
    """WRITE calls whose outcome was not known yet when their turn ended; it is told once it is known."""
    telling: Telling | None
    """Set where the turn only tells; such a turn goes to the answer at once."""
    closed: list[str]
    """Operations whose open question was dropped in this turn; the customer is told."""
    left_out: list[str]
    """Operations that the latest message may wish for as well, and that were not taken up; the customer is told."""
    declined: list[Call]
    """Changes that were refused beside a consent to others; the customer is told that they were not made."""
    plan: TurnPlan | None
    """The plan of this turn; None where the decision model chooses the operations."""
    remarks: list[str]
    """Topics (keys of the ``small_talk`` answers) that are said after the results of this turn."""
    calls: list[Call]
    """Calls of the thread that are not finished, and those finished in this turn."""
    outcomes: list[Outcome]
    """Results of this turn, in the order of the calls."""
    answer: str
    """The answer of this turn, without the pending question."""
    answer_source: AnswerSource
    """The author of the answer: the chat model throughout, composed sentences, or templates where it failed."""
    refused: list[RefusedText]
    """What the chat model wrote in this turn and the customer did not get; for the record, never for a channel."""


class PendingView(TypedDict):
    """The value of an interrupt: the question that the customer is asked."""

    id: NotRequired[str]
    """Names a confirmation, so that a button of an older one is told apart; see ``graph.calls.question_id``."""
    kind: PendingKind
    text: str
    options: list[dict[str, str]]
    calls: list[dict[str, Any]]
    facts: NotRequired[list[dict[str, Any]]]
    """The facts of each call's preview, of a confirmation; absent in a thread of an earlier version."""
