"""The kinds of fields that results have, by their names: money, days, moments, codes, shares and free words."""

from __future__ import annotations

import re

MONEY = frozenset(
    "amount monthly_fee setup_fee cancellation_fee fee_difference daily_fee reactivation_fee total_amount_paid "
    "total_amount cheapest_fee current_fee new_cancellation_fee current_roaming_daily_fee roaming_daily_fee".split()
)
DATES = frozenset(
    "due_date bill_date paid_date next_payment_date activation_date renewal_date effective_date registration_date "
    "period_end commitment_until date".split()
)
MOMENTS = frozenset(
    "timestamp activation_time created_at resolved_at estimated_resolution suspended_at reactivated_at updated_at "
    "test_timestamp last_updated start_time estimated_end".split()
)
CODES = frozenset(
    "method payment_method current_method autopay_method status category priority contact_type type "
    "customer_tier system".split()
)
PERCENT = frozenset("coverage_percentage internet_percent voice_percent sms_percent".split())
FREE_TEXT = frozenset({"issue_description", "open_description", "note", "reason", "suspension_reason"})
_LIVE = re.compile(r"https?://|[\[\]<>`*_|~]+")
"""What a page would render in the customer's words: links, images, tags and marks."""


def harmless(text: str) -> str:
    """Return somebody's free words without what a page would render."""
    return " ".join(_LIVE.sub(" ", text).split())
