"""Loads models of transformers, from a folder or a repository of the hub: any causal model, any decision model."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer, DecisionPipeline, pipeline

from agent.chat.chat_prompt import plain_template
from agent.errors import ModelFilesMissing, ModelUnusable
from agent.local.embedded import LoadedModel


def load_hf(spec: str, *, trust_remote_code: bool = False) -> LoadedModel:
    """Load any causal language model of transformers, from a folder or a repository.

    Args:
        spec: `hf:<folder>` or `hf:<owner>/<name>`.
        trust_remote_code: Run code that comes with the model.

    Raises:
        ModelFilesMissing: The folder does not exist, or the repository cannot be reached.
        ModelUnusable: It holds no causal model, or one that needs code of its own.
    """
    place = hf_place(spec)
    with named_failures(spec):
        tokenizer = AutoTokenizer.from_pretrained(place, trust_remote_code=trust_remote_code)
        model = AutoModelForCausalLM.from_pretrained(place, trust_remote_code=trust_remote_code, **placement())
    model.train(False)
    return LoadedModel(model, tokenizer, spec, str(model.device))


def load_decision_pipeline(spec: str, *, trust_remote_code: bool = False) -> DecisionPipeline:
    """Load a decision model: one with a decision format, or any causal model by the logits of its labels.

    Arguments and errors as in ``load_hf``.
    """
    place = hf_place(spec)
    with named_failures(spec):
        made: DecisionPipeline = pipeline(
            "decision", model=str(place), trust_remote_code=trust_remote_code, **placement()
        )
    return _with_template(made)


def decision_pipeline_of(loaded: LoadedModel) -> DecisionPipeline:
    """Make a decision pipeline of a model that is in memory already."""
    with named_failures(loaded.name):
        return _with_template(DecisionPipeline(model=loaded.model, tokenizer=copy.deepcopy(loaded.tokenizer)))


def _with_template(made: DecisionPipeline) -> DecisionPipeline:
    """Give the pipeline a chat template where its model, a base model, has none."""
    tokenizer: Any = made.tokenizer
    tokenizer.chat_template = tokenizer.chat_template or plain_template()
    return made


def hf_place(spec: str) -> str | Path:
    """Return the folder, or the repository's name, of a specification `hf:…`.

    Raises:
        ModelFilesMissing: The folder does not exist, or holds no model.
    """
    source = spec.removeprefix("hf:")
    looks_like_folder = source.startswith((".", "/", "~")) or source.count("/") != 1
    place: str | Path = Path(source).expanduser() if looks_like_folder or Path(source).is_dir() else source
    if isinstance(place, Path) and not (place / "config.json").is_file():
        what = "holds no config.json" if place.is_dir() else "does not exist"
        raise ModelFilesMissing(f"The folder {place} {what}. Check the setting that names {spec}.")
    return place


def placement() -> dict[str, Any]:
    """Return device and precision: the model's own half precision on GPUs, float32 on a CPU, where it is faster."""
    return {"device_map": "auto", "dtype": "auto"} if torch.cuda.is_available() else {"dtype": torch.float32}


@contextmanager
def named_failures(spec: str) -> Iterator[None]:
    """Turn errors of loading a model of transformers into this program's errors."""
    try:
        yield
    except OSError as error:
        raise ModelFilesMissing(f"{spec}: files are missing or cannot be fetched ({_first_line(error)}).") from error
    except (ValueError, KeyError, ImportError, SafetensorError) as error:
        if "trust_remote_code" in str(error):
            raise ModelUnusable(
                f"{spec} comes with code of its own, which was not run. Read it, then set "
                "TELEKOM_TRUST_REMOTE_CODE=true."
            ) from error
        raise ModelUnusable(f"{spec} is no model that can be loaded here ({_first_line(error)}).") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
