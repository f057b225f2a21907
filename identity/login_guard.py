"""Slows guessing down without locking anybody out: wrong logins are counted before a password is looked at.

A stranger's tries are counted by account and address, by address, and by account over all addresses. Somebody who has
logged in before is not counted among the strangers: a browser shows the device token that its last login left there and
has a count of its own, and an address from which the account logged in is not held up by what others try elsewhere.
After the idea of https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.rate_limits import RateLimits
from identity.tokens import DeviceTokens

HERE, ADDRESS, ACCOUNT = "logins", "logins_address", "logins_account"
"""Names of the limits: one account from one place, one address, one account from all places that it does not know."""
_KNOWN = "known address"
_KNOWN_SECONDS = 90 * 24 * 60 * 60


@dataclass(frozen=True)
class Visitor:
    """Where a login is tried.

    Attributes:
        address: The network address.
        device: The device token of the browser; None without one.
    """

    address: str
    device: str | None = None


class LoginGuard:
    """Counts the tries to log in.

    Args:
        limits: The limits, on a store that all processes share.
        devices: Reads the device tokens.
    """

    def __init__(self, limits: RateLimits, devices: DeviceTokens) -> None:
        self._limits = limits
        self._devices = devices

    async def begin(self, login: str, visitor: Visitor) -> None:
        """Count a try as a wrong one, before its password is looked at: many at once are as slow as one by one.

        Args:
            login: The login in its normal form, whether there is such an account or not.
            visitor: Where it is tried.

        Raises:
            LimitReached: There were too many; this one is not looked at.
        """
        device = self._devices.read(visitor.device, self._named(login))
        async with self._limits.together():
            if device is not None:
                await self._limits.take(HERE, login, "device", device)
                return
            await self._limits.take(HERE, login, visitor.address)
            await self._limits.take(ADDRESS, visitor.address)
            if not await self._limits.storage.get(self._known(login, visitor)):
                await self._limits.take(ACCOUNT, login)

    async def succeeded(self, login: str, visitor: Visitor) -> None:
        """Take the count of a try back whose password was right, and know its address from now on."""
        device = self._devices.read(visitor.device, self._named(login))
        async with self._limits.together():
            if device is not None:
                await self._limits.clear(HERE, login, "device", device)
                return
            await self._limits.clear(HERE, login, visitor.address)
            await self._limits.give_back(ADDRESS, visitor.address)
            known = self._known(login, visitor)
            if not await self._limits.storage.get(known):
                await self._limits.give_back(ACCOUNT, login)
            await self._limits.storage.clear(known)
            await self._limits.storage.incr(known, _KNOWN_SECONDS)

    def device_token(self, login: str) -> str:
        """Return a token that lets a browser be known again at its next login; it is no login."""
        return self._devices.issue(self._named(login))

    def _known(self, login: str, visitor: Visitor) -> str:
        return self._limits.digest(_KNOWN, login, visitor.address)

    def _named(self, login: str) -> str:
        return self._limits.digest("device of", login)
