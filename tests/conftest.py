"""A real server process with the embedded model, shared by the tests that speak to it from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[1]
ANSWER_MS = 60_000
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
START_SECONDS = 300
"""The first start on a machine prepares the model."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try a browser's test a second time: a busy machine may be late for one expectation.

    A second try is listed at the end of the run (``RERUN``). It is a race of the page until it was looked at.
    """
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server on a free port with a database of its own."""
    with server_process("server", tmp_path_factory.mktemp("server")) as address:
        yield address


@contextmanager
def server_process(module: str, folder: Path, **settings: str) -> Iterator[str]:
    """Start a module as a server process on a free port, wait until it is ready, and stop it at the end.

    Args:
        module: What ``python -m`` runs.
        folder: The data folder; the log is written there too.
        settings: Further environment variables.

    Yields:
        The server's address.
    """
    with running_server(module, folder, **settings) as (address, _):
        yield address


@contextmanager
def running_server(module: str, folder: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """As ``server_process``, for a test that does something to the process.

    Yields:
        The server's address, and its process.
    """
    port = free_port()
    environment = {
        **os.environ, "PORT": str(port), "TELEKOM_HOST": "127.0.0.1", "TELEKOM_DATA_DIR": str(folder), **settings,
    }  # fmt: skip
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", module], cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}", server, log)
            yield f"http://127.0.0.1:{port}", server
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(f"{address}/ready", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)
    pytest.fail(f"the server is not ready:\n{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")


def keep_screenshot(page: Page, name: str) -> None:
    """Keep a picture for the documents, where KEEP_SCREENSHOTS=1 asks for it."""
    if os.environ.get("KEEP_SCREENSHOTS") == "1":
        folder = ROOT / "docs" / "images"
        folder.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(500)  # the scrolling ends
        page.screenshot(path=folder / f"{name}.png")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for one file: Playwright holds the thread's event loop, which other files need."""
    from playwright.sync_api import expect, sync_playwright  # tests without a browser run without the package

    expect.set_options(timeout=30_000)  # a machine that is busy with other things draws a page late

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1100, "height": 820})
    page = context.new_page()
    page.set_default_timeout(ANSWER_MS)
    yield page
    context.close()
