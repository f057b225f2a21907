"""The client for programs with an event loop."""

from telekom_client.asynchronous.client import AsyncTelekomClient

__all__ = ["AsyncTelekomClient"]
