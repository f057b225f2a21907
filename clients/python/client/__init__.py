"""The old name of ``telekom_client``; it goes with the next release."""

import sys
import warnings

import telekom_client
from telekom_client import *  # noqa: F403  everything that the old name gave
from telekom_client import errors, models

warnings.warn("import telekom_client instead of client", DeprecationWarning, stacklevel=2)
__all__ = [*telekom_client.__all__, "errors"]
sys.modules["client.errors"] = errors
sys.modules["client.models"] = models
