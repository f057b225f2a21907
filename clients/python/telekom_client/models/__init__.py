"""The answers of the service as pydantic models.

Fields that a newer server adds are ignored. Amounts are exact decimals in Turkish lira; dates are the server's, times
carry their zone. Statuses are plain strings, so that a new one does not break an older client.
"""

from telekom_client.models.accounts import AccessToken, Account
from telekom_client.models.base import (
    Answer,
    ContactType,
    Empty,
    HandoverStatus,
    PaymentMethod,
    TicketCategory,
    TicketPriority,
    UserRole,
)
from telekom_client.models.chat import (
    ChatAnswer,
    ChatEvent,
    ChatMessage,
    Conversation,
    Done,
    FollowEvent,
    HandoverChange,
    HandoverState,
    Health,
    Metadata,
    Option,
    Pending,
    SessionPage,
    SessionSummary,
    Step,
    Token,
    ToolCall,
    ToolResult,
)
from telekom_client.models.handovers import Handover, HandoverPage, TriedOperation
from telekom_client.models.operations import (
    AutopayState,
    AvailablePackages,
    CurrentBill,
    CustomerPackage,
    CustomerProfile,
    Features,
    OfferedPackage,
    PackageChange,
    PackageDetails,
    PaidBill,
    PastBill,
    PastBills,
    PastPayment,
    PaymentHistory,
    PhoneNumber,
    ReactivatedLine,
    RemainingQuotas,
    RoamingState,
    Service,
    SuspendedLine,
    UpdatedContact,
    UsagePercentage,
)
from telekom_client.models.photos import Photo, PhotoList
from telekom_client.models.prompts import LabelPlace, TextDifference, TextList, TextRow, TextVersion, VersionList
from telekom_client.models.rollouts import (
    ComparedMeasure,
    Rollout,
    RolloutDetail,
    RolloutFigures,
    RolloutList,
    RolloutMeasure,
    RolloutSide,
)
from telekom_client.models.runs import Difference, Feedback, KeptBack, Rerun, Run, RunPage, RunSummary
from telekom_client.models.service import KnownOutage, Liveness, Readiness, ServiceStatus
from telekom_client.models.support import (
    ActiveOutage,
    CreatedTicket,
    ListedTicket,
    NetworkStatus,
    SpeedTestResult,
    TicketList,
    TicketState,
)
from telekom_client.models.users import InvitedUser, User, UserChange, UserDetail, UserList

Method = PaymentMethod
Category = TicketCategory
Priority = TicketPriority
"""Names of the first release."""

__all__ = [
    "AccessToken", "Account", "ActiveOutage", "Answer", "AutopayState", "AvailablePackages", "Category", "ChatAnswer",
    "ChatEvent", "ChatMessage", "ComparedMeasure", "ContactType", "Conversation", "CreatedTicket", "CurrentBill",
    "CustomerPackage", "CustomerProfile", "Difference", "Done", "Empty", "Features", "Feedback", "FollowEvent",
    "Handover", "HandoverChange", "HandoverPage", "HandoverState", "HandoverStatus", "Health", "InvitedUser",
    "KeptBack", "KnownOutage", "LabelPlace", "ListedTicket", "Liveness", "Metadata", "Method", "NetworkStatus",
    "OfferedPackage", "Option", "PackageChange", "PackageDetails", "PaidBill", "PastBill", "PastBills", "PastPayment",
    "PaymentHistory", "PaymentMethod", "Pending", "PhoneNumber", "Photo", "PhotoList", "Priority", "ReactivatedLine",
    "Readiness", "RemainingQuotas", "Rerun", "RoamingState", "Rollout", "RolloutDetail", "RolloutFigures",
    "RolloutList", "RolloutMeasure", "RolloutSide", "Run", "RunPage", "RunSummary", "Service", "ServiceStatus",
    "SessionPage", "SessionSummary", "SpeedTestResult", "Step", "SuspendedLine", "TextDifference", "TextList",
    "TextRow", "TextVersion", "TicketCategory", "TicketList", "TicketPriority", "TicketState", "Token", "ToolCall",
    "ToolResult", "TriedOperation", "UpdatedContact", "UsagePercentage", "User", "UserChange", "UserDetail", "UserList",
    "UserRole", "VersionList",
]  # fmt: skip
