"""All tables, one import for the rest of the code: ``from database.tables import Bill, Customer``.

Rules that must hold whoever writes are constraints of the tables (one main line per customer, one live payment per
bill, one unfinished ticket per customer and category, one unfinished hand-over per thread). Other business rules live
in ``tools``. Importing this package puts every table into ``Base.metadata``, which Alembic compares with the database.
"""

from database.base import Base
from database.tables.audit import AuditEntry, IdempotencyRecord
from database.tables.billing import Autopay, BillItemRow, BillRow, Payment
from database.tables.customers import Account, AccountChange, AccountIdentity, CustomerRow
from database.tables.experiments import Experiment, ExperimentResult, RunSet, RunSetTurn
from database.tables.handovers import Handover
from database.tables.lines import LineRow, PackageRow, Quota
from database.tables.logins import Login
from database.tables.photos import Photo
from database.tables.rate_counters import RateCounter
from database.tables.receipts import Receipt, ReceiptChain
from database.tables.runs import PromptText, ReplayRun, Run, RunRecord, RunSnapshot
from database.tables.texts import TextLabel, TextRollout, TextVersion
from database.tables.threads import Thread, ThreadMessage
from database.tables.tickets import TicketRow
from database.tables.turn_keys import TurnKey

__all__ = [
    "Account",
    "AccountChange",
    "AccountIdentity",
    "AuditEntry",
    "Autopay",
    "Base",
    "BillRow",
    "BillItemRow",
    "CustomerRow",
    "Experiment",
    "ExperimentResult",
    "Handover",
    "IdempotencyRecord",
    "LineRow",
    "Login",
    "PackageRow",
    "Payment",
    "Photo",
    "PromptText",
    "Quota",
    "RateCounter",
    "Receipt",
    "ReceiptChain",
    "ReplayRun",
    "Run",
    "RunRecord",
    "RunSet",
    "RunSetTurn",
    "RunSnapshot",
    "TextLabel",
    "TextRollout",
    "TextVersion",
    "Thread",
    "ThreadMessage",
    "TicketRow",
    "TurnKey",
]
