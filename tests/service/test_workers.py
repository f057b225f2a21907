"""Several worker processes behind one port, the real program: one of them killed, the chat page, metrics, the end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from telekom_client import TelekomClient
from websockets import Origin
from websockets.sync.client import ClientConnection, connect

from service.workers import run_workers
from tests.conftest import ROOT, START_SECONDS, running_server
from tests.service.paying import BILL, PASSWORD, PATIENCE_SECONDS, PAY, wait_until

pytestmark = pytest.mark.slow
WORKERS = 2
TURNS = 30


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[bytes], Path]]:
    """A port with its workers; the last test stops it."""
    folder = tmp_path_factory.mktemp("site")
    settings = {"TELEKOM_WORKERS": str(WORKERS)}
    with running_server("tests.service.scripted_replica", folder, **settings) as (address, parent):
        wait_until(
            lambda: len(workers_of(parent)) == WORKERS and log_of(folder).count("Ready: ") == WORKERS, START_SECONDS
        )
        yield address, parent, folder


def log_of(folder: Path) -> str:
    return next(folder.glob("server-*.log")).read_text(encoding="utf-8", errors="replace")


def workers_of(parent: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that serve: children that Python's ``multiprocessing`` has spawned."""
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text(encoding="ascii").split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def count(address: str, name: str) -> float:
    """Return a figure of ``/metrics``, added up over its labels."""
    lines = httpx.get(f"{address}/metrics", timeout=PATIENCE_SECONDS).text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{name}{{", f"{name} ")))


def ask_for_bill(address: str, turns: int) -> None:
    """Take turns at once, each over a connection of its own, which any worker may accept."""
    with TelekomClient(address, timeout=PATIENCE_SECONDS) as client:
        client.login("musteri0@example.com", PASSWORD)
        headers = {"Authorization": f"Bearer {client.token}"}

    def turn(_: int) -> None:
        body, url = {"message": BILL}, f"{address}/api/v1/chat/"
        answer = httpx.post(url, json=body, headers=headers, timeout=PATIENCE_SECONDS)
        assert answer.status_code == 200, answer.text

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(turn, range(turns)))


def test_metrics_of_any_worker_count_the_turns_of_all(site: tuple[str, subprocess.Popen[bytes], Path]) -> None:
    address, _, _ = site
    before = count(address, "telekom_turns_total")
    ask_for_bill(address, TURNS)
    told = {count(address, "telekom_turns_total") - before for _ in range(8)}
    assert told == {TURNS}
    assert count(address, "telekom_turns_running") == 0


@contextmanager
def open_page(address: str, visitor: httpx.Client) -> Iterator[tuple[ClientConnection, str]]:
    """Open the web socket of a page, which one of the workers accepts; give it with the page's session."""
    session = str(uuid4())
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    url = f"{address.replace('http', 'ws', 1)}/chat/ws/socket.io/?EIO=4&transport=websocket"
    headers = {"Cookie": cookie}
    with connect(url, origin=Origin(address), additional_headers=headers, proxy=None) as opened:
        assert str(opened.recv(PATIENCE_SECONDS)).startswith("0{")
        opened.send("40" + json.dumps({"sessionId": session, "clientType": "webapp", "userEnv": "{}"}))
        assert str(opened.recv(PATIENCE_SECONDS)).startswith("40{")
        yield opened, session


def test_requests_of_a_page_reach_the_worker_of_its_socket(site: tuple[str, subprocess.Popen[bytes], Path]) -> None:
    address, parent, _ = site
    with httpx.Client(base_url=address, headers={"Origin": address}, timeout=PATIENCE_SECONDS) as visitor:
        visitor.post("/login", data={"username": "musteri1@example.com", "password": PASSWORD})
        cookies = dict(visitor.cookies)
        accepted_by: set[int] = set()
        for _ in range(40):  # until both workers had a page
            with open_page(address, visitor) as (opened, session):
                accepted_by.add(worker_of(opened, workers_of(parent)))
                for number in range(6):
                    check_page(address, cookies, session, number)
            if len(accepted_by) == WORKERS:
                break
        assert len(accepted_by) == WORKERS


def check_page(address: str, cookies: dict[str, str], session: str, number: int) -> None:
    """Send a file and read it, and press a button, over connections of their own."""
    headers = {"Origin": address}
    query = {"session_id": session}
    content = b"%PDF-1.4 " + bytes([number]) * 100_000
    url = f"{address}/chat/project/file"
    with httpx.Client(cookies=cookies, headers=headers, timeout=PATIENCE_SECONDS) as fresh:
        sent = fresh.post(url, params=query, files={"file": ("a.png", content, "image/png")})
    assert sent.status_code == 200, sent.text
    with httpx.Client(cookies=cookies, headers=headers, timeout=PATIENCE_SECONDS) as fresh:
        read = fresh.get(f"{url}/{sent.json()['id']}", params=query)
    assert read.content == content
    press = {"sessionId": session, "action": {"name": "nobody_knows", "payload": {}, "forId": None, "id": "1"}}
    with httpx.Client(cookies=cookies, headers=headers, timeout=PATIENCE_SECONDS) as fresh:
        pressed = fresh.post(f"{address}/chat/project/action", json=press)
    assert "No callback found" in pressed.text, pressed.text


def worker_of(opened: ClientConnection, workers: list[int]) -> int:
    """Return the process at the other end of a connection, by the socket's inode in the system's table."""
    here, there = opened.socket.getsockname()[1], opened.socket.getpeername()[1]
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    [inode] = [row[9] for row in rows if row[1].endswith(f":{there:04X}") and row[2].endswith(f":{here:04X}")]
    held = {worker: {os.readlink(each) for each in Path(f"/proc/{worker}/fd").iterdir()} for worker in workers}
    return next(worker for worker, files in held.items() if f"socket:[{inode}]" in files)


def test_killed_worker_is_replaced_and_its_question_answered(site: tuple[str, subprocess.Popen[bytes], Path]) -> None:
    address, parent, _ = site
    with TelekomClient(address, timeout=PATIENCE_SECONDS, retries=8) as client:
        client.login("musteri2@example.com", PASSWORD)
        asked = client.send_chat_message(PAY)
        assert asked.pending is not None
        before = workers_of(parent)
        os.kill(before[0], signal.SIGKILL)
        paid = client.send_chat_message(session_id=asked.session_id, approve=True, idempotency_key="yes")
        assert [call.arac_adi for call in paid.tool_calls] == ["pay_bill"]
    wait_until(lambda: len(workers_of(parent)) == WORKERS and before[0] not in workers_of(parent))
    ask_for_bill(address, 4)


def test_workers_end_together_in_peace_and_leave_nothing(site: tuple[str, subprocess.Popen[bytes], Path]) -> None:
    address, parent, folder = site
    wait_until(lambda: log_of(folder).count("Ready: ") == WORKERS + 1, START_SECONDS)
    workers = workers_of(parent)
    [shared] = {Path(os.readlink(each)).parent for each in Path(f"/proc/{workers[0]}/fd").iterdir() if is_metric(each)}
    parent.send_signal(signal.SIGTERM)
    assert parent.wait(PATIENCE_SECONDS) == 0
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert not shared.exists()
    told = log_of(folder)
    assert told.count("Application shutdown complete") == WORKERS and "Traceback" not in told
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{address}/health")


def is_metric(descriptor: Path) -> bool:
    return os.readlink(descriptor).endswith(".db")


def test_workers_whose_parent_was_killed_end_too() -> None:
    """Each worker watches; here one that does nothing else."""
    child = "from service.workers import end_with_parent; import time; end_with_parent(); time.sleep(600)"
    code = (
        "import multiprocessing, time\n"
        f"worker = multiprocessing.get_context('spawn').Process(target=exec, args=({child!r},))\n"
        "worker.start()\nprint(worker.pid, flush=True)\ntime.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = Path("/proc", parent.stdout.readline().decode().strip())
        assert worker.exists()
        parent.kill()
        wait_until(lambda: not worker.exists() or "(zombie)" in (worker / "status").read_text(encoding="ascii"))


async def cannot_start(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that never starts."""
    raise OSError("away")


def test_workers_that_cannot_start_are_started_once() -> None:
    handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            assert run_workers(partial(config_of, "cannot_start"), listener) == 1
    finally:
        for each, handler in handlers.items():
            signal.signal(each, handler)


def config_of(app: str, folder: Path) -> uvicorn.Config:
    """Return the configuration of three workers with an application of this file."""
    assert folder.is_dir()
    return uvicorn.Config(f"{__name__}:{app}", lifespan="on", workers=3)
