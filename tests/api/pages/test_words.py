"""The words of our own pages: complete in both languages, all there, all used."""

from __future__ import annotations

import re
from pathlib import Path

from api.pages.words import words
from core.fields import FIELD

PAGES = Path(__file__).parents[3] / "api" / "pages"
_SECTIONS = (
    "site|login|signup|forgotten|password|account|mail|bill|demo|front|problem|desk|users|replay|texts|experiments|"
    "over_time"
)
_NAMED = re.compile(rf"""["']((?:{_SECTIONS})\.[a-z_]+)["']""")
_TURKISH = re.compile(r"[çğıöşüÇĞİÖŞÜ]")
_ENGLISH = re.compile(r"\b(the|and|your|with|you|this|to|of)\b", re.IGNORECASE)


def entries() -> dict[str, dict[str, str]]:
    return {f"{section}.{key}": dict(entry) for section, all_ in words().items() for key, entry in all_.items()}


def test_every_entry_stands_in_both_languages_with_the_same_fields() -> None:
    for name, entry in entries().items():
        assert set(entry) == {"tr", "en"} and all(text.strip() for text in entry.values()), name
        assert set(FIELD.findall(entry["tr"])) == set(FIELD.findall(entry["en"])), name
        assert not _ENGLISH.search(entry["tr"]) and (not _TURKISH.search(entry["en"]) or name == "site.other_language")


def test_templates_and_code_name_only_entries_that_there_are() -> None:
    sources = [path.read_text(encoding="utf-8") for kind in ("*.html", "*.py") for path in PAGES.parent.rglob(kind)]
    used = {name for text in sources for name in _NAMED.findall(text) if not name.endswith(".html")}
    assert used <= set(entries())
    assert len(used) > 40


def test_pages_have_no_words_of_their_own() -> None:
    for path in [*PAGES.glob("*.html"), *PAGES.glob("desk/*.html"), *PAGES.glob("replay/*.html")]:
        source = re.sub(r"\{% block kind %\}\w*", " ", path.read_text(encoding="utf-8"))
        text = re.sub(r"\{[{%].*?[%}]\}|<[^>]*>", " ", source, flags=re.S)
        assert not re.search(r"[^\W\d_]{3,}", text), (path.name, re.findall(r"[^\W\d_]{3,}", text))
