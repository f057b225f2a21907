"""The log of requests holds no key: tokens of links are taken out of the addresses."""

from __future__ import annotations

import logging

import pytest

from service.access_log import WithoutSecrets, without_secrets


@pytest.mark.parametrize(
    "path",
    [
        "/password?token=abc.def-g_h",
        "/language/en?next=/password%3Ftoken%3Dabc.def-g_h",
        "/x?a=1&TOKEN=abc.def-g_h&b=2",
    ],
)
def test_token_of_a_link_is_taken_out_of_an_address(path: str) -> None:
    shown = without_secrets(path)
    assert "abc" not in shown and "token" in shown.lower()
    assert without_secrets("/users?role=staff") == "/users?role=staff"


def test_entry_of_the_servers_log_is_written_without_it(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.Logger("an access log")
    log.addHandler(caplog.handler)
    log.addFilter(WithoutSecrets())
    log.info('%s - "%s %s HTTP/%s" %d', "127.0.0.1:1", "GET", "/password?token=abc.def", "1.1", 200)
    assert caplog.messages == ['127.0.0.1:1 - "GET /password?token=… HTTP/1.1" 200']
