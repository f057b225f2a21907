"""Two server processes behind a real nginx with the product's own configuration, one of which is killed.

On PostgreSQL (needs TEST_POSTGRES_URL) and on one SQLite file; skipped where there is no nginx.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from telekom_client import TelekomClient
from websockets.sync.client import connect

from tests.api.events import named, parsed
from tests.conftest import ROOT, free_port, running_server
from tests.postgres import schema_url
from tests.service.paying import BILL, PASSWORD, PATIENCE_SECONDS, PAY, Payers, wait_until

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="there is no nginx (Debian's package nginx-light)"),
]


@dataclass
class Site:
    """Two replicas and the proxy in front of them."""

    proxy: str
    replicas: list[str]
    processes: list[subprocess.Popen[bytes]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a site on each database; the last tests kill a process of it."""
    folder = tmp_path_factory.mktemp("site")
    with ExitStack() as stack:
        settings, folders = {}, [folder / "data"] * 2
        if request.param == "postgresql":
            pytest.importorskip("langgraph.checkpoint.postgres")
            settings = {"TELEKOM_DATABASE_URL": stack.enter_context(schema_url()), "TELEKOM_DATABASE_POOL": "6"}
            folders = [folder / "first", folder / "second"]

        def start(data: Path) -> tuple[str, subprocess.Popen[bytes]]:
            data.mkdir(exist_ok=True)
            return stack.enter_context(running_server("tests.service.scripted_replica", data, **settings))

        with ThreadPoolExecutor() as pool:  # at once, as a machine that starts does it
            started = list(pool.map(start, folders))
        replicas = [address for address, _ in started]
        proxy = stack.enter_context(nginx(replicas, folder / "nginx"))
        yield Site(proxy, replicas, [process for _, process in started])


@contextmanager
def nginx(replicas: list[str], folder: Path) -> Iterator[str]:
    """Run nginx with deploy/nginx.conf in front of the replicas."""
    folder.mkdir()
    port = free_port()
    servers = "\n".join(f"server {address.removeprefix('http://')};" for address in replicas)
    product = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    assert product.count("server telekom:8000;") == 2
    product = product.replace("server telekom:8000;", servers)
    product = product.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/var/log/nginx", str(folder))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "\n".join(f"{kind}_temp_path {folder / kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(
        f"{user}\ndaemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{places}\n{product}\n}}\n",
        encoding="utf-8",
    )
    process = subprocess.Popen([str(NGINX), "-c", str(file), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or answers(f"http://127.0.0.1:{port}/health"))
        assert process.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_any_replica_takes_any_turn_and_the_proxy_passes_streams_and_ids(site: Site) -> None:
    with TelekomClient(site.replicas[0]) as first, TelekomClient(site.replicas[1]) as second:
        for client in (first, second):
            client.login("musteri1@example.com", PASSWORD)
        asked = first.send_chat_message(PAY)
        assert asked.pending is not None
        paid = second.send_chat_message(session_id=asked.session_id, approve=True)
        assert [call.arac_adi for call in paid.tool_calls] == ["pay_bill"]
        headers = {"Authorization": f"Bearer {first.token}", "X-Request-ID": "walk-1"}
    body = {"session_id": asked.session_id, "message": BILL}
    for n in range(4):  # the proxy takes one replica after the other
        url = f"{site.proxy}/api/v1/chat/stream"
        streamed = httpx.post(url, json=body, headers=headers, timeout=PATIENCE_SECONDS)
        assert named(parsed(streamed.text), "done"), n
        assert streamed.headers["X-Request-ID"] == "walk-1"
    kept = httpx.get(f"{site.proxy}/api/v1/chat/sessions/{asked.session_id}", headers=headers).json()
    assert len(kept["messages"]) == 12 and kept["pending"] is None
    assert httpx.get(f"{site.proxy}/metrics").status_code == 404


def test_chat_page_opens_its_socket_through_the_proxy(site: Site) -> None:
    with httpx.Client(base_url=site.proxy, headers={"Origin": site.proxy}, timeout=PATIENCE_SECONDS) as visitor:
        visitor.post("/login", data={"username": "musteri1@example.com", "password": PASSWORD})
        cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
        url = f"{site.proxy.replace('http', 'ws', 1)}/chat/ws/socket.io/?EIO=4&transport=websocket"
        with connect(url, origin=site.proxy, additional_headers={"Cookie": cookie}, proxy=None) as opened:  # type: ignore[arg-type]
            assert str(opened.recv(PATIENCE_SECONDS)).startswith("0{")
        assert visitor.get("/chat/user").json()["identifier"] == "musteri1@example.com"
        assert 'window.transports = ["websocket"]' in visitor.get("/chat/").text


def test_replica_killed_under_load_loses_no_request_that_is_repeated_and_does_none_twice(site: Site) -> None:
    Payers(site.proxy).run((15, site.processes[0].kill))


def test_page_of_a_login_whose_replica_died_opens_at_the_other(site: Site) -> None:
    for process in site.processes[:1]:
        process.kill()
        process.wait()
    for _ in range(4):  # logins of two replicas
        test_chat_page_opens_its_socket_through_the_proxy(site)
