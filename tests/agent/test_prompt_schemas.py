"""The schema of each prompt file: whatever would end a turn is refused before, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.decision.head import options_in
from agent.local.storage import default_head
from agent.prompt_files import PromptError, check_options, load_prompts, read_prompt, replacing

OWN = load_prompts()


def edited(name: str, old: str, new: str) -> tuple[str, str]:
    assert old in OWN[name].source, old
    return name, OWN[name].source.replace(old, new, 1)


BAD = {
    "a word for a number": (edited("policy", "patience: 2", "patience: iki"), r"policy\.md:4: patience: .*integer"),
    "a text for a number": (edited("policy", "patience: 2", 'patience: "2"'), r"policy\.md:4: patience"),
    "out of range": (edited("policy", "most_steps: 6", "most_steps: 0"), r"policy\.md:5: most_steps: .*greater"),
    "a name is missing": (edited("policy", "most_steps: 6\n", ""), r"policy\.md:2: most_steps: Field required"),
    "a name too many": (edited("policy", "patience: 2", "patience: 2\npatiens: 3"), r"policy\.md:5: patiens: Extra"),
    "a name twice": (edited("policy", "patience: 2", "patience: 2\npatience: 3"), r"policy\.md:5: patience stands"),
    "no day": (edited("policy", "patience: 2", "patience: 2026-13-45"), r"policy\.md:1: .*cannot be read"),
    "empty front matter": (("policy", "---\n\n---\nmetin\n"), r"policy\.md:2: patience: Field required"),
    "no variables": (edited("respond", "[examples, message]", ""), r"respond\.md:4: variables: a list"),
    "a list of lists": (edited("respond", "[examples,", "[[examples],"), r"respond\.md:4: variables: a list"),
    "one variable": (edited("respond", "[examples, message]", "message"), r"respond\.md:4: variables: a list"),
    "a place without blanks": (edited("respond", "Temsilci:", "{{message}}:"), r"respond\.md:10: a place is written"),
    "no questions": (("questions", "---\nvariables: []\n---\nx\n"), r"questions\.md:2: questions: Field required"),
    "no type": (edited("questions", "    type: choice\n", ""), r"questions\.md:5: questions\.operation\.type"),
    "a wrong type": (edited("questions", "type: choice", "type: score"), r"questions\.md:6: .*operation\.type"),
    "a yes that is a truth": (edited("questions", '"yes": açık', "yes: açık"), r"questions\.md:\d+: reply\.criteria"),
    "an added option": (
        edited("questions", "none: hiçbir işlem gerekmiyor", "none: yok\n      sell_car: araba"),
        r"questions\.md:29: operation: there is no option sell_car",
    ),
    "a needed option": (
        edited("questions", "      none: hiçbir işlem gerekmiyor\n", ""), r"questions\.md:8: operation: needs .* none",
    ),
    "a context of nothing": (
        edited("questions", "  greeting: \"Az", "  sell_car: \"Az"), r"questions\.md:\d+: contexts: .* sell_car",
    ),
    "examples without fields": (
        edited("arguments", '{"limit": "3"}', '{"count": "3"}'), r"arguments\.md:7: examples\.get_past_bills: .* limit",
    ),
    "examples of none": (edited("arguments", "  suspend_line:", "  sell_line:"), r"arguments\.md:5: .*suspend_line"),
    "a place that nothing fills": (edited("plan", ": {reasons}.", ": {reason}."), r"plan\.md:5: again: .*\{reasons\}"),
    "a reason is missing": (
        edited("respond_free", "  model_failed:", "  broken:"), r"respond_free\.md:\d+: reasons\.model_failed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_a_prompt_that_would_end_a_turn_is_refused_with_its_line(kind: str) -> None:
    (name, content), said = BAD[kind]
    with pytest.raises(PromptError, match=said):
        replacing(read_prompt(name, content), OWN)


def test_every_mistake_of_every_file_is_named(tmp_path: Path) -> None:
    for kind in ("out of range", "no variables", "a wrong type"):
        (name, content), _ = BAD[kind]
        (tmp_path / f"{name}.md").write_text(content, encoding="utf-8")
    with pytest.raises(PromptError) as refused:
        load_prompts(tmp_path)
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "policy.md",
        "questions.md",
        "respond.md",
    ]


def test_a_file_that_is_no_utf8_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "policy.md").write_bytes(b"---\nvariables: []\npatience: \xff\n---\n")
    with pytest.raises(PromptError, match=r"policy\.md:3: not UTF-8"):
        load_prompts(tmp_path)


def test_line_breaks_of_windows_make_no_other_prompt() -> None:
    content = OWN["policy"].source
    assert read_prompt("policy", "\ufeff" + content.replace("\n", "\r\n")) == OWN["policy"]


def test_options_may_be_left_out_that_the_code_can_do_without() -> None:
    name, content = edited("questions", "      suspend_line: hattı dondurma ya da geçici kapatma isteği\n", "")
    prompt = replacing(read_prompt(name, content), OWN)
    check_options({**OWN, name: prompt}, options_in(default_head()))


def test_an_option_of_ours_that_the_head_was_not_trained_on_is_refused() -> None:
    trained = options_in(default_head())
    check_options(OWN, trained)
    check_options(OWN, None)
    with pytest.raises(PromptError, match=r"questions\.md:\d+: topic: .* not trained on the option misuse"):
        check_options(OWN, {**trained, "topic": [each for each in trained["topic"] if each != "misuse"]})
