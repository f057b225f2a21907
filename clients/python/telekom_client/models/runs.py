"""The answers about recorded turns, for prompt engineers; personal data are masked by the server."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from telekom_client.models.base import Answer


class RunSummary(Answer):
    """A recorded turn in the list of turns.

    Attributes:
        customer: A pseudonym.
        intent: The first operation, or the topic of a message without one.
        confidence: Probability that the intent is right, 0 to 1.
        tools: The operations that ran.
        error: The name of the failure; None where nothing failed.
        ms: From the request to the last word, milliseconds.
        tokens_in: Tokens given to the chat model.
        tokens_out: Tokens that the chat model made.
        score: 1 or -1 as the customer gave it; None without feedback.
    """

    id: str
    thread_id: str
    customer: str
    channel: str
    started_at: dt.datetime
    message: str | None
    answer: str | None
    intent: str | None
    confidence: float | None
    tools: list[str]
    error: str | None
    ms: int | None
    tokens_in: int | None
    tokens_out: int | None
    score: int | None
    comment: str | None


class RunPage(Answer):
    """A page of turns, newest first; ``next`` is the ``after`` of the next page, None on the last one."""

    runs: list[RunSummary]
    next: str | None


class KeptBack(Answer):
    """A text that did not reach the customer as the model wrote it.

    Attributes:
        node: The node in which it happened.
        reason: A key, such as ``unsupported`` or ``model_failed``.
        why: The reason in words.
        raw: The model's text as far as it had come.
        prompt: What the model was given.
    """

    node: str
    reason: str
    why: str
    raw: str
    prompt: Any


class Run(Answer):
    """A recorded turn with everything that happened inside it.

    Attributes:
        row: The turn as the list shows it.
        steps: Input, output and milliseconds of each node.
        calls: Each operation or preview with its result or error.
        models: Each use of a model.
        kept_back: What a model wrote in vain, or why it wrote nothing.
        setup: Settings of the turn.
        prompts: Text of each prompt by its name.
    """

    row: RunSummary
    steps: list[dict[str, Any]]
    calls: list[dict[str, Any]]
    models: list[dict[str, Any]]
    kept_back: list[KeptBack]
    setup: dict[str, Any]
    prompts: dict[str, str]


class Feedback(Answer):
    """The customer's verdict on one turn."""

    score: Literal[-1, 1]
    comment: str | None = None


class Difference(Answer):
    """The difference between a recorded turn and its re-run.

    Attributes:
        intent: Before and after; None where they are the same.
        calls: A mark and an operation: ``-`` only before, ``+`` only after, ``~`` with other arguments.
        words: A mark and words of the answer: ``=`` in both, ``-`` only before, ``+`` only after.
        ms: Milliseconds after less before; None for a re-run, whose time does not compare with a live turn's.
        tokens: Tokens after less before.
    """

    intent: tuple[str | None, str | None] | None
    calls: list[tuple[str, str]]
    words: list[tuple[str, str]]
    ms: int | None
    tokens: int


class Rerun(Answer):
    """A re-run beside the recorded turn.

    Attributes:
        id: Of the re-run.
        run_id: Of the recorded turn.
        same: True where intent, calls and answer are as recorded.
        steps: Input, output and milliseconds of each node of the re-run.
        not_recorded: Operations that ran on a copy of the data, which is thrown away.
        began_from: The node that both sides are compared from; None for the whole turn.
        said_by: Whose words the answer is: ``model``, ``composed`` or ``template`` (code), ``nobody``.
        kept_back: What the model wrote in vain, or why it wrote nothing.
        unused: Edited results and prompts that nothing in the re-run read.
        failure: The error that ended the re-run.
        ms: Milliseconds of the re-run.
        recorded_ms: Milliseconds of the live turn.
    """

    id: str
    run_id: str
    answer: str
    intent: str | None
    same: bool
    difference: Difference
    steps: list[dict[str, Any]]
    not_recorded: list[str]
    began_from: str | None
    said_by: Literal["model", "composed", "template", "nobody"]
    kept_back: list[KeptBack]
    unused: list[str]
    failure: str | None
    ms: int
    recorded_ms: int | None
