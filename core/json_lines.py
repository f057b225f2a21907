"""Files of one JSON object a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_json_lines(*files: Path) -> list[dict[str, Any]]:
    """Return the objects of some files, one after the other; empty lines are passed over.

    Raises:
        OSError: A file cannot be read.
        json.JSONDecodeError: A line is no JSON.
    """
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
