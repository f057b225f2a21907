"""Refusals of operations, one tree. Their texts are Turkish, safe for the customer, and name the next step.

```
ToolError                        code, status, message, details, next_step
├── ValidationFailed             422  VALIDATION_ERROR
│   └── InvalidMethod, InvalidPackage, InvalidRegion, InvalidContactType, InvalidContactValue
├── NotFound                     404
│   └── NoBill, BillNotFound, QuotaNotFound, PackageNotFound, TicketNotFound, LineNotFound
├── Conflict                     409  the state forbids it
│   ├── BillAlreadyPaid, IneligibleForPackage, CommitmentExists, PackageChangeFailed, DuplicateTicketFound,
│   │   SimilarTicketFound, TicketAlreadyClosed, OutstandingBill, LineSuspended, LineAlreadySuspended,
│   │   LineNotSuspended, RoamingOnHomeLine
│   └── MultipleLines, IdempotencyConflict, OutsideSystemRefused
├── PaymentRefused               402  nothing was charged
│   └── InsufficientFunds, CardDeclined
└── Unavailable                  503  a system that the operation needs does not answer; ``retry_after`` is set
    └── PaymentSystemTimeout, TicketCreationFailed, OutsideSystemFailed, ToolTimeout
```
"""

from tools.errors.base import (
    Conflict,
    IdempotencyConflict,
    NotFound,
    OutsideSystemFailed,
    OutsideSystemRefused,
    ToolError,
    ToolTimeout,
    Unavailable,
    ValidationFailed,
    error_class,
    status_of,
)
from tools.errors.billing import (
    BillAlreadyPaid,
    BillNotFound,
    CardDeclined,
    InsufficientFunds,
    InvalidMethod,
    NoBill,
    OutstandingBill,
    PaymentRefused,
    PaymentSystemTimeout,
)
from tools.errors.lines import (
    InvalidContactType,
    InvalidContactValue,
    LineAlreadySuspended,
    LineNotFound,
    LineNotSuspended,
    LineSuspended,
    MultipleLines,
    RoamingOnHomeLine,
)
from tools.errors.packages import (
    CommitmentExists,
    IneligibleForPackage,
    InvalidPackage,
    PackageChangeFailed,
    PackageNotFound,
    QuotaNotFound,
)
from tools.errors.support import (
    DuplicateTicketFound,
    InvalidRegion,
    SimilarTicketFound,
    TicketAlreadyClosed,
    TicketCreationFailed,
    TicketNotFound,
)

__all__ = [
    "BillAlreadyPaid",
    "BillNotFound",
    "CardDeclined",
    "CommitmentExists",
    "Conflict",
    "DuplicateTicketFound",
    "IdempotencyConflict",
    "IneligibleForPackage",
    "InsufficientFunds",
    "InvalidContactType",
    "InvalidContactValue",
    "InvalidMethod",
    "InvalidPackage",
    "InvalidRegion",
    "LineAlreadySuspended",
    "LineNotFound",
    "LineNotSuspended",
    "LineSuspended",
    "MultipleLines",
    "NoBill",
    "NotFound",
    "OutsideSystemFailed",
    "OutsideSystemRefused",
    "OutstandingBill",
    "PackageChangeFailed",
    "PackageNotFound",
    "PaymentRefused",
    "PaymentSystemTimeout",
    "QuotaNotFound",
    "RoamingOnHomeLine",
    "SimilarTicketFound",
    "TicketAlreadyClosed",
    "TicketCreationFailed",
    "TicketNotFound",
    "ToolError",
    "ToolTimeout",
    "Unavailable",
    "ValidationFailed",
    "error_class",
    "status_of",
]
