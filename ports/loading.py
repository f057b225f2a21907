"""Finds the adapters that an operator names, and looks whether they have what their ports ask for."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import get_type_hints

from ports import Adapters, Ports


class UnfitPorts(RuntimeError):
    """The adapters cannot be used; the message says why and what to do."""


def operator_adapters(name: str | None) -> AbstractAsyncContextManager[Adapters]:
    """Return the adapters that ``package.module:build`` makes, opened and closed by the block.

    Args:
        name: The function; it returns ``Adapters``, or an asynchronous context manager that gives them. None: none.

    Raises:
        UnfitPorts: There is no such function, or it fails or makes something else.
    """
    if name is None:
        return nullcontext(Adapters())
    module, colon, function = name.partition(":")
    if not colon or not module or not function:
        raise UnfitPorts(f"TELEKOM_PORTS={name} names no function. Write package.module:build.")
    if os.getcwd() not in sys.path:  # as `python -m` has it: an adapter beside the settings is found
        sys.path.append(os.getcwd())
    try:
        made = getattr(importlib.import_module(module), function)()
    except Exception as error:
        raise UnfitPorts(f"The adapters of TELEKOM_PORTS={name} cannot be made: {error!r}") from error
    if isinstance(made, Adapters):
        return nullcontext(made)
    if isinstance(made, AbstractAsyncContextManager):
        return made
    raise UnfitPorts(f"TELEKOM_PORTS={name} made {type(made).__name__}, not ports.Adapters.")


def checked(given: Adapters) -> None:
    """Refuse an adapter that lacks a method of its port, or has one that cannot be awaited.

    Raises:
        UnfitPorts: There is one; the message names the method.
    """
    protocols = get_type_hints(Ports)
    for name, adapter in given.given().items():
        for method, declared in inspect.getmembers(protocols[name], inspect.isfunction):
            if method.startswith("_"):
                continue
            found = getattr(adapter, method, None)
            if found is None or inspect.iscoroutinefunction(found) != inspect.iscoroutinefunction(declared):
                kind = "async def" if inspect.iscoroutinefunction(declared) else "def"
                raise UnfitPorts(f"The adapter of the port {name} has no `{kind} {method}` ({type(adapter).__name__}).")
