"""The shape of the repository: imports point down, and the drawing is the graph's own."""

from __future__ import annotations

from pathlib import Path

from scripts.check_direction import breaches
from scripts.draw_graph import DOCUMENT, updated


def test_imports_of_single_files_point_down() -> None:
    assert breaches() == []


def test_import_of_torch_outside_the_model_layer_is_found(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "billing.py").write_text("import torch\n")
    assert breaches(tmp_path) == ["tools/billing.py:1: torch belongs in agent, benchmarks, training"]


def test_drawing_in_the_architecture_is_the_compiled_graph() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert updated(text) == text
