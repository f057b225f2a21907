"""Options and fixtures of the contract: the adapters, and the customer that they are tried with."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from ports import Adapters
from ports.loading import UnfitPorts, checked, operator_adapters


class Subject:
    """The parts of the test system that the contract may use; a test that needs another one is skipped, and says so.

    Args:
        values: The file's content.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def get(self, name: str) -> Any:
        """Return a value, or skip the test."""
        if name not in self._values:
            pytest.skip(f"the file of --subject states no {name}")
        return self._values[name]

    @property
    def customer(self) -> int:
        """The customer whose data are read and changed."""
        return int(self.get("customer"))

    @property
    def stranger(self) -> int:
        """Another customer."""
        return int(self.get("stranger"))

    @property
    def line(self) -> str:
        """An active line of the customer's."""
        return str(self.get("line"))


class Given:
    """The operator's adapters by the port's name; a test of a port without one is skipped.

    Args:
        adapters: The adapters.
    """

    def __init__(self, adapters: Adapters) -> None:
        self._adapters = adapters.given()

    def __getattr__(self, port: str) -> Any:
        if port not in self._adapters:
            pytest.skip(f"no adapter of the port {port} is given")
        return self._adapters[port]

    def has(self, port: str) -> bool:
        """Return True if there is an adapter of the port."""
        return port in self._adapters


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the contract."""
    group = parser.getgroup("ports.contract")
    group.addoption("--ports", help="function package.module:build of the adapters, as TELEKOM_PORTS names it")
    group.addoption("--subject", help="TOML file: the customer of the test system that the contract may change")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse adapters that cannot be made, before the first test."""
    try:
        operator_adapters(_named(config))
    except UnfitPorts as error:
        raise pytest.UsageError(str(error)) from error


@pytest_asyncio.fixture
async def given(request: pytest.FixtureRequest) -> AsyncIterator[Given]:
    """The operator's adapters, opened for the test."""
    async with operator_adapters(_named(request.config)) as adapters:
        checked(adapters)
        yield Given(adapters)


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> Subject:
    """The customer that the adapters are tried with."""
    file = request.config.getoption("--subject")
    return Subject(tomllib.loads(Path(file).read_text(encoding="utf-8")) if file else {})


@pytest.fixture
def key() -> str:
    """A key that nobody has used."""
    return f"contract-{uuid4().hex}"


async def interrupted(call: Awaitable[Any]) -> None:
    """Begin a call and go away while it runs, as a process does that is stopped: its answer is lost."""
    task = asyncio.ensure_future(call)
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.exception()


def _named(config: pytest.Config) -> str:
    name = config.getoption("--ports")
    if not name:
        raise pytest.UsageError("name the adapters: --ports package.module:build")
    return str(name)
