"""The environment in which a scenario is played: the demo data of a seed, changed as the scenario's start says.

Every run has a database of its own, so that nothing of one run is seen by the next. The demo of a seed is made once
and copied.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Date, Table, and_, delete, insert, select, update

from core.clock import ISTANBUL
from core.operator_facts import OperatorFacts, load_operator
from core.settings import Settings
from database.seed.newcomer import create_customer
from database.session import Database
from database.tables import Base
from database.types import Exact, Moment
from evaluation.conversation_environment import ConversationEnvironment
from evaluation.environment import NEWCOMER, copy_database, create_demo, file_database, random_moment
from evaluation.scenarios.format import InitialState, Network, OutsideSystems, RowChange, Scenario, SideEffect
from evaluation.scenarios.loader import filled
from evaluation.scenarios.values import StoredRows, placeholders, same, table_rows
from ports.network import Incident, NetworkStatus
from ports.speed_test import SpeedReading
from tools.caller import Caller

_OPENS, _CLOSES = 8 * 60, 20 * 60
"""Minutes of the day between which a conversation begins: minutes that pass do not lead into the next day."""


@dataclass(frozen=True)
class _DemoDatabase:
    """A demo database in a file."""

    file: Path
    now: datetime
    newcomer: int


class DemoDatabases:
    """Demo databases by seed, each created when it is first needed.

    Args:
        folder: Folder of the files; the caller removes it.
        settings: Name the operator whose packages and fees the customers have.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder, self._settings = folder, settings
        self._operator = load_operator(settings.facts_folder)
        self._create_demo: dict[int, _DemoDatabase] = {}
        self._copies = 0

    @asynccontextmanager
    async def open(self, scenario: Scenario, seed: int) -> AsyncIterator[ScenarioEnvironment]:
        """Open a copy of a seed's demo database, changed as the scenario's start says.

        Raises:
            LookupError: The scenario needs something that the demo does not have.
        """
        if seed not in self._create_demo:
            self._create_demo[seed] = await _create_demo(self._folder / f"demo-{seed}.sqlite3", seed, self._settings)
        demo = self._create_demo[seed]
        self._copies += 1
        file = self._folder / f"run-{self._copies}.sqlite3"
        database = await copy_database(demo.file, file)
        try:
            customer = demo.newcomer if scenario.customer == "newcomer" else scenario.customer
            environment = ScenarioEnvironment(database, demo.now, customer, scenario, self._operator)
            await environment.set_up(scenario.start)
            yield environment
        finally:
            await database.close()
            file.unlink()


async def _create_demo(file: Path, seed: int, settings: Settings) -> _DemoDatabase:
    rng = Random(f"scenario-{seed}")
    now = random_moment(rng, _OPENS, _CLOSES)
    database = file_database(file)
    try:
        await create_demo(database, now, seed, settings)
        async with database.write_session() as session:
            newcomer = (await create_customer(session, **NEWCOMER, now=now)).id
    finally:
        await database.close()
    return _DemoDatabase(file, now, newcomer)


class ScenarioEnvironment(ConversationEnvironment):
    """The environment of one run.

    Attributes:
        customer: The customer's id.
        stored: The values of placeholders, as the database holds them.
        displayed: The same as the customer reads it.
        before: Every row before the first turn.
    """

    def __init__(
        self, database: Database, now: datetime, customer: int, scenario: Scenario, operator: OperatorFacts
    ) -> None:
        super().__init__(database, now, operator=operator)
        self.customer = customer
        self.stored: Mapping[str, Any] = {}
        self.displayed: Mapping[str, str] = {}
        self.before: StoredRows = {}
        self._language = scenario.language

    async def set_up(self, start: InitialState) -> None:
        """Set up the state before the first turn."""
        await self._read_state()
        for change in start.rows:
            await self._change(change)
            await self._read_state()
        self.configure_systems(start)

    async def run_side_effect(self, effect: SideEffect) -> None:
        """Run an operation as the customer would over REST, outside the conversation.

        Raises:
            ToolError: It is refused.
        """
        await self.toolbox.run(effect.operation, filled(effect.arguments, self.stored), self._caller)

    async def rows(self) -> StoredRows:
        """Return every row as it is now."""
        async with self.database.session() as session:
            found = {
                name: (await session.execute(select(table))).mappings().all()
                for name, table in Base.metadata.tables.items()
            }
        return table_rows(found)

    def configure_systems(self, settings: OutsideSystems) -> None:
        """Configure the outside systems that are named; the others stay as they are."""
        if (payment := settings.payment) is not None:
            self.payment.decline = payment.decline or ("CARD_DECLINED" if payment.declined else None)
            self.payment.timeout, self.payment.charge_before_timeout = payment.timeout, payment.charge_before_timeout
        if (speed := settings.speed_test) is not None:
            reading = SpeedReading(speed.download, speed.upload, speed.ping, speed.server)
            self.speed_test.unavailable = speed.unavailable
            self.speed_test.readings |= {line["number"]: reading for line in self._own("lines")}
        if settings.network is not None:
            self._set_network(settings.network)

    def _set_network(self, network: Network) -> None:
        region = network.region or self.stored["region"]
        if region not in self.network.regions():
            raise LookupError(f"the network has no region {region}")
        self.network.unavailable = network.unavailable
        if network.status == "operational":
            self.network.incidents.pop(region, None)
        elif network.status is not None:
            self.network.incidents[region] = Incident(NetworkStatus(network.status), network.issue, 1, 4, 10.0)

    @property
    def _caller(self) -> Caller:
        return Caller(self.customer, takes_defaults=True)

    def _own(self, table: str) -> list[Mapping[str, Any]]:
        return [row.values for row in self.before[table] if row.owner == self.customer]

    async def _read_state(self) -> None:
        """Read the rows for placeholders and for later comparison."""
        self.before = await self.rows()
        listed = await self.toolbox.run("get_available_packages", {}, self._caller)
        offered: Sequence[Mapping[str, Any]] = listed.model_dump(mode="json")["packages"]
        self.stored, self.displayed = placeholders(self.before, self.customer, offered, self._language)

    async def _change(self, change: RowChange) -> None:
        """Change rows of the customer.

        Raises:
            LookupError: There is none to change.
        """
        table = Base.metadata.tables[change.table]
        values = {name: self._typed(table, name, value) for name, value in filled(change.set, self.stored).items()}
        if table.name == "lines" and "package" in values:
            values["package_id"] = self._package_id(values.pop("package"))
        async with self.database.write_session() as session:
            if change.insert:
                if "customer_id" in table.columns:
                    values.setdefault("customer_id", self.customer)
                await session.execute(insert(table).values(values))
                return
            where = filled(change.where, self.stored)
            chosen = [row for row in self._own(table.name) if same(row, where)]
            if not chosen:
                raise LookupError(f"start.rows: this customer has no such row of {table.name}: {where}")
            for row in chosen:
                key = and_(*(column == row[column.name] for column in table.primary_key))
                await session.execute(update(table).where(key).values(values) if values else delete(table).where(key))

    def _typed(self, table: Table, name: str, value: Any) -> Any:
        """Convert a value of a file to its column's type; a whole number for a day or a time means days from now."""
        kind = table.columns[name].type if name in table.columns else None
        if isinstance(kind, Exact) and value is not None:
            return Decimal(str(value))
        if isinstance(kind, Date | Moment) and isinstance(value, int):
            moment = self.now + timedelta(days=value)
            return moment if isinstance(kind, Moment) else moment.date()
        if isinstance(kind, Moment) and isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=ISTANBUL)
        return value

    def _package_id(self, name: str) -> int:
        for row in self.before["packages"]:
            if row.values["name"] == name:
                return int(row.values["id"])
        raise LookupError(f"there is no package {name}")
