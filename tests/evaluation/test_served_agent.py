"""The measured agent is the served one: the same prompts, settings and limits."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.decision.model import Answers, DecisionRequest
from agent.models import Models
from agent.prompt_files import PROMPT_FOLDER, PromptError, load_prompts
from core.settings import Settings
from evaluation.scenarios.format import Meaning
from evaluation.scenarios.runner import ScenarioRunner, scripted_agent, scripted_models
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from evaluation.served_agent import load_served_agent
from evaluation.understanding.agent_under_test import served_understanding
from service.container import open_service
from tests.evaluation.scenarios.samples import BILL, written

ASKED = "Müşteri ne istiyor?"


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


def test_provenance_names_models_and_every_prompt() -> None:
    agent = scripted_agent()
    told = agent.provenance()
    assert (told["model"], told["decision_model"], told["weights"]) == ("scripted", "scripted", "")
    assert told["prompts"] == {name: prompt.sha for name, prompt in load_prompts().items()}
    assert all(f"{name} {sha}" in agent.describe() for name, sha in told["prompts"].items())


def test_malformed_prompt_is_refused_before_models_are_loaded(changed_prompts: Path) -> None:
    (changed_prompts / "questions.md").write_text("no front matter", "utf-8")
    with pytest.raises(PromptError, match="questions.md:1"):
        load_served_agent(Settings(model="hf:/nowhere"))
