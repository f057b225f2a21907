"""Re-runs reach the models that the operator named, and no others."""

from __future__ import annotations

import pytest

from agent.errors import ModelUnusable
from core.settings import Settings
from service.graph_parts import load_named


@pytest.mark.parametrize(
    "name",
    [
        "endpoint:http://169.254.169.254/latest#m", "endpoint:http://models.example.evil.example/v1#m",
        "endpoint:http://models.example/v2#m", "hf:stranger/repository", "endpoint:http://models.example/v1",
    ],
)  # fmt: skip
def test_model_that_the_operator_did_not_name_is_refused(name: str) -> None:
    settings = Settings(_env_file=None, rerun_models="endpoint:http://models.example/v1#*")
    with pytest.raises(ModelUnusable, match="TELEKOM_RERUN_MODELS"):
        load_named(settings, name)


def test_named_model_is_loaded() -> None:
    settings = Settings(_env_file=None, rerun_models="endpoint:http://models.example/v1#*, endpoint:http://other#m")
    assert load_named(settings, "endpoint:http://models.example/v1#any") is not None
    assert load_named(settings, "endpoint:http://other#m") is not None
