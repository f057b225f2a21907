"""Make api/examples.json anew: what the demo answers at a fixed time, with the embedded model.

python -m scripts.make_examples
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from agent.prompt_files import load_prompts
from core.clock import ISTANBUL
from core.settings import DEFAULT_DEMO_PASSWORD, Settings
from database.enums import AccountRole
from server import create_app
from service.container import RunningService, open_service

OUT = Path(__file__).parents[1] / "api" / "examples.json"
NOW = datetime(2026, 11, 16, 12, 0, tzinfo=ISTANBUL)
MESSAGE = {"message": "Faturam ne kadar?"}
ADMIN_PASSWORD = "-".join(("uzun", "bir", "parola"))
MOST = 2
"""Entries of a list that are shown."""

ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "get_past_bills": {"limit": 2},
    "get_payment_history": {"limit": 2},
    "pay_bill": {"method": "credit_card"},
    "setup_autopay": {"status": True, "payment_method": "credit_card"},
    "change_package": {"new_package_name": "Emekli Dostu Tarife"},
    "get_package_details": {"package_name": "Emekli Dostu Tarife"},
    "enable_roaming": {"status": True},
    "check_network_status": {"region": "Ankara Çankaya"},
    "create_fault_ticket": {"issue_description": "Modemin ışıkları yanmıyor", "category": "device"},
    "update_customer_contact": {"contact_type": "email", "new_value": "mehmet.demir@example.com"},
    "suspend_line": {"reason": "Yurt dışına çıkıyorum"},
    "close_ticket": {"ticket_id": "TKT-20261115-0006"},
}
WHO = {"reactivate_line": 3, "get_fault_ticket_status": 6, "list_tickets": 6, "close_ticket": 6, "suspend_line": 0}
"""The demo customer that an operation succeeds for; 1 for the others."""


class Examples:
    """Requests that are made, and what was answered."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.found: dict[str, Any] = {}

    async def login(self, name: str, password: str = DEFAULT_DEMO_PASSWORD) -> dict[str, str]:
        """Headers of an account."""
        form = {"username": name, "password": password}
        answer = (await self.client.post("/api/v1/auth/token", data=form)).json()
        shown = {**answer, "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…"}
        self.found["create_token"] = {"request": form, "response": shown}
        return {"Authorization": f"Bearer {answer['access_token']}"}

    async def renew(self, name: str) -> None:
        """Log in for a refresh token, and keep how it is exchanged; the tokens themselves are left out."""
        form = {"username": name, "password": DEFAULT_DEMO_PASSWORD, "scope": "offline_access"}
        issued = (await self.client.post("/api/v1/auth/token", data=form)).json()
        answer = await self.client.post("/api/v1/auth/refresh", json={"refresh_token": issued["refresh_token"]})
        before, after = (f"0f9d1c2e-5a7b-4c3d-8e6f-1a2b3c4d5e6f.{letter * 43}" for letter in "AB")
        shown = {**answer.json(), "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…", "refresh_token": after}
        self.found["refresh_token"] = {"request": {"refresh_token": before}, "response": shown}

    async def keep(self, name: str, path: str, login: dict[str, str], body: Any = None, method: str = "POST") -> Any:
        """Make a request and keep it as an operation's example; returns the answer."""
        response = await self.client.request(method, path, json=body, headers=login)
        response.raise_for_status()
        answer = response.json() if "json" in response.headers["content-type"] else response.text
        request = {} if body is None else {"request": body}
        self.found[name] = {
            **request,
            "response": _short(answer) if "json" in response.headers["content-type"] else answer,
        }
        return answer


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(each) for each in value[:MOST]]
    if isinstance(value, dict):
        return {key: _short(each) for key, each in value.items()}
    return f"{value[:120]}…" if isinstance(value, str) and len(value) > 300 else value


async def rollouts(made: Examples, engineer: dict[str, str]) -> None:
    """A roll-out that is taken back, and one that is served to everybody."""
    path = "/api/v1/prompts/rollouts"
    wanted = {"versions": ["prompts/respond.md@2"], "share": 10, "measures": ["handed_over", "disliked"]}
    first = await made.keep("begin_rollout", path, engineer, wanted)
    one = f"{path}/{first['data']['id']}"
    await made.keep("get_rollout", one, engineer, method="GET")
    await made.keep("take_back_rollout", f"{one}/return", engineer)
    second = await made.keep("begin_rollout", path, engineer, wanted)
    await made.keep("serve_rollout", f"{path}/{second['data']['id']}/serve", engineer)
    await made.keep("list_rollouts", path, engineer, method="GET")
    await made.client.post("/api/v1/prompts/rollback", json={"name": "prompts/respond.md"}, headers=engineer)


async def conversations(made: Examples) -> None:
    """The chat, its record, and a hand-over."""
    me, engineer, staff = [await made.login(f"{name}@example.com") for name in ("musteri1", "muhendis", "temsilci")]
    await made.keep("get_me", "/api/v1/auth/me", me, method="GET")
    said = await made.keep("send_chat_message", "/api/v1/chat/", me, MESSAGE)
    await made.keep("stream_chat_message", "/api/v1/chat/stream", me, {"message": "Merhaba"})
    await made.keep("agent_invoke", "/agent/invoke", me, {"input": MESSAGE})
    for name in ("stream", "stream_log", "stream_events"):
        made.found[f"agent_{name}"] = {"request": {"input": MESSAGE}}
    await made.keep("list_sessions", "/api/v1/chat/sessions", me, method="GET")
    await made.keep("get_session", f"/api/v1/chat/sessions/{said['session_id']}", me, method="GET")
    await photo(made, me, said["session_id"])
    run = f"/api/v1/runs/{said['metadata']['run_id']}"
    await made.keep("give_feedback", f"{run}/feedback", me, {"score": 1, "comment": "Çabuk ve doğru."})
    await made.keep("list_runs", "/api/v1/runs", engineer, method="GET")
    await made.keep("get_run", run, engineer, method="GET")
    await made.keep("replay_run", f"{run}/replay", engineer, {"temperature": 0.7, "seed": 7})
    await made.keep("list_texts", "/api/v1/prompts", engineer, method="GET")
    text = {"name": "prompts/respond.md", "text": load_prompts()["respond"].source.replace("Temsilci:", "Cevap:")}
    await made.keep("add_text_version", "/api/v1/prompts/versions", engineer, {**text, "note": "daha kısa"})
    place = {"name": text["name"], "label": "staging", "number": 2}
    await made.keep("move_text_label", "/api/v1/prompts/labels", engineer, place)
    named = f"name={text['name']}"
    await made.keep("list_text_versions", f"/api/v1/prompts/versions?{named}", engineer, method="GET")
    await made.keep("compare_texts", f"/api/v1/prompts/diff?{named}&first=1&second=2", engineer, method="GET")
    back = {"name": text["name"], "label": "staging"}
    await made.keep("roll_back_text", "/api/v1/prompts/rollback", engineer, back)
    await rollouts(made, engineer)
    await made.keep(
        "send_chat_message_person", "/api/v1/chat/", me, {"message": "Bir müşteri temsilcisine bağlanmak istiyorum"}
    )
    del made.found["send_chat_message_person"]
    waiting = await made.keep("list_handovers", "/api/v1/handovers", staff, method="GET")
    one = f"/api/v1/handovers/{waiting['data']['handovers'][0]['id']}"
    await made.keep("get_handover", one, staff, method="GET")
    await made.keep("take_handover", f"{one}/take", staff)
    await made.keep("write_to_customer", f"{one}/messages", staff, {"text": "Merhaba, size nasıl yardımcı olabilirim?"})
    await made.keep("close_handover", f"{one}/close", staff, {"note": "Müşteri arandı."})
    await made.keep("send_chat_message_person", "/api/v1/chat/", me, {"message": "Müşteri temsilcisi istiyorum"})
    del made.found["send_chat_message_person"]
    waiting = await made.keep("list_handovers", "/api/v1/handovers", staff, method="GET")
    two = f"/api/v1/handovers/{waiting['data']['handovers'][0]['id']}"
    await made.keep("take_handover", f"{two}/take", staff)
    await made.keep("hand_back_handover", f"{two}/hand-back", staff, {"note": "Faturanıza asistanımız bakabilir."})


async def photo(made: Examples, login: dict[str, str], session_id: str) -> None:
    """Send a photo with a conversation; its bytes are left out."""
    content = BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "JPEG")
    sent = await made.client.post(
        "/api/v1/photos", params={"session_id": session_id}, files={"photo": content.getvalue()}, headers=login
    )
    made.found["add_photo"] = {"request": {"photo": "(JPEG)"}, "response": sent.json()}
    await made.keep("list_photos", "/api/v1/photos", login, method="GET")


async def accounts(made: Examples, service: RunningService) -> None:
    """Make the requests of an admin about accounts."""
    administration = service.administration
    await administration.add(
        login="yonetici@example.com", role=AccountRole.ADMIN, by="telekom command (root)", password=ADMIN_PASSWORD
    )  # fmt: skip
    admin = await made.login("yonetici@example.com", ADMIN_PASSWORD)
    new = {"login": "selin.kaya@example.com", "role": "staff", "name": "Selin Kaya"}
    added = await made.keep("add_user", "/api/v1/users", admin, new)
    one = f"/api/v1/users/{added['data']['user']['id']}"
    await made.keep("change_user_role", f"{one}/role", admin, {"role": "engineer"})
    await made.keep("make_password_link", f"{one}/password-link", admin)
    await made.keep("disable_user", f"{one}/disable", admin)
    await made.keep("enable_user", f"{one}/enable", admin)
    await made.keep("get_user", one, admin, method="GET")
    await made.keep("list_users", "/api/v1/users", admin, method="GET")
    for name in ("add_user", "make_password_link"):
        link = "https://telekom.example.com/password?token=eyJhbGciOiJIUzI1NiJ9.…"
        made.found[name]["response"]["data"].update(password_link=link)


async def main() -> None:
    """Make all examples and write the file."""

    def open_demo(settings: Settings) -> AbstractAsyncContextManager[RunningService]:
        return open_service(settings, clock=lambda: NOW)

    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(_env_file=None, data_dir=Path(folder), mount_chat=False), service_factory=open_demo)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://telekom", timeout=120) as client,
        ):
            made = Examples(client)
            for name, path in (
                ("check_health", "/health"),
                ("check_ready", "/ready"),
                ("check_chat_health", "/api/v1/chat/health"),
                ("get_status", "/api/v1/status"),
            ):
                await made.keep(name, path, {}, method="GET")
            new = {"name": "Deniz Yılmaz", "email": "deniz.yilmaz@example.com", "password": "bir-uzun-sifre"}
            await made.keep("register", "/api/v1/auth/register", {}, {**new, "phone": "0532 111 22 33"})
            await made.renew("musteri6@example.com")
            await conversations(made)
            service: RunningService = app.state.service
            await accounts(made, service)
            tools = [*service.toolbox.tools, *service.rest_only.tools]
            for tool in sorted(tools, key=lambda each: (each.metadata or {})["kind"] == "WRITE"):
                login = await made.login(f"musteri{WHO.get(tool.name, 1)}@example.com")
                path = f"/api/v1/telekom{(tool.metadata or {})['path']}"
                await made.keep(tool.name, path, login, dict(ARGUMENTS.get(tool.name, {})))
    OUT.write_text(json.dumps(dict(sorted(made.found.items())), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
