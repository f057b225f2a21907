"""Lays out Chainlit's built page: declared Turkish, without other sites, without its fixed English words.

Chainlit's translations do not reach every word of its page. What it holds as a literal of its bundle is replaced in a
copy; a test holds each literal against the pinned version.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

_FOREIGN_LINK = re.compile(r'<link\s[^>]*?href="https://[^>]*>\s*')

WORDS: Mapping[str, str] = {
    'className:"sr-only",children:"Toggle theme"': 'className:"sr-only",children:"Görünümü değiştir"',
    'className:"sr-only",children:"Toggle Sidebar"': 'className:"sr-only",children:"Yan paneli aç ya da kapat"',
    '"aria-label":"Toggle Sidebar"': '"aria-label":"Yan paneli aç ya da kapat"',
    'title:"Toggle Sidebar"': 'title:"Yan paneli aç ya da kapat"',
    'className:"sr-only",children:"Close"': 'className:"sr-only",children:"Kapat"',
    '"aria-label":"Close"': '"aria-label":"Kapat"',
    "alt:`Avatar for ${": "alt:`Simge: ${",
    '"Failed to load thread: "': '"Sohbet yüklenemedi: "',
    '"Couldn\'t resume chat: "': '"Sohbet açılamadı: "',
    '"Couldn\'t resume chat"': '"Sohbet açılamadı"',
    '"Error fetching threads: "': '"Sohbetler alınamadı: "',
    '"Untitled Conversation"': '"Adsız sohbet"',
    '"Failed to copy: "': '"Kopyalanamadı: "',
    '"Unknown error occurred"': '"Beklenmeyen bir sorun oluştu"',
    '"Cmd+k"': '"Ctrl+K"',
    'toLocaleString("default",': 'toLocaleString("tr-TR",',
}
"""Turkish in the place of what Chainlit's page has no translation for."""


def built_page() -> Path:
    """Return the folder of the page that comes with Chainlit."""
    spec = find_spec("chainlit")
    assert spec is not None and spec.submodule_search_locations, "chainlit is a dependency"  # noqa: S101
    return Path(spec.submodule_search_locations[0]) / "frontend" / "dist"


def lay_out_frontend(folder: Path) -> None:
    """Write the page into a folder.

    A browser shows nothing until it has the stylesheets of other sites, or has given up on them: minutes in a closed
    network.

    Raises:
        OSError: The folder cannot be written.
    """
    built = built_page()
    folder.mkdir(parents=True, exist_ok=True)
    page = (built / "index.html").read_text(encoding="utf-8")
    page = _FOREIGN_LINK.sub("", page).replace('<html lang="en">', '<html lang="tr">')
    (folder / "index.html").write_text(page, encoding="utf-8")
    assets = folder / "assets"
    if assets.is_symlink():  # as an earlier version of this module laid it out
        assets.unlink()
    shutil.rmtree(assets, ignore_errors=True)
    # Not links: Chainlit serves nothing whose path leads out of the folder.
    shutil.copytree(built / "assets", assets, ignore=shutil.ignore_patterns("*.map"))
    for bundle in assets.glob("index-*.js"):
        bundle.write_text(in_turkish(bundle.read_text(encoding="utf-8")), encoding="utf-8")


def in_turkish(bundle: str) -> str:
    """Return the page's bundle with its fixed English words in Turkish."""
    for english, turkish in WORDS.items():
        bundle = bundle.replace(english, turkish)
    return bundle
