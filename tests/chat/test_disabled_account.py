"""An open chat page of an account that is disabled, in a real browser: the next message is no turn any more."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.chat.test_chat_page import log_in, say
from tests.conftest import CHROMIUM, ROOT, server_process

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM} (Debian's package chromium)"),
]


def test_open_page_of_a_disabled_account_takes_no_turn(browser: Browser, tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "clients" / "python")])
    with server_process("tests.chat.scripted_server", tmp_path, PYTHONPATH=path) as address:
        context = browser.new_context(base_url=address)
        page = context.new_page()
        log_in(page, "musteri1@example.com")
        expect(page.locator("#chat-input")).to_be_visible()
        environment = {**os.environ, "TELEKOM_DATA_DIR": str(tmp_path), "PYTHONPATH": path}
        # A process of its own, as an operator has it; Playwright holds this one's event loop.
        command = [sys.executable, "-m", "cli.main", "users", "disable", "musteri1@example.com"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120)
        with suppress(Error):  # the page may have left for the login by itself
            say(page, "Merhaba")
        expect(page.get_by_text("Oturumunuz sona erdi").or_(page.locator("#username"))).to_be_visible()
        expect(page.locator('[data-step-type="assistant_message"]')).to_have_count(0)
        context.close()
