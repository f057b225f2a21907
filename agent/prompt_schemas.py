"""The schema of each prompt file's front matter: types, ranges, required names, and the places of its texts.

What a schema cannot know, because it stands in the agent's own file of that name, is compared with that file:
operations, options, fields of examples. A decision model that was trained on its options tells them, too. Every problem
comes with the line of the file where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.yaml_text import lines_of

FIRST_LINE = 2
"""The line of a file on which its front matter begins."""

_BRACES = re.compile(r"\{([^{}]*)\}")


class PromptProblem(NamedTuple):
    """A mistake in a prompt file, with its line."""

    line: int
    text: str


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Words = Annotated[str, Field(min_length=1, pattern=r"\S")]


def _with_places(*names: str) -> AfterValidator:
    """Return a validator of a text that needs exactly these names in braces, each once or more."""

    def check(text: str) -> str:
        found = set(_BRACES.findall(text))
        if missing := [name for name in names if name not in found]:
            raise ValueError(f"the text needs {', '.join('{' + name + '}' for name in missing)}")
        if unknown := sorted(found - set(names)):
            raise ValueError(f"nothing fills in {', '.join('{' + name + '}' for name in unknown)}")
        return text

    return AfterValidator(check)


class PlanPrompt(_Part):
    """The front matter of plan.md."""

    again: Annotated[Words, _with_places("reasons")]


class Policy(_Part):
    """The front matter of policy.md: the numbers that steer the graph."""

    patience: int = Field(ge=1, le=10, description="messages that are not understood before a person takes over")
    most_steps: int = Field(ge=1, le=20, description="operations that one message may lead to")
    remembered_turns: int = Field(ge=0, le=20, description="turns whose results are remembered")
    most_digressions: int = Field(ge=0, le=10, description="other matters after which an open question is closed")
    question_minutes: int = Field(ge=1, le=7 * 24 * 60, description="minutes after which an open question is closed")


class Respond(_Part):
    """The front matter of respond.md has nothing but the variables."""


class Languages(_Part):
    """The names of the languages, as the prompt writes them."""

    tr: Words
    en: Words


class Reasons(_Part):
    """The words for each cause of a refusal, as a writer reads them."""

    figure: Words
    link: Words
    number_word: Words
    time_word: Words
    capital: Words
    unknown_name: Words
    unsupported: Words
    asked_unsaid: Words
    model_failed: Words


class RespondFree(_Part):
    """The front matter of respond_free.md."""

    languages: Languages
    nothing: Words
    again: Annotated[Words, _with_places("sentence", "reason", "sent")]
    reasons: Reasons


Example = Annotated[tuple[Words, dict[str, str | bool | None]], Field(strict=False)]


class ArgumentsPrompt(_Part):
    """The front matter of arguments.md: messages with what they state, by operation."""

    examples: dict[str, Annotated[list[Example], Field(min_length=1)]]


class Question(_Part):
    """A question for the decision model."""

    type: Literal["choice", "noul"]
    instructions: Words
    criteria: Annotated[dict[str, Words], Field(min_length=2)] | None = None

    @model_validator(mode="after")
    def _choice_has_options(self) -> Question:
        if (self.type == "choice") != (self.criteria is not None):
            raise ValueError("a choice has criteria, and a noul has none")
        return self


class MessageQuestions(_Part):
    """The questions about every message."""

    operation: Question
    second_operation: Question
    topic: Question
    language: Question


class ArgumentQuestions(_Part):
    """The questions that fill an argument."""

    switch: Question
    method: Question
    contact_type: Question
    described: Question


class Questions(_Part):
    """The front matter of questions.md."""

    questions: MessageQuestions
    arguments: ArgumentQuestions
    reply: Question
    conditional: Question
    step: Question
    pick: Question
    contexts: dict[str, Words]


SCHEMAS: Mapping[str, type[BaseModel]] = {
    "arguments": ArgumentsPrompt, "plan": PlanPrompt, "policy": Policy, "questions": Questions, "respond": Respond,
    "respond_free": RespondFree,
}  # fmt: skip
"""By the prompt's name."""

_NEEDED = {
    "operation": {"none"}, "second_operation": {"none"}, "topic": {"request", "unclear"}, "language": {"tr", "en"},
    "switch": {"true", "false", "unstated"}, "method": {"unstated"}, "contact_type": {"unstated"},
    "reply": {"yes", "no", "other"}, "step": {"other"}, "pick": {"none"},
}  # fmt: skip
"""Options without which code could not read the answer; others may be left out."""


def front_problems(name: str, front: str, data: Mapping[str, Any]) -> list[PromptProblem]:
    """Return what is wrong with a front matter by its schema; nothing for a prompt that has none.

    Args:
        name: The prompt's name.
        front: The text between the two lines of ---.
        data: The same, parsed.
    """
    schema = SCHEMAS.get(name)
    if schema is None:
        return []
    line = lines_of(front, FIRST_LINE)
    try:
        schema.model_validate({key: value for key, value in data.items() if key != "variables"})
    except ValidationError as error:
        found = [(each["loc"], each["msg"].removeprefix("Value error, ")) for each in error.errors()]
        return [PromptProblem(line(place), f"{_dotted(place)}: {message}") for place, message in found]
    return []


def name_problems(name: str, front: str, data: Mapping[str, Any], own: Mapping[str, Any]) -> list[PromptProblem]:
    """Return the names of a front matter that the agent's own file of the same name does not have, or needs.

    Args:
        name: The prompt's name.
        front: The text between the two lines of ---.
        data: The front matter that replaces the agent's own.
        own: The agent's own.
    """
    line = lines_of(front, FIRST_LINE)
    if name == "arguments":
        return [PromptProblem(line(place), text) for place, text in _of_examples(data["examples"], own["examples"])]
    if name == "questions":
        known = {place[-1]: options for place, options in options_of(own)}
        found = [*_of_options(data, known), *_of_contexts(data, own)]
        return [PromptProblem(line(place), text) for place, text in found]
    return []


def option_problems(front: str, data: Mapping[str, Any], trained: Mapping[str, Any]) -> list[PromptProblem]:
    """Return the questions and options that a decision model was not trained on, so that no turn would be understood.

    Args:
        front: The text between the two lines of --- of questions.md.
        data: The same, parsed.
        trained: The options by question that the model answers with.
    """
    line = lines_of(front, FIRST_LINE)
    found: list[PromptProblem] = []
    for place, options in options_of(data):
        question = place[-1]
        for option in options:
            if option not in trained.get(question, ()):
                at = line((*place, "criteria", option))
                found.append(
                    PromptProblem(at, f"{question}: the decision model was not trained on the option {option}")
                )
    return found


def options_of(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield the place and the options of each question of a valid questions.md."""
    for name in ("conditional", "reply", "step", "pick"):
        yield (name,), _options(data[name])
    for group in ("questions", "arguments"):
        for name, question in data[group].items():
            yield (group, name), _options(question)


def _options(question: Mapping[str, Any]) -> list[str]:
    return list(question.get("criteria") or ("true", "false"))


def _of_options(data: Mapping[str, Any], known: Mapping[str, list[str]]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for place, options in options_of(data):
        question = place[-1]
        for option in options:
            if option not in known[question]:
                yield (*place, "criteria", option), f"{question}: there is no option {option}"
        if missing := sorted(_NEEDED.get(question, set()) - set(options)):
            yield (*place, "criteria"), f"{question}: needs the option {', '.join(missing)}"


def _of_contexts(data: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for name in data["contexts"]:
        if name not in own["contexts"]:
            yield ("contexts", name), f"contexts: there is nothing named {name}"


def _of_examples(data: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[tuple[tuple[int | str, ...], str]]:
    if missing := sorted(own.keys() - data.keys()):
        yield ("examples",), f"examples: missing are {', '.join(missing)}"
    for operation, examples in data.items():
        if operation not in own:
            yield ("examples", operation), f"examples: there is no operation {operation} with arguments to write"
            continue
        fields = sorted(own[operation][0][1])
        for place, (_, stated) in enumerate(examples):
            if sorted(stated) != fields:
                yield ("examples", operation, place), f"examples.{operation}: an example names {', '.join(fields)}"


def _dotted(place: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in place if part != "[key]")
