"""The customer's own record: reading it, and changing contact information."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from core.patterns import normal_email, normal_phone
from ports.errors import OutsideSystemError
from ports.notification import Message
from ports.values import ContactType
from tools.caller import Caller, Context
from tools.errors import InvalidContactValue
from tools.once import write_once
from tools.schema import Arguments, NoArguments, Preview, Result, spoken, words_of
from tools.writes import Change, Planned, key_of

_SHORTEST_ADDRESS = 5
_log = logging.getLogger(__name__)
_CHANGED = (
    "İletişim bilginiz isteğiniz üzerine değiştirildi. Bu işlemi siz yapmadıysanız lütfen bizi arayınız. | "
    "Your contact details were changed at your request. If that was not you, please call us."
)


_EXAMPLES = {
    ContactType.PHONE: ("telefon", "0532 000 00 00"),
    ContactType.EMAIL: ("e-posta", "ad@example.com"),
    ContactType.ADDRESS: ("adres", "mahalle, sokak, kapı numarası, ilçe ve il"),
}
_WORDS = {
    ContactType.PHONE: "telefon, telefon numarası, cep, cep telefonu, gsm, numara, tel",
    ContactType.EMAIL: "e-posta, eposta, e-posta adresi, mail, e-mail, mail adresi, elektronik posta",
    ContactType.ADDRESS: "adres, ev adresi, fatura adresi, ikamet adresi",
}


class ContactArguments(Arguments):
    """Arguments of ``update_customer_contact``."""

    contact_type: Annotated[ContactType, BeforeValidator(spoken(words_of(_WORDS)))] = Field(
        description="Which contact information changes"
    )
    new_value: str = Field(min_length=1, max_length=200, description="The new value as the customer states it")


class PhoneNumber(Result):
    """A number that belongs to the customer: a line's, or the one to call back on."""

    number: str
    type: str
    status: str
    suspended_at: datetime | None = None


class CustomerProfile(Result):
    """The customer's record."""

    name: str
    phone_numbers: list[PhoneNumber]
    email: str
    address: str | None
    registration_date: datetime
    customer_tier: str


class UpdatedContact(Result):
    """The contact information before and after; a check by message follows where ``verification_required``."""

    contact_type: ContactType
    old_value: str | None
    new_value: str
    updated_at: datetime
    verification_required: bool


class ContactPreview(Preview):
    """The contact information as it is and as it would be."""

    contact_type: ContactType
    old_value: str | None
    new_value: str


async def get_customer_profile(context: Context, caller: Caller, arguments: NoArguments) -> CustomerProfile:
    """Show the customer's own record: name, phone numbers, e-mail, address, since when a customer, and the tier."""
    customer = await context.ports.customers.customer(caller.customer_id)
    lines = await context.ports.customers.lines(caller.customer_id)
    numbers = [
        PhoneNumber(
            number=line.number, type=line.kind.value, status=line.status.value, suspended_at=line.suspended_at
        )
        for line in lines
    ]  # fmt: skip
    if customer.phone not in [number.number for number in numbers]:
        numbers.append(PhoneNumber(number=customer.phone, type="contact", status="active"))
    return CustomerProfile(
        name=customer.name,
        phone_numbers=numbers,
        email=customer.email,
        address=customer.address,
        registration_date=customer.registered_at,
        customer_tier=customer.tier,
    )


async def update_customer_contact(context: Context, caller: Caller, arguments: ContactArguments) -> UpdatedContact:
    """Change the customer's contact phone, e-mail or address, at once. The login name stays as it is."""
    key = key_of(caller)

    async def plan() -> Planned[UpdatedContact]:
        preview = await preview_contact(context, caller, arguments)
        kind, value = preview.contact_type, preview.new_value
        result = UpdatedContact(
            contact_type=kind,
            old_value=preview.old_value,
            new_value=value,
            updated_at=context.now(),
            verification_required=kind != ContactType.ADDRESS,
        )
        label, example = _EXAMPLES[kind]
        return Planned(
            Change(result, before={kind.value: preview.old_value}, after={kind.value: value}),
            lambda key: context.ports.customers.set_contact(caller.customer_id, kind, value, key=key),
            details={"label": label, "example": example, "contact_type": kind.value},
        )

    keyed = replace(caller, idempotency_key=key)
    done = await write_once(
        context, keyed, "update_customer_contact", arguments, UpdatedContact, plan, writes="customers"
    )
    if done.verification_required:
        await _announce(context, keyed, done, key)
    return done


async def _announce(context: Context, caller: Caller, done: UpdatedContact, key: str) -> None:
    """Send a message to the new address; the change stands, whether that succeeds or not."""
    way: Literal["mail", "sms"] = "mail" if done.contact_type == ContactType.EMAIL else "sms"
    message = Message(caller.customer_id, way, done.new_value, _CHANGED)
    try:
        await context.ports.notification.send(message, key=key)
    except OutsideSystemError as error:
        _log.warning("customer %s was not told of a change: %s", caller.customer_id, error)


async def preview_contact(context: Context, caller: Caller, arguments: ContactArguments) -> ContactPreview:
    """Return the preview of ``update_customer_contact``."""
    customer = await context.ports.customers.customer(caller.customer_id)
    kind = arguments.contact_type
    new_value = _checked(kind, arguments.new_value)
    return ContactPreview(
        operation="update_customer_contact",
        arguments={"contact_type": kind.value, "new_value": new_value},
        contact_type=kind,
        old_value=getattr(customer, kind.value),
        new_value=new_value,
    )


def _checked(kind: ContactType, value: str) -> str:
    """Return the value in the form in which it is stored.

    Raises:
        InvalidContactValue: The value cannot be of this kind.
    """
    normal = _NORMAL_FORM[kind](value)
    if normal is not None:
        return normal
    label, example = _EXAMPLES[kind]
    raise InvalidContactValue(label=label, example=example, contact_type=kind.value)


def _normal_address(text: str) -> str | None:
    """Return a postal address with single spaces, or None for a text without letters or of a few characters."""
    plausible = len(text) >= _SHORTEST_ADDRESS and any(character.isalpha() for character in text)
    return " ".join(text.split()) if plausible else None


_NORMAL_FORM = {
    ContactType.PHONE: normal_phone,
    ContactType.EMAIL: normal_email,
    ContactType.ADDRESS: _normal_address,
}
"""The form in which each kind of contact information is stored; None where the value cannot be one."""
