"""Everything about one person over all stores: as a folder to hand over, or erased.

The tables are those of ``database.personal``; the checkpoints of the conversations come from their own store. What an
outside system holds (bank, network) is that system's to tell.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from langchain_core.load import dumpd
from langchain_core.messages import BaseMessage
from langgraph.checkpoint.base import BaseCheckpointSaver
from pydantic import BaseModel

from database.personal import data_of_person, erase_person, shut_out, threads_of_person
from database.session import Database
from service.checkpoints import forget_threads

_Rows = Sequence[Mapping[str, Any]]

FILES: Mapping[str, str] = {
    "customers": "who you are to us: name, contact, contract / sözleşmeniz ve iletişim bilgileriniz",
    "accounts": "logins, without passwords / oturum açma hesapları (şifreler hariç)",
    "logins": "where the person is logged in / açık oturumlar",
    "account_identities": "logins at a provider that lead here / başka bir giriş sistemindeki hesaplarınız",
    "account_changes": "what was done to the logins / hesaplarda yapılan değişiklikler",
    "lines": "phone lines / hatlar",
    "quotas": "use of the lines / kullanım",
    "bills": "bills / faturalar",
    "bill_items": "items of the bills / fatura kalemleri",
    "payments": "payments / ödemeler",
    "autopays": "automatic payment / otomatik ödeme talimatı",
    "tickets": "fault tickets / arıza kayıtları",
    "photos": "photos sent with a fault, as files in photos/ / arıza için gönderdiğiniz fotoğraflar (photos/ içinde)",
    "receipts": "changes that you agreed to / onayladığınız işlemlerin kayıtları",
    "receipt_chains": "ends of the chain of those records / bu kayıtların zincir uçları",
    "audit_entries": "changes of your data / verilerinizdeki değişiklikler",
    "idempotency_records": "answers kept for repeated requests / yinelenen istekler için saklanan yanıtlar",
    "handovers": "conversations handed to a person / temsilciye aktarılan görüşmeler",
    "chat_threads": "conversations / görüşmeler",
    "said_as_colleague": "what you said to customers as our colleague / temsilcimiz olarak yazdıklarınız",
    "chat_messages": "what was said / yazışmalar",
    "chat_runs": "turns of the conversations / görüşme adımları",
    "chat_run_records": "what happened in a turn, masked / adımların maskelenmiş ayrıntıları",
    "chat_run_tapes": "inputs of a turn / adımların girdileri",
    "chat_turn_keys": "keys of requests / istek anahtarları",
    "replay_runs": "turns run again by engineers, masked / mühendislerce yeniden çalıştırılan adımlar",
    "replay_set_turns": "turns in engineers' sets, masked / mühendislerin kümelerindeki maskelenmiş adımlar",
    "replay_results": "those turns under other texts, masked / bu adımların başka metinlerle sonucu, maskelenmiş",
}
"""What stands in the file of each table, in the person's words."""


async def export_person(
    database: Database, checkpointer: BaseCheckpointSaver[Any], customer_id: int, folder: Path, now: datetime
) -> list[str]:
    """Write everything about a person into a new folder, for the person to read.

    Args:
        database: The tables.
        checkpointer: The states of the conversations.
        customer_id: The person's number.
        folder: Made here; it must not be there.
        now: The present time.

    Returns:
        The files, below the folder.

    Raises:
        CustomerNotFound: There is no such customer.
        FileExistsError: The folder is there.
    """
    found = await data_of_person(database, customer_id)
    states = {
        thread_id: await _states(checkpointer, thread_id)
        for thread_id in await threads_of_person(database, customer_id)
    }
    return await asyncio.to_thread(_write_all, customer_id, found, states, folder, now)


async def forget_person(
    database: Database, checkpointer: BaseCheckpointSaver[Any], customer_id: int, now: datetime
) -> dict[str, int]:
    """Erase a person over all stores; erasing again finishes what was interrupted.

    Returns:
        Deleted or emptied rows by table, and conversations in the store of states.

    Raises:
        CustomerNotFound: There is no such customer.
        PaymentRuns: A payment is not settled yet; nothing was erased.
    """
    await shut_out(database, customer_id, now)
    # Before their rows, which name them, and after: a turn that was running may have written a state meanwhile.
    threads = await threads_of_person(database, customer_id)
    await forget_threads(checkpointer, threads)
    done = await erase_person(database, customer_id, now)
    await forget_threads(checkpointer, threads)
    return {**done, **({"states": len(threads)} if threads else {})}


async def _states(checkpointer: BaseCheckpointSaver[Any], thread_id: str) -> list[dict[str, Any]]:
    """Return the states of a conversation, the newest first, with what was written between them."""
    config = {"configurable": {"thread_id": thread_id}}
    return [
        {"values": each.checkpoint["channel_values"], "written": each.pending_writes or []}
        async for each in checkpointer.alist(config)  # type: ignore[arg-type]  # a plain dictionary does
    ]


def _write_all(
    customer_id: int, found: Mapping[str, _Rows], states: Mapping[str, Any], folder: Path, now: datetime
) -> list[str]:
    folder.mkdir(parents=True, mode=0o700)
    photos = [_write_photo(folder, row) for row in found["photos"]]
    found = {**found, "photos": [{**row, "content": name} for row, name in zip(found["photos"], photos, strict=True)]}
    files = [_write(folder, f"data/{name}.json", _json(rows)) for name, rows in found.items() if rows]
    for number, thread in enumerate(found["chat_threads"], start=1):
        said = [row for row in found["chat_messages"] if row["thread_id"] == thread["id"]]
        if said:
            name = f"conversations/{number:03d}-{thread['created_at']:%Y-%m-%d}.md"
            files.append(_write(folder, name, _transcript(thread, said)))
        if states.get(thread["id"]):
            files.append(_write(folder, f"states/{number:03d}.json", _json(states[thread["id"]])))
    return [_write(folder, "README.md", _contents(customer_id, found, files, now)), *files]


def _write(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return name


def _write_photo(folder: Path, row: Mapping[str, Any]) -> str:
    """Write a photo as a file, and return its name in the row's place of the bytes."""
    name = f"photos/{row['id']}.jpg"
    (folder / "photos").mkdir(exist_ok=True)
    (folder / name).write_bytes(row["content"])
    return name


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, BaseMessage):
        return dumpd(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return str(value) if isinstance(value, Decimal) else repr(value)


def _transcript(thread: Mapping[str, Any], said: _Rows) -> str:
    lines = [f"# {thread['title'] or '-'}", ""]
    lines += [f"**{row['at']:%d.%m.%Y %H:%M} {row['role']}:** {row['text']}\n" for row in said]
    return "\n".join(lines)


def _contents(customer_id: int, found: Mapping[str, _Rows], files: Sequence[str], now: datetime) -> str:
    lines = [
        f"# Customer {customer_id} | Müşteri {customer_id}",
        "",
        f"Everything that we keep about you, on {now:%d.%m.%Y %H:%M}. | Hakkınızda sakladığımız her şey.",
        "",
        "| file, dosya | entries, kayıt | what it is, içerik |",
        "|---|---|---|",
    ]
    for file in files:
        folder, _, name = file.partition("/")
        table = name.removesuffix(".json")
        if folder == "data":
            lines.append(f"| `{file}` | {len(found[table])} | {FILES.get(table, table)} |")
        elif folder == "conversations":
            lines.append(f"| `{file}` | | a conversation to read / okunabilir görüşme |")
        else:
            lines.append(f"| `{file}` | | what the assistant remembers of it / asistanın hatırladıkları |")
    return "\n".join(lines) + "\n"
