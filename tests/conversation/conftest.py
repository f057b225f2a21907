"""The service with scripted models, as the tests of the HTTP interface have it."""

from __future__ import annotations

from tests.api.conftest import fresh_event_streams, seeded_folder, stage

__all__ = ["fresh_event_streams", "seeded_folder", "stage"]
