"""The log: lines for people, or one JSON object a line for programs; both without personal data."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from core.log_context import REQUEST_ID, RUN_ID
from core.settings import Settings

_TEXT = "%(levelname)s: %(name)s: %(message)s"


def begin_log(settings: Settings) -> None:
    """Write the log of the whole process, uvicorn's included, in the form that the operator chose."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if settings.log_format == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])


class JsonLines(logging.Formatter):
    """Writes a line as JSON: time, level, logger, message, and the ids of the request and of the turn."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name, "message": record.getMessage(),
            "request_id": REQUEST_ID.get(), "run_id": RUN_ID.get(),
            "traceback": self.formatException(record.exc_info) if record.exc_info else None,
        }  # fmt: skip
        return json.dumps({name: value for name, value in line.items() if value is not None}, ensure_ascii=False)
