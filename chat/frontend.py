"""Lays out Chainlit's built page: declared Turkish, without other sites, its fixed English words looked up.

Chainlit's translations do not reach every word of its page. What it holds as a literal of its bundle is looked up in a
copy; a test holds each literal against the pinned version.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from core.languages import Language

_FOREIGN_LINK = re.compile(r'<link\s[^>]*?href="https://[^>]*>\s*')


def _word(key: str) -> str:
    return f'window.telekomWord("{key}")'


WORDS: Mapping[str, str] = {
    'className:"sr-only",children:"Toggle theme"': f'className:"sr-only",children:{_word("toggle_theme")}',
    'className:"sr-only",children:"Toggle Sidebar"': f'className:"sr-only",children:{_word("toggle_sidebar")}',
    '"aria-label":"Toggle Sidebar"': f'"aria-label":{_word("toggle_sidebar")}',
    'title:"Toggle Sidebar"': f"title:{_word('toggle_sidebar')}",
    'className:"sr-only",children:"Close"': f'className:"sr-only",children:{_word("close")}',
    '"aria-label":"Close"': f'"aria-label":{_word("close")}',
    "alt:`Avatar for ${": f"alt:`${{{_word('avatar')}}}: ${{",
    '"Failed to load thread: "': f'{_word("thread_failed")}+": "',
    '"Couldn\'t resume chat: "': f'{_word("resume_failed")}+": "',
    '"Couldn\'t resume chat"': _word("resume_failed"),
    '"Error fetching threads: "': f'{_word("threads_failed")}+": "',
    '"Untitled Conversation"': _word("untitled"),
    '"Failed to copy: "': f'{_word("copy_failed")}+": "',
    '"Unknown error occurred"': _word("unknown_error"),
    's("Upload failed")': f"s({_word('upload_failed')})",
    's("Upload error")': f"s({_word('upload_failed')})",
    "let d=JSON.parse(a.responseText);s(d.detail)": (
        f"s(a.status===413?{_word('upload_refused')}:{_word('upload_failed')})"
    ),
    '"Cmd+k"': '"Ctrl+K"',
    'toLocaleString("default",': "toLocaleString(window.telekomLocale,",
}
"""What Chainlit's page has no translation for, and the look-up of its word in the chosen language (``language.js``)."""


def built_page() -> Path:
    """Return the folder of the page that comes with Chainlit."""
    spec = find_spec("chainlit")
    assert spec is not None and spec.submodule_search_locations, "chainlit is a dependency"  # noqa: S101
    return Path(spec.submodule_search_locations[0]) / "frontend" / "dist"


def english_words(own: Path) -> str:
    """Return Chainlit's English words as JSON, with our own in the place of what customers would stumble on.

    Args:
        own: The file of our own words, in the same tree.

    Raises:
        KeyError: Chainlit has no such word.
    """
    folder = built_page().parents[1] / "translations"
    theirs: dict[str, Any] = json.loads((folder / "en-US.json").read_text(encoding="utf-8"))
    _replace(theirs, json.loads(own.read_text(encoding="utf-8")))
    return json.dumps(theirs, ensure_ascii=False, indent=2)


def _replace(words: dict[str, Any], own: Mapping[str, Any]) -> None:
    for key, value in own.items():
        if isinstance(value, Mapping):
            _replace(words[key], value)
        elif key not in words:
            raise KeyError(key)
        else:
            words[key] = value


def lay_out_frontend(folder: Path, language: Language) -> None:
    """Write the page into a folder.

    A browser shows nothing until it has the stylesheets of other sites, or has given up on them: minutes in a closed
    network.

    Args:
        folder: The folder.
        language: The page's first one; its script sets the one that the visitor has chosen.

    Raises:
        OSError: The folder cannot be written.
    """
    built = built_page()
    folder.mkdir(parents=True, exist_ok=True)
    page = (built / "index.html").read_text(encoding="utf-8")
    page = _FOREIGN_LINK.sub("", page).replace('<html lang="en">', f'<html lang="{language}">')
    (folder / "index.html").write_text(page, encoding="utf-8")
    assets = folder / "assets"
    if assets.is_symlink():  # as an earlier version of this module laid it out
        assets.unlink()
    shutil.rmtree(assets, ignore_errors=True)
    # Not links: Chainlit serves nothing whose path leads out of the folder.
    shutil.copytree(built / "assets", assets, ignore=shutil.ignore_patterns("*.map"))
    for bundle in assets.glob("index-*.js"):
        bundle.write_text(in_chosen_language(bundle.read_text(encoding="utf-8")), encoding="utf-8")


def in_chosen_language(bundle: str) -> str:
    """Return the page's bundle with its fixed English words looked up."""
    for english, looked_up in WORDS.items():
        bundle = bundle.replace(english, looked_up)
    return bundle
