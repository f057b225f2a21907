"""The folder of the chat page, without a browser."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from chat.frontend import WORDS
from chat.page import CHAINLIT_STOPPED, COOKIE_NAME, prepare_chat
from chat.words import words
from core.settings import Settings

_ENVIRONMENT = (
    "CHAINLIT_APP_ROOT",
    "CHAINLIT_AUTH_COOKIE_NAME",
    "CHAINLIT_ENV_FILE",
    "CHAINLIT_AUTH_SECRET",
    "CHAINLIT_CUSTOM_AUTH",
)


@pytest.fixture(autouse=True)
def _environment_is_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in _ENVIRONMENT:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def _chainlit_folder() -> Path:
    spec = find_spec("chainlit")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])


def _paths(tree: dict[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _paths(value, (*before, key))
        else:
            assert value.strip()
            yield (*before, key)


def test_translating_the_page_leaves_no_key_out(tmp_path: Path) -> None:
    root = prepare_chat(Settings(data_dir=tmp_path))
    turkish = json.loads((root / ".chainlit" / "translations" / "tr-TR.json").read_text(encoding="utf-8"))
    english = json.loads((_chainlit_folder() / "translations" / "en-US.json").read_text(encoding="utf-8"))
    assert set(_paths(turkish)) == set(_paths(english))


def test_preparing_the_page_keeps_it_off_other_sites(tmp_path: Path) -> None:
    root = prepare_chat(Settings(data_dir=tmp_path))
    page = (root / "frontend" / "index.html").read_text(encoding="utf-8")
    assert '<html lang="tr">' in page
    assert "https://" not in page
    assert 'src="/assets/' in page
    assert sorted((root / "frontend" / "assets").glob("index-*.js"))


def test_fixed_english_words_of_the_pinned_page_are_looked_up_in_both_languages(tmp_path: Path) -> None:
    bundle = next((_chainlit_folder() / "frontend" / "dist" / "assets").glob("index-*.js"))
    original = bundle.read_text(encoding="utf-8")
    assert [english for english in WORDS if english not in original] == []
    root = prepare_chat(Settings(data_dir=tmp_path))
    served = (root / "frontend" / "assets" / bundle.name).read_text(encoding="utf-8")
    assert [english for english in WORDS if english in served] == []
    looked_up = re.findall(r'telekomWord\("([a-z_]+)"\)', "".join(WORDS.values()))
    assert looked_up and set(looked_up) <= set(words()["page"])


def test_own_script_has_every_word_in_both_languages_and_none_of_its_own(tmp_path: Path) -> None:
    root = prepare_chat(Settings(data_dir=tmp_path))
    scripts = {path.name: path.read_text(encoding="utf-8") for path in (root / "public" / "page").glob("*.js")}
    lines = scripts.pop("words.js").splitlines()
    written, offered = (json.loads(line.partition(" = ")[2].rstrip(";")) for line in lines)
    assert offered == ["tr", "en"]
    assert set(written) == {"tr", "en"} and written["tr"].keys() == written["en"].keys() == words()["page"].keys()
    used = {key for text in scripts.values() for key in re.findall(r'"([a-z_]+)"', text)}
    looked_up = {key for text in scripts.values() for key in re.findall(r'\bword\(\s*"([a-z_]+)"', text)}
    assert looked_up <= set(written["tr"])
    fixed = {key for entry in WORDS.values() for key in re.findall(r'telekomWord\("([a-z_]+)"\)', entry)}
    assert set(written["tr"]) - used - fixed == set(), "words that nobody reads"
    for name, text in scripts.items():
        code = re.sub(r"(^|\s)//.*", "", text)
        assert not re.search(r"[çğıöşüÇĞİÖŞÜ]", code), name


def test_english_page_has_english_words_and_the_turkish_one_turkish(tmp_path: Path) -> None:
    root = prepare_chat(Settings(data_dir=tmp_path))
    ui = tomllib.loads((root / ".chainlit" / "config.toml").read_text(encoding="utf-8"))["UI"]
    assert "language" not in ui, "the visitor chooses"
    folder = root / ".chainlit" / "translations"
    turkish, english = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8")) for name in ("tr-TR", "en-US")
    )
    assert english["navigation"]["header"]["readme"] == "Help"
    assert (root / "chainlit_en-US.md").is_file() and (root / "chainlit_tr-TR.md").is_file()
    same = [path for path in _paths(turkish) if _at(turkish, path) == _at(english, path)]
    assert {_at(turkish, path) for path in same} <= {"Beta", "Chat", "S", "Limit:"}
    look_english = [
        _at(turkish, path) for path in _paths(turkish) if re.search(r"\b(the|your|you|to|of|and)\b", _at(turkish, path))
    ]
    assert look_english == []


def _at(tree: Any, path: tuple[str, ...]) -> str:
    for key in path:
        tree = tree[key]
    return str(tree)


def test_own_script_comes_before_the_bundle_and_imports_what_is_there(tmp_path: Path) -> None:
    root = prepare_chat(Settings(data_dir=tmp_path))
    ui = tomllib.loads((root / ".chainlit" / "config.toml").read_text(encoding="utf-8"))["UI"]
    assert ui["custom_js_attributes"] == "type='module'"
    script = root / ui["custom_js"].lstrip("/")
    parts = re.findall(r'import "(\./[^"]+)"', script.read_text(encoding="utf-8"))
    assert parts and all((script.parent / part).is_file() for part in parts)
    page = (root / "frontend" / "index.html").read_text(encoding="utf-8")
    assert page.index("JS INJECTION PLACEHOLDER") < page.index('src="/assets/index-')


def test_folder_of_an_earlier_version_is_replaced_without_touching_chainlits_own(tmp_path: Path) -> None:
    own = _chainlit_folder() / "frontend" / "dist" / "assets"
    assets = tmp_path / "chat" / "frontend" / "assets"
    assets.parent.mkdir(parents=True)
    assets.symlink_to(own, target_is_directory=True)
    before = sorted(own.iterdir())
    prepare_chat(Settings(data_dir=tmp_path))
    assert sorted(own.iterdir()) == before
    assert not assets.is_symlink() and list(assets.glob("index-*.css"))


def test_page_of_another_version_is_written_anew_and_one_that_is_served_is_left(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    root = prepare_chat(settings)
    config = root / ".chainlit" / "config.toml"
    first = config.stat().st_mtime_ns
    prepare_chat(settings)  # a second process on the same folder
    assert config.stat().st_mtime_ns == first
    config.write_text("[UI]\nname = 'eski'\n", encoding="utf-8")
    (root / "laid-out").write_text("another version", encoding="utf-8")
    prepare_chat(settings)
    assert tomllib.loads(config.read_text(encoding="utf-8"))["UI"]["name"] == "Telekom Asistanı"


def test_preparing_the_page_points_chainlit_at_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    root = prepare_chat(settings)
    assert os.environ["CHAINLIT_APP_ROOT"] == str(root)
    assert os.environ["CHAINLIT_AUTH_COOKIE_NAME"] == COOKIE_NAME
    assert settings.secret_key.get_secret_value() not in os.environ["CHAINLIT_AUTH_SECRET"]
    assert len(os.environ["CHAINLIT_AUTH_SECRET"]) == 64


def test_every_picture_of_the_page_is_there(tmp_path: Path) -> None:
    root = prepare_chat(Settings(data_dir=tmp_path))
    ui = tomllib.loads((root / ".chainlit" / "config.toml").read_text(encoding="utf-8"))["UI"]
    for name in ("login_page_image", "default_avatar_file_url", "custom_css"):
        assert (root / ui[name].removeprefix("/chat").lstrip("/")).is_file()
    for icon in ("bill", "package", "quota", "fault", "profile"):
        assert (root / "public" / "icons" / f"{icon}.svg").is_file()


def test_words_of_a_stop_are_those_of_the_pinned_chainlit() -> None:
    """Chainlit sends its own English message at a stop and offers no setting for it; the page replaces it."""
    source = (_chainlit_folder() / "socket.py").read_text(encoding="utf-8")
    stop = source[source.index("async def stop(") :]
    assert f'Message(content="{CHAINLIT_STOPPED}").send()' in stop
    assert stop.index(CHAINLIT_STOPPED) < stop.index("on_stop")
