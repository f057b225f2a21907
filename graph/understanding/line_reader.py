"""The customer's own lines, and which of them a message means for an operation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.languages import Language
from core.patterns import subscriber_digits
from core.turkish import fold_in_place
from graph.understanding.argument_specs import PACKAGE_ARGUMENT, phones
from graph.understanding.corrections import bettered
from graph.understanding.lines import LineChoice, OwnLine, lines_named, lines_of, may_name_line, own_numbers_in
from graph.understanding.unnamed_lines import without_line_names
from tools.account import CustomerProfile
from tools.caller import Caller
from tools.errors import ToolError
from tools.toolbox import Toolbox

LINE = "line_number"
"""The argument that names a line."""

_PROFILE = "get_customer_profile"


class LineReader:
    """Reads the lines that a message means.

    Args:
        toolbox: The operations; the customer's profile tells the lines.

    Attributes:
        toolbox: The same.
    """

    def __init__(self, toolbox: Toolbox) -> None:
        self.toolbox = toolbox

    async def continues(self, operation: str | None, text: str, caller: Caller, spoken_of: str | None) -> bool:
        """Return True if a text names lines for a look-up that was answered before: "yok, ikinci hattımın".

        Args:
            operation: The operation that was answered.
            text: The customer's words.
            caller: The customer.
            spoken_of: The line of the last call.
        """
        if operation is None or self.toolbox.is_write(operation):
            return False
        return await self.named(operation, text, caller, spoken_of, reply=True) is not None

    async def named(
        self, operation: str, text: str, caller: Caller, spoken_of: str | None, *, reply: bool = False
    ) -> LineChoice | None:
        """Return the lines that a message means for an operation; None where it names none.

        Args:
            operation: Name of the tool.
            text: The customer's words.
            caller: The customer.
            spoken_of: The line of the last call.
            reply: Whether the words answer the question for a line.
        """
        bare = reply or operation not in PACKAGE_ARGUMENT
        if LINE not in self.toolbox.get(operation).arguments.model_fields or not may_name_line(text, bare=bare):
            return None
        profile = await self.profile(caller)
        if profile is None:
            return None
        lines = lines_of(profile.model_dump(mode="json"))
        if parts := bettered(text):  # "ikinci hattı, pardon üçüncüyü": the better one counts
            earlier, later = (lines_named(part, lines, spoken_of=spoken_of, bare=True) for part in parts)
            if earlier is not None and later is not None and later.numbers:
                return later
        plural = not self.toolbox.is_write(operation)
        return lines_named(text, lines, spoken_of=spoken_of, bare=bare, plural=plural)

    async def own(self, text: str, caller: Caller, *, bare: bool = False) -> list[OwnLine]:
        """Return the customer's lines, the main one first; none where a text certainly names no line.

        Args:
            text: The customer's words.
            caller: The customer.
            bare: Whether places without a noun ("ikinciyi") may mean lines.
        """
        profile = await self.profile(caller) if may_name_line(text, bare=bare) else None
        return [] if profile is None else lines_of(profile.model_dump(mode="json"))

    async def names_stranger(self, text: str, caller: Caller) -> bool:
        """Return True for a text with a telephone number that is none of the customer's."""
        found = phones(text)
        profile = await self.profile(caller) if found else None
        if profile is None:
            return False
        return len(own_numbers_in(text, [each.number for each in profile.phone_numbers])) < len(found)

    async def all_of(self, caller: Caller) -> list[str]:
        """Return the numbers of the customer's lines, the main one first."""
        profile = await self.profile(caller)
        return [] if profile is None else [line.number for line in lines_of(profile.model_dump(mode="json"))]

    async def without_own(self, text: str, caller: Caller) -> str | None:
        """Return a text without the customer's own numbers and name; None where it names neither.

        A customer who names his own line asks for nothing that is not his.
        """
        profile = await self.profile(caller)
        if profile is None:
            return None
        own = {subscriber_digits(each.number) for each in profile.phone_numbers}
        rest = text
        for number in phones(text):
            if subscriber_digits(number) in own:
                rest = re.sub(rf"{re.escape(number)}(?:['’]\w+)?(?:\s+(?:numaral\w+|no'?lu))?", " ", rest)
        at = fold_in_place(rest).find(fold_in_place(profile.name))
        if at >= 0:
            rest = f"{rest[:at]} {rest[at + len(profile.name) :]}"
        rest = " ".join(rest.split())
        return rest if rest and rest != " ".join(text.split()) else None

    async def unnamed(self, text: str, caller: Caller, language: Language) -> str | None:
        """Return a text with the plain word for a line where it names one; None where it names none."""
        own = await self.own(text, caller)
        return without_line_names(text, own, language) if own else None

    async def suspended(self, text: str, caller: Caller, number: str | None = None) -> tuple[str | None, bool]:
        """Return the line that is spoken of and whether it is suspended; None where that is not clear.

        Args:
            text: The customer's words.
            caller: The customer.
            number: The line, where it is known already.
        """
        profile = await self.profile(caller)
        if profile is None:
            return None, False
        data = profile.model_dump(mode="json")
        if number is None:
            named = await self.named("test_internet_speed", text, caller, None)
            own = [line.number for line in lines_of(data)]
            numbers: Sequence[str] = named.numbers if named else own
            number = numbers[0] if len(numbers) == 1 else None
        status = {each["number"]: each["status"] for each in data["phone_numbers"]}
        return number, status.get(number or "") == "suspended"

    async def profile(self, caller: Caller) -> CustomerProfile | None:
        """Return the customer's profile; None where it cannot be read."""
        try:
            found = await self.toolbox.run(_PROFILE, {}, caller)
        except ToolError:
            return None
        return found if isinstance(found, CustomerProfile) else None
