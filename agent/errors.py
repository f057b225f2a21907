"""The errors of the model layer, as one tree.

    AgentError
        ModelError                  a model cannot be had
            ModelFilesMissing       the packages or the folder are not there
            ChecksumMismatch        the files are there and are not what they should be
            DiskFull                no room for the prepared model
            ModelUnusable           the folder is there and holds no model that transformers can load
        GenerationError             a model is there and this piece of work failed
            GenerationCancelled     the caller went away
            PromptTooLong           the prompt does not fit the model's context
            GrammarInvalid          the grammar or schema cannot be used
            OutputIncomplete        the token limit ended a constrained text before it was whole
            ServerFailed            the model's server is slow, gone, or answers nonsense

Messages say what happened, what was kept and what to do; they are safe to show to an operator.
"""

from __future__ import annotations


class AgentError(Exception):
    """Base of all errors of the model layer."""


class ModelError(AgentError):
    """A model cannot be had."""


class ModelFilesMissing(ModelError):
    """Packages or files of the model are not there."""


class ChecksumMismatch(ModelError):
    """The model's files are not the ones this program knows."""


class DiskFull(ModelError):
    """There is no room for the prepared model."""


class ModelUnusable(ModelError):
    """The folder or repository holds no causal language model that transformers can load."""


class GenerationError(AgentError):
    """One piece of work failed; the model is still usable."""


class GenerationCancelled(GenerationError):
    """The caller went away before the text was whole."""


class PromptTooLong(GenerationError):
    """The prompt does not fit the model's context."""


class GrammarInvalid(GenerationError):
    """The grammar or JSON schema cannot be used."""


class OutputIncomplete(GenerationError):
    """The token limit ended a constrained text before it was whole."""


class ServerFailed(GenerationError):
    """The model's server gave no usable answer, twice; the next request is sent all the same."""
