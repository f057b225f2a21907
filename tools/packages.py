"""Packages: what a line has, what is left of it, and what else there is. The change is in ``package_change.py``."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field

from core import turkish
from core.operator_facts import OperatorFacts
from ports.catalogue import Package
from ports.customers import Customer
from ports.values import CustomerKind
from tools.caller import Caller, Context, owned_line
from tools.errors import PackageNotFound, QuotaNotFound
from tools.schema import Arguments, LineArguments, Money, NoArguments, Result

LOW_QUOTA_PERCENT = 80.0
"""A quota counts as low from this used share on."""


class PackageArguments(Arguments):
    """Arguments of ``get_package_details``."""

    package_name: str = Field(min_length=1, max_length=80, description="The package as the customer names it")


class Features(Result):
    """The monthly allowances of a package."""

    internet_gb: int
    voice_minutes: int
    sms_count: int
    roaming_enabled: bool
    international_minutes: int


class CustomerPackage(Result):
    """The package of one line."""

    package_name: str
    monthly_fee: Money
    features: Features
    activation_date: date
    renewal_date: date
    commitment_until: date | None


class UsagePercentage(Result):
    """The used share of each allowance, in percent."""

    internet: float
    voice: float
    sms: float


class RemainingQuotas(Result):
    """The rest of each allowance until ``period_end``."""

    internet_remaining_gb: Money
    voice_remaining_minutes: int
    sms_remaining: int
    period_end: date
    usage_percentage: UsagePercentage


class OfferedPackage(Result):
    """One package in the list; its commitment is in months."""

    name: str
    monthly_fee: Money
    features: Features
    target_audience: str
    contract_duration: int
    setup_fee: Money


class AvailablePackages(Result):
    """The packages that the caller may choose from, cheapest first."""

    packages: list[OfferedPackage]


class PackageDetails(Result):
    """Everything about one package; the contract's duration is in months."""

    name: str
    monthly_fee: Money
    setup_fee: Money
    features: Features
    contract_duration: int
    cancellation_fee: Money


async def get_customer_package(context: Context, caller: Caller, arguments: LineArguments) -> CustomerPackage:
    """Show the customer's own package: name, monthly fee, what it holds, and when it began and renews."""
    line = await owned_line(context, caller, arguments.line_number)
    return CustomerPackage(
        package_name=line.package.name,
        monthly_fee=line.package.monthly_fee,
        features=_features(line.package, roaming=line.roaming_enabled),
        activation_date=line.package_since,
        renewal_date=line.renewal_date,
        commitment_until=_running(line.commitment_until, context),
    )


def _running(until: date | None, context: Context) -> date | None:
    """The end of a commitment that has not ended yet."""
    return until if until is not None and until > context.today() else None


async def get_remaining_quotas(context: Context, caller: Caller, arguments: LineArguments) -> RemainingQuotas:
    """Show how much internet, minutes and SMS are left in the running period, and how much is used in percent."""
    line = await owned_line(context, caller, arguments.line_number)
    used = await context.ports.usage.usage(caller.customer_id, line.number)
    if used is None:
        raise QuotaNotFound(line_number=line.number)
    package = line.package
    return RemainingQuotas(
        internet_remaining_gb=max(Decimal(0), package.internet_gb - used.internet_used_gb),
        voice_remaining_minutes=max(0, package.voice_minutes - used.voice_used),
        sms_remaining=max(0, package.sms_count - used.sms_used),
        period_end=used.period_end,
        usage_percentage=UsagePercentage(
            internet=_percent(used.internet_used_gb, package.internet_gb),
            voice=_percent(used.voice_used, package.voice_minutes),
            sms=_percent(used.sms_used, package.sms_count),
        ),
    )


async def get_available_packages(context: Context, caller: Caller, arguments: NoArguments) -> AvailablePackages:
    """List the packages that the customer can choose from, cheapest first."""
    customer = await context.ports.customers.customer(caller.customer_id)
    packages = sorted(await context.ports.catalogue.packages(), key=lambda package: (package.monthly_fee, package.name))
    return AvailablePackages(
        packages=[
            OfferedPackage(
                name=package.name,
                monthly_fee=package.monthly_fee,
                features=_features(package),
                target_audience=package.target_audience,
                contract_duration=package.contract_months,
                setup_fee=package.setup_fee,
            )
            for package in packages
            if eligible(customer, package)
        ]
    )


async def get_package_details(context: Context, caller: Caller, arguments: PackageArguments) -> PackageDetails:
    """Show everything about one package by its name: fees, what it holds, commitment and its early-termination fee."""
    package, nearest = await package_named(context, arguments.package_name)
    if package is None:
        package = await _own_off_sale(context, caller, arguments.package_name)
    if package is None:
        raise PackageNotFound(value=arguments.package_name, nearest=nearest, next_step=suggest(nearest))
    return PackageDetails(
        name=package.name,
        monthly_fee=package.monthly_fee,
        setup_fee=package.setup_fee,
        features=_features(package),
        contract_duration=package.contract_months,
        cancellation_fee=package.cancellation_fee,
    )


async def package_named(context: Context, name: str) -> tuple[Package | None, list[str]]:
    """The package that the customer means, or else the nearest names."""
    packages = {package.name: package for package in await context.ports.catalogue.packages()}
    match = turkish.best_match(name, list(packages))
    return (packages[match], []) if match else (None, turkish.nearest(name, list(packages)))


async def _own_off_sale(context: Context, caller: Caller, name: str) -> Package | None:
    """The package of one of the caller's lines, though it can be bought no more; None where none is meant."""
    own = {line.package.name: line.package for line in await context.ports.customers.lines(caller.customer_id)}
    match = turkish.best_match(name, list(own))
    return own[match] if match else None


async def packages_in(context: Context, words: str) -> list[str]:
    """The packages whose whole names stand in a customer's words."""
    return turkish.named_in(words, [package.name for package in await context.ports.catalogue.packages()])


def suggest(nearest: list[str]) -> str | None:
    """The next step that offers the nearest names; None where there are none."""
    return f"Şunlardan birini mi demek istediniz: {', '.join(nearest)}?" if nearest else None


def eligible(customer: Customer, package: Package) -> bool:
    """Return True if the package is for this kind of customer."""
    return customer.kind == CustomerKind.BUSINESS or not package.business_only


def roaming_daily_fee(package: Package, operator: OperatorFacts) -> Decimal:
    """Return what a day of use abroad costs with a package."""
    return Decimal("0.00") if package.roaming_included else operator.roaming_daily_fee


def _features(package: Package, *, roaming: bool | None = None) -> Features:
    return Features(
        internet_gb=package.internet_gb,
        voice_minutes=package.voice_minutes,
        sms_count=package.sms_count,
        roaming_enabled=package.roaming_included if roaming is None else roaming,
        international_minutes=package.international_minutes,
    )


def _percent(used: Decimal | int, allowance: int) -> float:
    return round(min(100.0, float(used) / allowance * 100), 1) if allowance else 0.0
