"""The measured agent is the served one: the same prompts, settings and limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.decision.model import Answers, DecisionRequest
from agent.models import Models
from agent.prompt_files import PROMPT_FOLDER, PromptError, load_prompts
from core.settings import Settings
from evaluation.answers.cases import AnswerCase
from evaluation.answers.score import served_writer
from evaluation.scenarios.format import Meaning
from evaluation.scenarios.runner import ScenarioRunner, scripted_agent
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel, scripted_models
from evaluation.served_agent import agent_of, load_served_agent
from evaluation.understanding.agent_under_test import served_understanding
from graph.answers.approved import own_texts
from graph.knowledge.pages import page_texts
from service.container import open_service
from service.texts import file_texts
from tests.evaluation.scenarios.samples import BILL, written

ASKED = "Müşteri ne istiyor?"
CHANGED_WORDS = {
    "wording.yaml": ("Merhaba, ben", "Merhabalar efendim, ben"),
    "answers.yaml": (
        "Rica ederim, başka bir konuda yardımcı olabilir miyim?",
        "Rica ederim efendim.",
    ),
}
"""By file, the operator's words for ours."""


class RecordingDecisionModel(ScriptedDecisionModel):
    """Remembers the questions that it is asked."""

    def _classify(self, request: DecisionRequest) -> Answers:
        self.questions = dict(request["questions"])
        return super()._classify(request)


@pytest.fixture
def changed_prompts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for TELEKOM_PROMPTS with one changed prompt."""
    folder = tmp_path / "prompts"
    folder.mkdir()
    content = (PROMPT_FOLDER / "questions.md").read_text("utf-8")
    served = "    instructions: Müşteri ilk olarak hangi işlemi istiyor?\n"
    assert served in content
    changed = content.replace(served, f"    instructions: {ASKED}\n", 1)
    (folder / "questions.md").write_text(changed, "utf-8")
    monkeypatch.setenv("TELEKOM_PROMPTS", str(folder))
    return folder


async def test_prompts_of_the_operator_reach_the_measured_understanding(changed_prompts: Path) -> None:
    decisions = RecordingDecisionModel({"faturam": Meaning(operations=["get_current_bill"])})
    agent = load_served_agent(Settings(), Models(ScriptedChatModel(), decisions))
    async with served_understanding(agent) as understand:
        assert (await understand("faturam")).names == {"get_current_bill"}
    assert decisions.questions["operation"]["instructions"] == ASKED


async def test_measured_agent_is_the_one_of_the_service(changed_prompts: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", answer_max_tokens=33, intent_threshold=0.7)
    models = scripted_models()
    async with open_service(settings, models=models) as service:
        agent = load_served_agent(settings, models)
        measured = agent.dependencies(service.toolbox, service.clock)
        assert dict(measured.prompts) == dict(service.dependencies.prompts)
        assert measured.config == service.dependencies.config
        assert measured.config.answer_max_tokens == 33


async def test_scenarios_are_played_with_the_prompts_of_the_operator(changed_prompts: Path, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    agent = scripted_agent()
    assert agent.prompts["questions"].sha == load_prompts(changed_prompts)["questions"].sha
    assert agent.prompts["questions"].sha != load_prompts()["questions"].sha
    run = await ScenarioRunner(agent, tmp_path).play(written(tmp_path / "files", [BILL], {}), 0)
    assert run.failures == []


@pytest.fixture
def changed_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's folders with another wording, other approved answers and a page of his own."""
    prompts, knowledge = tmp_path / "prompts", tmp_path / "knowledge"
    prompts.mkdir()
    knowledge.mkdir()
    for name, (before, after) in CHANGED_WORDS.items():
        assert before in own_texts()[name]
        (prompts / name).write_text(own_texts()[name].replace(before, after), "utf-8")
    renamed = page_texts()["roaming.md"].replace("id: roaming_fee", "id: fee_abroad")
    (knowledge / "roaming.md").write_text(renamed, "utf-8")
    monkeypatch.setenv("TELEKOM_PROMPTS", str(prompts))
    monkeypatch.setenv("TELEKOM_KNOWLEDGE", str(knowledge))


async def test_words_and_pages_of_the_operator_are_measured_as_they_are_served(
    changed_words: None, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    async with open_service(settings, models=scripted_models()) as service:
        served = service.dependencies
        for agent in (load_served_agent(settings, scripted_models()), agent_of(service)):
            measured = agent.dependencies(service.toolbox, service.clock)
            assert (measured.answers.by_language, measured.answers.wording) == (
                served.answers.by_language, served.answers.wording
            )  # fmt: skip
            assert measured.knowledge is not None and served.knowledge is not None
            assert measured.knowledge.entries == served.knowledge.entries
            assert measured.knowledge.entry("fee_abroad") and not measured.knowledge.entry("roaming_fee")
            told = agent.provenance()
            assert told["texts"] == {name: each.sha for name, each in service.texts.texts.items()}


async def test_scenarios_are_answered_in_the_words_of_the_operator(changed_words: None, tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    greeting = {"say": ["merhaba"], "means": {"topic": "greeting"}}
    run = await ScenarioRunner(scripted_agent(), tmp_path).play(written(tmp_path / "files", [greeting], {}), 0)
    assert "Merhabalar efendim, ben" in run.text


async def test_measured_answers_are_in_the_words_of_the_operator(changed_words: None) -> None:
    case = AnswerCase("talk", "thanks", "", "teşekkürler")
    agent = load_served_agent(Settings(), Models(ScriptedChatModel(says=["no such words"]), ScriptedDecisionModel()))
    assert (await served_writer(agent)(case)).text == CHANGED_WORDS["answers.yaml"][1]


def test_provenance_names_models_and_every_text() -> None:
    agent = scripted_agent()
    told = agent.provenance()
    assert (told["model"], told["decision_model"], told["weights"]) == ("scripted", "scripted", "")
    assert told["prompts"] == {name: prompt.sha for name, prompt in load_prompts().items()}
    assert told["texts"] == {name: each.sha for name, each in file_texts(agent.settings).items()}
    assert {"prompts/wording.yaml", "prompts/answers.yaml", "knowledge/bills.md"} < told["texts"].keys()
    assert all(f"{name} {sha}" in agent.describe() for name, sha in told["prompts"].items())
    assert all(sha in agent.describe() for sha in told["texts"].values())


def test_malformed_prompt_is_refused_before_models_are_loaded(changed_prompts: Path) -> None:
    (changed_prompts / "questions.md").write_text("no front matter", "utf-8")
    with pytest.raises(PromptError, match="questions.md:1"):
        load_served_agent(Settings(model="hf:/nowhere"))
