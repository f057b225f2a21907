"""Fields: names in braces that stand for facts in a text that people write (``{due_date}``)."""

from __future__ import annotations

import re

FIELD = re.compile(r"\{([a-z_]+)\}")
