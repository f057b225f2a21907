"""Cost of the service around the models, beside the least that an agent of LangChain costs.

    python -m benchmarks.service [--customers 8] [--turns 40] [--rounds 5] [--streams 200]
    bash scripts/with_postgres.sh python -m benchmarks.service

Prints a table, then one JSON line with ``ratio`` (SQLite) and ``ratio_postgresql`` (null where TEST_POSTGRES_URL names
no database): turns a second of the baseline over those of the service. The models of both are scripted and answer at
once. The baseline is LangChain's prebuilt agent with one tool and the simplest FastAPI route that holds a thread, over
the same checkpoint store; it knows no login, no records, no confirmation. Both are asked in turn, in the same process,
through their HTTP interface, each customer in a thread of a few turns. What a machine does beside it falls on both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from pydantic import BaseModel
from sqlalchemy import make_url, text

from benchmarks.machine import machine
from core.settings import Settings
from database.session import Database
from evaluation.scenarios.format import Meaning
from evaluation.scripted import scripted_models
from server import create_app
from service.checkpoints import open_checkpointer
from service.container import open_service

QUESTION = "Bu ayki faturam ne kadar?"
ANSWER = "Bu ayki faturanız 149,90 TL; son ödeme tarihi 20 Mart 2026."
TURNS_OF_A_THREAD = 5
_NO_LIMIT = 1_000_000

Ask = Callable[[int, str], Awaitable[None]]
"""Asks the question as a customer, in a thread."""


class AgentOfTwoSteps(BaseChatModel):
    """Calls the tool, then answers: the least that a chat model of an agent does."""

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Any, **_: Any) -> Any:
        """Return itself: it knows its tool."""
        return self

    async def _agenerate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return self._generate(messages)

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        if isinstance(messages[-1], ToolMessage):
            said = AIMessage(ANSWER)
        else:
            said = AIMessage("", tool_calls=[{"name": "get_current_bill", "args": {}, "id": str(uuid4())}])
        return ChatResult(generations=[ChatGeneration(message=said)])


class Body(BaseModel):
    """The request of the baseline."""

    message: str
    session_id: str


def baseline_app(checkpointer: Any) -> FastAPI:
    """Make the application of the baseline."""

    @tool
    def get_current_bill() -> dict[str, Any]:
        """Return the newest bill."""
        return {"amount": "149.90", "due_date": "2026-03-20", "status": "unpaid"}

    agent = create_agent(AgentOfTwoSteps(), [get_current_bill], checkpointer=checkpointer)
    app = FastAPI()

    @app.post("/chat")
    async def chat(body: Body) -> dict[str, str]:
        config: Any = {"configurable": {"thread_id": body.session_id}}
        state = await agent.ainvoke({"messages": [("user", body.message)]}, config)
        return {"response": state["messages"][-1].content, "session_id": body.session_id}

    return app


@asynccontextmanager
async def open_both(
    settings: Settings, customers: int
) -> AsyncIterator[tuple[Ask, Ask, httpx.AsyncClient, list[dict[str, str]]]]:
    """Open the baseline and the service over the same kind of store; give what asks each of them."""
    async with AsyncExitStack() as stack:
        own = settings.model_copy(update={"data_dir": settings.data_dir / "baseline"})
        own.data_dir.mkdir()
        database = Database(own.resolved_database_url)
        stack.push_async_callback(database.close)
        if not database.is_sqlite:
            await database.migrate()
        saver = await stack.enter_async_context(open_checkpointer(own, database))
        plain = await stack.enter_async_context(client_of(baseline_app(saver)))
        models = scripted_models({QUESTION: Meaning(operations=["get_current_bill"])})
        app = create_app(settings, service_factory=lambda each: open_service(each, models=models))
        await stack.enter_async_context(app.router.lifespan_context(app))
        served = await stack.enter_async_context(client_of(app))
        headers = [await login(served, settings, customer) for customer in range(customers)]

        async def ask_baseline(customer: int, thread: str) -> None:
            answer = await plain.post("/chat", json={"message": QUESTION, "session_id": thread})
            assert answer.json()["response"] == ANSWER, answer.text

        async def ask_service(customer: int, thread: str) -> None:
            body = {"message": QUESTION, "session_id": thread}
            answer = await served.post("/api/v1/chat/", json=body, headers=headers[customer])
            assert answer.status_code == 200 and answer.json()["tool_calls"], answer.text

        yield ask_baseline, ask_service, served, headers


def client_of(app: FastAPI) -> httpx.AsyncClient:
    """Return a client that calls an application of this process."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://benchmark", timeout=120)


async def login(client: httpx.AsyncClient, settings: Settings, customer: int) -> dict[str, str]:
    """Return the headers of a demo customer."""
    form = {"username": f"musteri{customer % 10}@example.com", "password": settings.demo_password.get_secret_value()}
    token = (await client.post("/api/v1/auth/token", data=form)).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


async def turns_a_second(ask: Ask, customers: int, turns: int) -> float:
    """Return the turns a second of so many customers at once."""

    async def talk(customer: int) -> None:
        threads = thread_names()
        for _ in range(turns):
            await ask(customer, next(threads))

    began = time.perf_counter()
    await asyncio.gather(*(talk(customer) for customer in range(customers)))
    return customers * turns / (time.perf_counter() - began)


async def alone_ms(ask: Ask, turns: int) -> tuple[float, float]:
    """Return the milliseconds of a turn that nothing else disturbs, the median, and those of this process's CPU.

    The latter hold on a machine that is busy with other things.
    """
    threads, taken, cpu = thread_names(), [], time.process_time()
    for _ in range(turns):
        began = time.perf_counter()
        await ask(0, next(threads))
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), (time.process_time() - cpu) / turns * 1000


def thread_names() -> Iterator[str]:
    """Yield the thread of each turn."""
    while True:
        name = str(uuid4())
        for _ in range(TURNS_OF_A_THREAD):
            yield name


async def first_tokens(client: httpx.AsyncClient, headers: list[dict[str, str]], streams: int) -> list[float]:
    """Return the seconds until the first token of so many streams at once; every stream has to end with ``done``."""

    async def follow(number: int) -> float:
        body, began, first = {"message": QUESTION, "session_id": str(uuid4())}, time.perf_counter(), None
        arguments: dict[str, Any] = {"json": body, "headers": headers[number % len(headers)]}
        async with client.stream("POST", "/api/v1/chat/stream", **arguments) as response:
            name = ""
            async for line in response.aiter_lines():
                name = line.removeprefix("event: ") if line.startswith("event: ") else name
                if name == "token" and first is None:
                    first = time.perf_counter() - began
        assert name == "done" and first is not None, f"stream {number} ended with {name or response.status_code}"
        return first

    return list(await asyncio.gather(*(follow(number) for number in range(streams))))


async def measure(settings: Settings, options: argparse.Namespace) -> dict[str, Any]:
    """Return the figures on one kind of database."""
    async with open_both(settings, options.customers) as (ask_baseline, ask_service, client, headers):
        for ask in (ask_baseline, ask_service):
            await turns_a_second(ask, options.customers, 2)
        rounds = [
            [await turns_a_second(ask, options.customers, options.turns) for ask in (ask_baseline, ask_service)]
            for _ in range(options.rounds)
        ]
        alone = [await alone_ms(ask, options.turns) for ask in (ask_baseline, ask_service)]
        waited = await first_tokens(client, headers, options.streams)
    return {
        "ratio": round(statistics.median(plain / served for plain, served in rounds), 2),
        "turns_per_second": [round(statistics.median(each), 1) for each in zip(*rounds, strict=True)],
        "alone_ms": [round(wall, 1) for wall, _ in alone],
        "cpu_ms": [round(cpu, 1) for _, cpu in alone],
        "first_token_s": {"median": round(statistics.median(waited), 2), "slowest": round(max(waited), 2)},
    }


async def measure_all(options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Return the figures by kind of database."""
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        found["sqlite"] = await measure(settings_for(Path(folder), None), options)
    url = os.environ.get("TEST_POSTGRES_URL")
    if url:
        with tempfile.TemporaryDirectory() as folder:
            async with own_schema(url) as own:
                found["postgresql"] = await measure(settings_for(Path(folder), own), options)
    return found


def settings_for(folder: Path, url: str | None) -> Settings:
    """Return the settings of a service with a folder of its own; its few customers ask as much as many would."""
    return Settings(
        _env_file=None, data_dir=folder, database_url=url, mount_chat=False,  # type: ignore[call-arg]
        limit_requests="", limit_customer="", turns_of_customer=_NO_LIMIT, turns_at_once=_NO_LIMIT,
    )  # fmt: skip


@asynccontextmanager
async def own_schema(url: str) -> AsyncIterator[str]:
    """Make a schema in a PostgreSQL database, give a URL that uses it, and drop it at the end."""
    schema, server = f"benchmark_{uuid4().hex}", Database(url)
    async with server.write_session() as session:
        await session.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        own = make_url(url).update_query_dict({"options": f"-csearch_path={schema}"})
        yield own.render_as_string(hide_password=False)
    finally:
        async with server.write_session() as session:
            await session.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        await server.close()


def show(found: dict[str, dict[str, Any]]) -> None:
    """Print a row for each kind of database."""
    pairs, singles = ("turns/s", "alone ms", "CPU ms alone"), ("median", "slowest")
    print(f"{'':<12}" + "".join(f"{name:>20}" for name in pairs) + f"{'':>8}{'first token s':>20}")
    row = "{:<12}" + 2 * len(pairs) * "{:>10}" + "{:>8}" + "{:>10}{:>10}"
    print(row.format("", *(len(pairs) * ("baseline", "service")), "ratio", *singles))
    for name, each in found.items():
        first = [each["first_token_s"][which] for which in singles]
        print(row.format(name, *each["turns_per_second"], *each["alone_ms"], *each["cpu_ms"], each["ratio"], *first))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=8)
    parser.add_argument("--turns", type=int, default=40, help="of each customer in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--streams", type=int, default=200)
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    found = asyncio.run(measure_all(options))
    show(found)
    report = {
        "ratio": found["sqlite"]["ratio"],
        "ratio_postgresql": found.get("postgresql", {}).get("ratio"),
        "customers": options.customers, "turns": options.turns, "rounds": options.rounds, "streams": options.streams,
        **found, **machine(),
    }  # fmt: skip
    print(json.dumps(report))


if __name__ == "__main__":
    main()
