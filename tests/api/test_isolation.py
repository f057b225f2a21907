"""Every route × every identity × another customer's ids: a route that stands behind no door here fails the test.

What a customer may not see or change is told by marks in the victim's data, and by all of the victim's rows.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from api.document import examples
from database.enums import AccountRole
from database.personal import data_of_person
from database.tables import CustomerRow
from tests.api.conftest import Stage
from tests.photo_files import photo_file

OPEN = {
    "GET /openapi.json", "HEAD /openapi.json", "GET /docs", "GET /docs/oauth2-redirect", "GET /", "GET /health",
    "HEAD /health", "GET /ready", "HEAD /ready", "GET /metrics", "GET /api/v1/status", "GET /api/v1/chat/health",
    "HEAD /api/v1/chat/health", "POST /api/v1/auth/register", "POST /api/v1/auth/token", "POST /api/v1/auth/refresh",
    "GET /login/oidc", "GET /login/oidc/callback", "GET /brand.css", "GET /logo", "GET /favicon.ico", "GET /widget.js",
    "GET /login", "POST /login", "POST /logout", "GET /language/{language}", "GET /signup", "POST /signup",
    "GET /forgotten", "POST /forgotten", "GET /password", "POST /password", "GET /demo", "POST /demo",
}  # fmt: skip
"""Routes for everybody."""
OWN = {
    "GET /account", "POST /account/password", "POST /account/log-out-everywhere", "GET /bills/{bill_id}.pdf",
    "POST /api/v1/auth/logout", "GET /api/v1/auth/me", "POST /api/v1/auth/logout-everywhere",
    "POST /api/v1/chat", "POST /api/v1/chat/", "POST /api/v1/chat/stream", "GET /api/v1/chat/sessions",
    "GET /api/v1/chat/sessions/{session_id}", "GET /api/v1/chat/sessions/{session_id}/events",
    "DELETE /api/v1/chat/sessions/{session_id}", "POST /api/v1/runs/{run_id}/feedback",
    "GET /api/v1/photos", "POST /api/v1/photos", "DELETE /api/v1/photos/{photo_id}", "GET /photos/{photo_id}",
}  # fmt: skip
"""Routes for any login, each with its own data."""
HANDED_OVER = ("/api/v1/chat/sessions/{session_id}", "/photos/{photo_id}")
"""What staff may read of a conversation that was handed over."""
OWN_BELOW = ("/api/v1/telekom/", "/agent/")
ROLE_BELOW = {
    "/api/v1/handovers": "staff", "/desk": "staff", "/api/v1/runs": "engineer", "/api/v1/prompts": "engineer",
    "/replay": "engineer", "/api/v1/users": "admin", "/users": "admin",
}  # fmt: skip
"""Routes for one role, by the beginning of their paths."""
MOUNTS = {"/assets", "/static-offline-docs"}
"""Files that are the same for all. The chat page's routes and its socket: tests/chat/test_isolation.py."""

VICTIM, OTHER = "musteri1@example.com", "musteri6@example.com"
PEOPLE = {
    "customer": OTHER,
    "staff": "temsilci@example.com",
    "engineer": "muhendis@example.com",
    "admin": "a@example.com",
}
NOT_OFFERED = 501
MARK = "GIZLI-ISARET-4711"
PERSON = {"name": "Gizem Saklıoğlu", "email": "gizem.sakli@example.net", "phone": "05310009988"}


def routes_of(routes: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    """Method, path and operation of each route; of a mount the path alone."""
    for route in routes:
        if (inner := getattr(route, "original_router", None)) is not None:
            yield from routes_of(inner.routes)
        elif getattr(route, "methods", None) is None:
            yield "MOUNT", route.path, ""
        else:
            for method in sorted(route.methods):
                yield method, route.path, route.name


def door_of(method: str, path: str) -> str | None:
    """Who may pass: ``open``, ``own``, or the one role; None for a route that nobody thought of."""
    name = f"{method} {path}"
    if name in OPEN:
        return "open"
    if name in OWN or path.startswith(OWN_BELOW):
        return "own"
    return next((role for begin, role in ROLE_BELOW.items() if path == begin or path.startswith(f"{begin}/")), None)


@dataclass
class Scene:
    """A running application with a victim whose ids are known to everybody."""

    app: FastAPI
    client: httpx.AsyncClient
    ids: dict[str, str] = field(default_factory=dict)
    marks: list[str] = field(default_factory=list)

    @property
    def service(self) -> Any:
        return self.app.state.service

    async def headers(self, identity: str) -> dict[str, str]:
        """A fresh login: what was called before may have ended the last one."""
        if identity == "nobody":
            return {}
        user = await self.service.accounts.by_login(PEOPLE.get(identity, identity))
        token = (await self.service.accounts.logins.begin(user)).access_token
        return {"Authorization": f"Bearer {token}"}

    async def call(self, method: str, path: str, operation: str, identity: str) -> httpx.Response:
        """Call a route with the victim's ids wherever it takes any."""
        for name, value in self.ids.items():
            path = path.replace("{" + name + "}", value)
        sent: dict[str, Any] = {"headers": await self.headers(identity)}
        if method == "POST" and path.startswith(("/api/", "/agent")) and operation != "create_token":
            sent["json"] = self.body(path, operation)
        elif method == "POST":
            sent["data"] = {name: self.ids.get(name, "x") for name in ("username", "password", "note", "text")}
        return await self.client.request(method, path, **sent)

    def body(self, path: str, operation: str) -> dict[str, Any]:
        """The example of the route, with the victim's ids in it."""
        body: dict[str, Any] = dict(examples().get(operation.removesuffix("_older"), {}).get("request") or {})
        if path.startswith("/agent"):
            return {"input": {"message": "Merhaba", "session_id": self.ids["session_id"]}}
        if path.startswith("/api/v1/chat"):
            return {"message": "Merhaba", "session_id": self.ids["session_id"]}
        if operation == "close_ticket":
            body["ticket_id"] = self.ids["ticket_id"]
        return body

    def has_mark(self, answer: httpx.Response) -> bool:
        return any(mark in answer.text for mark in self.marks)


@pytest.fixture
async def scene(stage: Stage) -> AsyncIterator[Scene]:
    stage.settings.limit_requests = stage.settings.limit_customer = ""
    async with stage.running() as (app, client):
        scene = Scene(app, client)
        await scene.service.administration.add(login="a@example.com", role=AccountRole.ADMIN, name="Ada", by="test")
        victim = await scene.service.accounts.by_login(VICTIM)
        async with scene.service.database.write_session() as session:  # the document shows the demo's own names
            await session.execute(update(CustomerRow).where(CustomerRow.id == victim.customer_id).values(**PERSON))
        headers = await scene.headers(VICTIM)
        message, meanings = f"Temsilci istiyorum {MARK}", stage.decision_model.meanings
        meanings[message] = meanings["Temsilci istiyorum"]
        chat = await client.post("/api/v1/chat/", json={"message": message}, headers=headers)
        fault = {"issue_description": f"Modem kapalı {MARK}", "category": "device"}
        ticket = await client.post("/api/v1/telekom/support/tickets", json=fault, headers=headers)
        sent = {"photo": photo_file(comment=MARK)}
        photo = await client.post(
            "/api/v1/photos", params={"session_id": chat.json()["session_id"]}, files=sent, headers=headers
        )
        data = await data_of_person(scene.service.database, victim.customer_id)
        [handover] = data["handovers"]
        scene.ids = {
            "session_id": chat.json()["session_id"], "run_id": chat.json()["metadata"]["run_id"],
            "handover_id": str(handover["id"]), "bill_id": str(data["bills"][0]["id"]), "rerun_id": "r",
            "photo_id": photo.json()["photo_id"],
            "account_id": str(victim.account_id), "ticket_id": ticket.json()["data"]["ticket_id"], "action": "take",
            "language": "en", "config_hash": "N4XyA", "file_path:path": "",
        }  # fmt: skip
        scene.marks = [MARK, *PERSON.values()]
        yield scene


async def test_every_route_stands_behind_a_known_door(scene: Scene) -> None:
    known = list(routes_of(scene.app.routes))
    assert len(known) > 100
    strange = [f"{method} {path}" for method, path, _ in known if method != "MOUNT" and door_of(method, path) is None]
    assert strange == [], "say in this file who may use them"
    assert {path for method, path, _ in known if method == "MOUNT"} == MOUNTS
    named = {f"{method} {path}" for method, path, _ in known}
    assert named >= OPEN | OWN, "doors without a route"


async def test_marks_are_found_where_the_victim_looks(scene: Scene) -> None:
    answer = await scene.call("GET", "/api/v1/chat/sessions/{session_id}", "get_session", VICTIM)
    assert answer.status_code == 200 and scene.has_mark(answer)
    profile = await scene.call("POST", "/api/v1/telekom/customers/profile", "get_customer_profile", VICTIM)
    assert scene.has_mark(profile)


async def test_no_identity_passes_the_door_of_another(scene: Scene) -> None:
    faults = []
    for method, path, operation in routes_of(scene.app.routes):
        door = door_of(method, path)
        for identity in ("nobody", *PEOPLE):
            if method == "MOUNT" or door == "open" or (door == "own" and identity != "nobody") or door == identity:
                continue
            answer = await scene.call(method, path, operation, identity)
            if answer.status_code != (401 if identity == "nobody" else 403) or scene.has_mark(answer):
                faults.append((method, path, identity, answer.status_code))
    assert faults == []


async def test_nobody_sees_or_changes_what_is_the_victims(scene: Scene) -> None:
    victim = await scene.service.accounts.by_login(VICTIM)
    before = await data_of_person(scene.service.database, victim.customer_id)
    faults = []
    for method, path, operation in routes_of(scene.app.routes):
        door = door_of(method, path)
        if method == "MOUNT" or door not in ("open", "own"):
            continue
        for identity in ("nobody", *PEOPLE):
            if identity == "staff" and method == "GET" and path.startswith(HANDED_OVER):
                continue
            answer = await scene.call(method, path, operation, identity)
            if (answer.status_code >= 500 and answer.status_code != NOT_OFFERED) or scene.has_mark(answer):
                faults.append((method, path, identity, answer.status_code, answer.text[:200]))
    assert faults == []
    after = await data_of_person(scene.service.database, victim.customer_id)
    assert json.dumps(after, default=str) == json.dumps(before, default=str)
