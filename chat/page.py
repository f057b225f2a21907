"""Lays out the chat page's folder and mounts the page into the server's application.

Chainlit reads its folder and its environment while it is imported, so nothing here imports it before both are ready.
What the page says and does is in ``chainlit_app.py``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import shutil
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from filelock import FileLock
from starlette.middleware.base import BaseHTTPMiddleware

from chat.brand import lay_out_brand
from chat.frontend import english_words, lay_out_frontend
from chat.neighbours import PageRequests
from chat.upload_limit import UploadLimit
from chat.words import words_script
from core.operator_facts import OperatorFacts, load_operator
from core.settings import Settings

CHAT_PATH = "/chat"
COOKIE_NAME = "telekom_chat"
"""Cookie of Chainlit's own login; it stands between ``chat/login.py`` and Chainlit, and never in a browser."""
CHAINLIT_STOPPED = "Task manually stopped."
"""Chainlit's own message at a stop; it has no setting for it."""
_DESCRIPTION = {
    "tr": "Faturanız, paketiniz ve hattınız için bir asistan",
    "en": "An assistant for your bill, your package and your line",
}
"""What a messenger shows below a link to the page."""
_ASSETS = Path(__file__).parent / "assets"
_APP = Path(__file__).parent.parent / "chainlit_app.py"


def mount_chat(app: FastAPI, settings: Settings, neighbours: Path | None = None) -> None:
    """Serve the chat page at ``/chat``; once in a process, since Chainlit has one application of its own.

    Args:
        app: The server's application.
        settings: Where files may be written, whose page it is, and the secret.
        neighbours: The folder in which the processes of one port meet; None where this is the only one.

    Raises:
        OSError: The page's folder cannot be written.
        KnowledgeError: The operator's file has a mistake.
    """
    prepare_chat(settings)
    # At the first start it would name every translation file that it copies.
    logging.getLogger("chainlit").setLevel(logging.WARNING)
    from chainlit.config import config
    from chainlit.utils import mount_chainlit

    from chat.page_language import offer_languages

    offer_languages(load_operator(settings.facts_folder).languages)
    config.project.user_session_timeout = settings.token_minutes * 60
    mount_chainlit(app, target=str(_APP), path=CHAT_PATH)
    _change_middleware(neighbours)


def _change_middleware(neighbours: Path | None) -> None:
    """Bound the uploads, and take out what refuses paths that do not begin with Chainlit's own: the mount sees to that.

    The latter is a ``BaseHTTPMiddleware``, which raises "No response returned" where a picture is not waited for.
    """
    from chainlit.server import app as page

    page.user_middleware = [one for one in page.user_middleware if not issubclass(one.cls, BaseHTTPMiddleware)]  # type: ignore[arg-type]
    page.add_middleware(UploadLimit)
    if neighbours is not None:
        page.add_middleware(PageRequests, folder=neighbours)


def prepare_chat(settings: Settings) -> Path:
    """Write the page's folder below the data folder and point Chainlit's environment at it.

    Args:
        settings: Where files may be written, whose page it is, and the secret.

    Returns:
        The folder, for Chainlit the root of its application.

    Raises:
        OSError: The folder cannot be written.
        KnowledgeError: The operator's file has a mistake.
    """
    operator = load_operator(settings.facts_folder)
    root = (settings.data_dir / "chat").resolve()
    root.mkdir(parents=True, exist_ok=True)
    # Several processes of one machine may use the folder, and start at once.
    with FileLock(root / "laid-out.lock"):
        _lay_out(root, operator, settings.operator)
    os.environ["CHAINLIT_APP_ROOT"] = str(root)
    os.environ["CHAINLIT_AUTH_COOKIE_NAME"] = COOKIE_NAME
    os.environ["CHAINLIT_CUSTOM_AUTH"] = "true"  # the site logs in (chat/login.py); without a login there is no page
    # Settings read .env; Chainlit would copy it into the environment of the whole process.
    os.environ["CHAINLIT_ENV_FILE"] = os.devnull
    os.environ.setdefault("CHAINLIT_AUTH_SECRET", _page_secret(settings))
    return root


def _lay_out(root: Path, operator: OperatorFacts, operator_folder: Path | None) -> None:
    """Write the page's files, unless they are there already: another process may be serving them."""
    stamp, state = root / "laid-out", _state_of_sources(operator, operator_folder)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == state:
        return
    stamp.unlink(missing_ok=True)
    own = root / ".chainlit"
    (own / "translations").mkdir(parents=True, exist_ok=True)
    first = operator.languages[0]
    _fill("config.toml", own / "config.toml", _escaped(operator.assistant_name(first)), _DESCRIPTION[first])
    shutil.copyfile(_ASSETS / "tr-TR.json", own / "translations" / "tr-TR.json")
    (own / "translations" / "en-US.json").write_text(english_words(_ASSETS / "en-US.json"), encoding="utf-8")
    shutil.copytree(_ASSETS / "public", root / "public", dirs_exist_ok=True)
    lay_out_brand(root / "public", operator, operator_folder)
    _fill("chainlit.md", root / "chainlit_tr-TR.md", operator.assistant_name("tr"))
    _fill("chainlit_en.md", root / "chainlit_en-US.md", operator.assistant_name("en"))
    (root / "public" / "page" / "words.js").write_text(words_script(operator), encoding="utf-8")
    lay_out_frontend(root / "frontend", first)
    stamp.write_text(state, encoding="utf-8")


def _state_of_sources(operator: OperatorFacts, operator_folder: Path | None) -> str:
    """Return what the page's files are made of: Chainlit, our files, the code that changes them, the operator."""
    digest = hashlib.sha256(version("chainlit").encode())
    digest.update(operator.model_dump_json().encode())
    folder = Path(__file__).parent
    code = ("frontend.py", "brand.py", "words.py", "words.yaml", Path(__file__).name)
    sources = [*_ASSETS.rglob("*"), *(folder / name for name in code)]
    sources += operator_folder.glob("logo.*") if operator_folder is not None else ()
    for path in sorted(path for path in sources if path.is_file()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _fill(source: str, target: Path, assistant: str, description: str = "") -> None:
    text = (_ASSETS / source).read_text(encoding="utf-8").replace("{assistant}", assistant)
    target.write_text(text.replace("{description}", description), encoding="utf-8")


def _escaped(name: str) -> str:
    """Return a name as it stands between the quotes of a file of TOML."""
    return json.dumps(name, ensure_ascii=False)[1:-1]


def _page_secret(settings: Settings) -> str:
    """A secret of the page's own, so that its cookie is not a valid access token nor the other way round."""
    key = settings.secret_key.get_secret_value().encode()
    return hmac.new(key, b"telekom chat page", hashlib.sha256).hexdigest()
