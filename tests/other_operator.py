"""The second operator of ``evaluation/operators`` in a folder, and what no customer of his may read."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from core import turkish
from core.operator_facts import OperatorFacts, load_operator
from database.seed.catalogue import catalogue, package_names
from evaluation.operators import NORTHWIND
from service.operator_folder import read_answers, write_folder


def northwind(folder: Path) -> Path:
    """Make the operator's folder as ``telekom init --answers`` makes it."""
    write_folder(folder, read_answers(NORTHWIND / "answers.yaml"))
    return folder


def demo_words() -> re.Pattern[str]:
    """Return a pattern of what only the demo operator says: his name, ways to reach him, fees and packages."""
    demo = load_operator()
    said = {demo.name.tr, demo.name.en, demo.phone, demo.phone_from_abroad, demo.email, *package_names()}
    said |= {hours for value in (demo.phone_hours, demo.shop_hours) for hours in (value.tr, value.en)}
    for fee in {*_fees(demo), *(package.monthly_fee for package in catalogue())}:
        said |= {turkish.amount(fee, locale="tr"), turkish.amount(fee, locale="en")}
    # "telekom" in small letters is the program's name, in addresses and identifiers.
    longest_first = sorted(map(re.escape, said), key=len, reverse=True)
    return re.compile(rf"(?<![\w.,])(?:{'|'.join(longest_first)})")


def _fees(operator: OperatorFacts) -> set[Decimal]:
    return {getattr(operator, name) for name in OperatorFacts.model_fields if name.endswith("_fee")} - {Decimal(0)}
