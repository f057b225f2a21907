"""The format of scenario files: conversations by which the agent is scored.

A file ``scenarios/<id>.yaml`` states a customer, what is brought about before, what is said, and what must hold in the
database and in the answers afterwards. Unknown keys, tables, columns, operations and placeholders are refused with the
file and the place in it. What the format means where a file alone does not tell:

- ``customer``: a demo customer, or ``newcomer`` (registered today; no bill, payment or ticket).
- ``start`` and ``outside`` set the outside systems, ``outside`` from that turn on. ``payment: {declined: true}`` is
  short for ``decline: CARD_DECLINED``. ``speed_test`` measures all lines of the customer. ``network`` changes the
  customer's own region, or the ``region`` named; ``status: operational`` takes its incident away.
- ``start.rows`` are changes of the customer's own rows, in order: ``update`` with ``where`` and ``set``, ``delete``
  with ``where``, ``insert`` with ``set``. A whole number for a day or a time is a distance from now, in days.
- A turn is a message (``say`` and what it ``means``) or one of ``approve``, ``later``, ``side_effect``, ``outside``.
  Run k says wording k, beginning anew after the last. A turn with ``when`` is skipped unless the pending question is of
  that kind, or of one of those kinds. ``approve: false`` is the other button.
- ``means`` is read by the scripted model only. Left out: ``reply`` is ``answer`` where arguments or a pick are stated
  without an operation and else ``other``; ``topic`` is ``request`` with an operation and else ``unclear``;
  ``language`` is that of ``expect``. The number of a line cannot be stated there: code reads it out of the words.
- ``expect.changed``: ``where`` chooses rows of the customer (of all customers where the table has no owner); ``added``
  is how many more there are than before the first turn; ``now`` holds for each of those that there are, and there is
  one. ``lines`` have the name of their ``package`` as a column. A JSON column contains what is given for it.
- ``called`` and ``asked`` are the whole lists in order, and not looked at where left out. ``called`` has the operations
  that ran, failed ones too, and not what a ``side_effect`` ran or a check refused before. ``asked`` has the kind of the
  question that is open after each turn of the conversation. ``may_call`` are look-ups that a fact of the answer may
  need besides (a reader of facts asks for them, the scripted model does not); a change is never one.
- ``says``: each text stands in one of the answers or questions; letter case and white space do not count, a package is
  called one once ("Genç Paket'e" for "Genç Paket paketine"), and a figure
  is never a part of a longer one.
- ``language``: the one that every turn was answered in; also the format of money and days in placeholders.
- ``nothing_written``: every row of ``CUSTOMER_TABLES`` is as it was. Messages, runs and hand-overs are no such rows.
- Placeholders (``PLACEHOLDERS`` in ``scenario_files.py``) have the customer's format in ``say``, ``says`` and
  ``says_not``, and the database's in all other places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args

from pydantic import AliasChoices, BaseModel, ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from core.languages import Language
from evaluation.scenarios.names import check_arguments, check_columns, check_look_ups, check_operations
from graph.handover import Reason

CUSTOMER_TABLES = (
    "customers", "lines", "quotas", "bills", "bill_items", "payments", "autopays", "tickets", "audit_entries",
    "idempotency_records",
)  # fmt: skip

QuestionKind = Literal["confirmation", "clarification", "step", "nothing"]
Topic = Literal[
    "request", "greeting", "thanks", "goodbye", "how_to", "out_of_scope", "angry", "unclear", "person", "misuse",
    "out_of_reach",
]  # fmt: skip


class _ScenarioModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class PaymentSettings(_ScenarioModel):
    """Settings of ``ports.payment.SimulatedPayment``."""

    decline: Literal["INSUFFICIENT_FUNDS", "CARD_DECLINED"] | None = None
    declined: bool = False
    timeout: bool = False
    charge_before_timeout: bool = False


class SpeedTest(_ScenarioModel):
    """The result of a speed test on the customer's lines, or its outage."""

    download: float = 50.0
    upload: float = 12.0
    ping: int = 20
    server: str = "İstanbul"
    unavailable: bool = False


class Network(_ScenarioModel):
    """The state of a region, or the outage of the network monitor."""

    status: Literal["operational", "degraded", "outage", "maintenance"] | None = None
    region: str | None = None
    issue: str = "Bölgede çalışma"
    unavailable: bool = False


class OutsideSystems(_ScenarioModel):
    """The outside systems."""

    payment: PaymentSettings | None = None
    speed_test: SpeedTest | None = None
    network: Network | None = None


class RowChange(_ScenarioModel):
    """A change of the customer's rows before the first turn."""

    update: str | None = None
    delete: str | None = None
    insert: str | None = None
    where: dict[str, Any] = Field(default_factory=dict)
    set: dict[str, Any] = Field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table that is changed."""
        return self.update or self.delete or self.insert or ""

    @model_validator(mode="after")
    def _one_change(self) -> RowChange:
        if sum(name is not None for name in (self.update, self.delete, self.insert)) != 1:
            raise ValueError("exactly one of update, delete, insert")
        if (self.delete is None) != bool(self.set) or (self.insert and self.where):
            raise ValueError("update needs set, delete has none, insert needs set and has no where")
        check_columns(self.table, self.where, self.set)
        return self


class InitialState(OutsideSystems):
    """The state before the first turn."""

    rows: list[RowChange] = Field(default_factory=list)


class Meaning(_ScenarioModel):
    """The meaning of a message, for the scripted model."""

    operations: list[str] = Field(default_factory=list)
    arguments: dict[str, Any] = Field(default_factory=dict)
    topic: Topic | None = None
    conditional: bool = False
    reply: Literal["yes", "no", "correction", "answer", "other"] | None = None
    step: Literal["fixed", "still", "unable", "ticket", "other"] = "other"
    pick: Literal[
        "cheapest", "dearest", "most_data", "most_minutes", "first", "second", "third", "fourth", "last", "same", "none"
    ] = "none"
    facts: list[str] = Field(default_factory=list, max_length=2)
    language: Language | None = None
    unsure: bool = False

    @field_validator("reply", mode="before")
    @classmethod
    def _unquoted(cls, value: object) -> object:
        """Accept a bare yes or no, which YAML reads as a truth value."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value

    @model_validator(mode="after")
    def _known(self) -> Meaning:
        check_operations(self.operations)
        check_arguments(self.operations, self.arguments)
        if "line_number" in self.arguments:
            raise ValueError("a line's number is read from the words, not from arguments")
        return self


class _TurnBase(_ScenarioModel):
    when: QuestionKind | list[QuestionKind] | None = None

    @property
    def kinds(self) -> Sequence[QuestionKind]:
        """The pending questions at which the turn is taken; all of them where none is named."""
        if self.when is None:
            return get_args(QuestionKind)
        return self.when if isinstance(self.when, list) else [self.when]


class MessageTurn(_TurnBase):
    """A message, in several wordings."""

    say: list[Annotated[str, Field(min_length=1)]] = Field(min_length=1)
    means: Meaning


class ButtonTurn(_TurnBase):
    """A press of a confirmation's button."""

    approve: bool


class WaitTurn(_TurnBase):
    """Minutes that pass without a message."""

    later: float = Field(gt=0)


class SideEffect(_ScenarioModel):
    """An operation of the same customer over REST."""

    operation: str
    arguments: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _known(self) -> SideEffect:
        check_arguments(check_operations([self.operation]), self.arguments)
        return self


class SideEffectTurn(_TurnBase):
    """A side effect: the customer runs an operation outside the conversation."""

    side_effect: SideEffect = Field(validation_alias=AliasChoices("side_effect", "elsewhere"))


class SystemsTurn(_TurnBase):
    """A change of the outside systems."""

    outside: OutsideSystems


def _tag(turn: Any) -> str | None:
    names = set(turn) if isinstance(turn, dict) else {name for name in _TURNS if hasattr(turn, name)}
    if "elsewhere" in names:  # the key of older files
        names.add("side_effect")
    found = [name for name in _TURNS if name in names]
    return found[0] if len(found) == 1 else None


_TURNS = ("say", "approve", "later", "side_effect", "outside")
ScenarioTurn = Annotated[
    Annotated[MessageTurn, Tag("say")]
    | Annotated[ButtonTurn, Tag("approve")]
    | Annotated[WaitTurn, Tag("later")]
    | Annotated[SideEffectTurn, Tag("side_effect")]
    | Annotated[SystemsTurn, Tag("outside")],
    Discriminator(_tag, "turn", f"a turn has exactly one of {', '.join(_TURNS)}"),
]


class ExpectedRows(_ScenarioModel):
    """An expectation about some rows."""

    table: str
    where: dict[str, Any] = Field(default_factory=dict)
    added: int | None = None
    now: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _known(self) -> ExpectedRows:
        if self.added is None and self.now is None:
            raise ValueError("added or now")
        check_columns(self.table, self.where, self.now)
        return self


class Expectations(_ScenarioModel):
    """The expectations after the last turn."""

    changed: list[ExpectedRows] = Field(default_factory=list)
    nothing_written: bool = False
    called: list[str] | None = None
    may_call: list[str] = Field(default_factory=list)
    not_called: list[str] = Field(default_factory=list)
    asked: list[Literal["confirmation", "clarification", "step"]] | None = None
    says: list[str] = Field(default_factory=list)
    says_not: list[str] = Field(default_factory=list)
    handed_over: Reason | None = None
    language: Language | None = None

    @field_validator("called", "not_called")
    @classmethod
    def _operations(cls, names: list[str] | None) -> list[str] | None:
        check_operations(names or [])
        return names

    @field_validator("may_call")
    @classmethod
    def _look_ups(cls, names: list[str]) -> list[str]:
        check_look_ups(names)
        return names


class Scenario(_ScenarioModel):
    """One conversation and its expectations."""

    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str = Field(min_length=1)
    behaviours: list[Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]] = Field(min_length=1)
    customer: Annotated[int, Field(ge=0, le=7)] | Literal["newcomer"]
    start: InitialState = InitialState()
    turns: list[ScenarioTurn] = Field(min_length=1)
    expect: Expectations

    @property
    def language(self) -> Language:
        """The customer's language."""
        return self.expect.language or "tr"
