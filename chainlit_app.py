"""The chat page: login, messages, buttons and stop, as Chainlit calls them.

Every turn goes through ``Conversations`` of the running service. The page keeps no history of its own, and what a
turn looks like is in ``chat/rendering.py``.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Any, cast

import chainlit as cl

from agent.errors import AgentError
from api.registry import current_service
from chat.own_packages import own_packages
from chat.page import CHAINLIT_STOPPED
from chat.rendering import ANSWER_BUTTON, THUMB, TurnView, settle
from chat.step_settings import offer_settings, shows_all_steps
from conversation.service import ChangeDone, Event, InvalidRequest, NothingPending, ThreadBusy, User
from core.channels import Channel
from core.languages import Language
from database.runs import RunNotFound
from database.threads import ThreadNotFound

_log = logging.getLogger(__name__)

_STARTERS = (
    ("Faturamı göster", "Faturamı göster", "bill"),
    ("Paketim nedir", "Paketim nedir?", "package"),
    ("Kalan kotalarım", "Kalan kotalarımı göster", "quota"),
    ("Arıza bildir", "Arıza bildirmek istiyorum", "fault"),
    ("Profil bilgilerim", "Profil bilgilerimi göster", "profile"),
)
_ERROR_TEXTS: dict[type[Exception], str] = {
    ThreadBusy: "Önceki mesajınız hâlâ işleniyor. Lütfen birkaç saniye bekleyip yeniden deneyin.",
    ChangeDone: "Bu işlem daha önce onayınızla yapıldı; bu yanıtla geri alınmaz.",
    NothingPending: "Bu soru artık geçerli değil; başka bir işlem yapılmadı. İsteğinizi yeniden yazabilirsiniz.",
    InvalidRequest: "Mesajınız boş ya da çok uzun. Lütfen en çok 2000 karakterle yeniden yazın.",
    ThreadNotFound: "Bu sohbet artık yok, sizin için yenisini başlattım. Lütfen mesajınızı yeniden yazın.",
    AgentError: "Şu anda cevap hazırlayamıyorum. Lütfen biraz sonra yeniden deneyin; sohbetiniz duruyor.",
}
_ANSWERS = {"message": "message", "resume": "approve", "question_id": "question_id"}
"""Argument of a turn by the key in the payload of the button that was pressed."""
_UNEXPECTED = "Beklenmeyen bir sorun oluştu. Lütfen yeniden deneyin; sorun sürerse müşteri hizmetlerini arayın."
_STALE_BUTTON = "Bu düğme artık geçerli değil. Cevabınızı yazabilirsiniz."
_THANKS = "Geri bildiriminiz için teşekkür ederiz."
_STOPPED = "Durduruldu. Onayladığınız ve başlamış olan bir işlem varsa yine de tamamlanır."


@cl.data_layer  # type: ignore[arg-type]
def keep_no_history() -> None:
    """Conversations are kept by the service; Chainlit would use a DATABASE_URL of the environment for its own."""


@cl.password_auth_callback
async def log_in(login: str, password: str) -> cl.User | None:
    """Check a login against the accounts that every channel uses."""
    user = await current_service().accounts.authenticate(login, password)
    if user is None:
        return None
    ids = {"account_id": user.account_id, "customer_id": user.customer_id, "role": user.role, "name": user.name}
    return cl.User(identifier=user.login, display_name=user.name, metadata=ids)


@cl.set_starters
async def offer_starters(_user: cl.User | None, _language: str | None) -> list[cl.Starter]:
    """Return the quick actions of an empty chat."""
    return [
        cl.Starter(label=label, message=message, icon=f"/public/icons/{icon}.svg") for label, message, icon in _STARTERS
    ]


@cl.on_chat_start
async def tell_what_was_missed() -> None:
    """Offer the settings, and tell what was done and not told before the connection or the server went away."""
    await offer_settings(_user().role)
    try:
        told = await current_service().conversations.catch_up(_user(), _thread_id())
    except ThreadNotFound:  # nothing was said yet
        return
    if told is not None:
        view = _view()
        await view.show_told(told.result)
        await view.close()
        _keep(view)


@cl.on_message
async def answer_message(message: cl.Message) -> None:
    """Take a turn with what the customer typed."""
    await _take_turn(message=message.content)


@cl.action_callback(ANSWER_BUTTON)
async def answer_button(action: cl.Action) -> None:
    """Take a turn with the button that was pressed; a question takes one press."""
    session = cl.context.session
    task = session.current_task
    if task is not None and not task.done():
        return
    offered = {button.id: button for button in cl.user_session.get("buttons") or ()}
    button = offered.get(action.id)
    if button is None:
        await action.remove()
        await cl.Message(content=_STALE_BUTTON).send()
        return
    # A task of its own, as a typed message has, so that the stop button finds it.
    session.current_task = asyncio.create_task(_press(button))


@cl.action_callback(THUMB)
async def rate_answer(action: cl.Action) -> None:
    """Store the customer's rating of an answer."""
    score = 1 if action.payload.get("score") == 1 else -1
    try:
        await current_service().runs.give_feedback(
            str(action.payload.get("run_id")), _user().customer_id, score, comment=None
        )
    except RunNotFound:  # the conversation was deleted meanwhile
        await cl.Message(content=_STALE_BUTTON).send()
        return
    await cl.context.emitter.send_toast(_THANKS, "success")


@cl.on_stop
async def tell_stopped() -> None:
    """Replace Chainlit's English message about the stop by a Turkish one."""
    for message in cl.chat_context.get():
        if message.content == CHAINLIT_STOPPED:
            message.content = _STOPPED
            await message.update()


async def _press(button: cl.Action) -> None:
    emitter = cl.context.emitter
    await emitter.task_start()
    try:
        said = cl.Message(content=button.label, type="user_message", author=_user().login)
        await said.send()
        async with cl.Step(name="on_message", type="run", parent_id=said.id):
            await _take_turn(**{name: button.payload.get(of) for name, of in _ANSWERS.items()})
    finally:
        await emitter.task_end()


async def _take_turn(*, message: str | None = None, resume: bool | None = None, question_id: str | None = None) -> None:
    """Run one turn and show it; any error is shown in Turkish and leaves the chat usable."""
    await _remove_buttons()
    view = _view()
    trouble = ""
    try:
        turn = current_service().conversations.stream(
            _user(), session_id=_thread_id(), message=message, resume=resume, question_id=question_id,
            channel=Channel.CHAT,
        )  # fmt: skip
        # Closing it at a stop ends the turn at once, not when the garbage collector finds it.
        async with aclosing(cast(AsyncGenerator[Event, None], turn)) as events:
            async for event in events:
                await view.show(event)
    except tuple(_ERROR_TEXTS) as error:
        trouble = _error_text(error)
    except Exception:
        _log.exception("a turn on the chat page failed")
        trouble = _UNEXPECTED
    finally:
        await view.close()
        _keep(view)
    if trouble:
        await cl.ErrorMessage(content=trouble).send()


def _error_text(error: Exception) -> str:
    if isinstance(error, AgentError):
        _log.error("the model failed: %s", error)
    if isinstance(error, ThreadNotFound):
        cl.user_session.set("thread_id", str(uuid.uuid4()))
    return next(words for kind, words in _ERROR_TEXTS.items() if isinstance(error, kind))


async def _remove_buttons() -> None:
    buttons: list[cl.Action] = cl.user_session.get("buttons") or []
    cl.user_session.set("buttons", [])
    for button in buttons:
        await button.remove()
    question: cl.CustomElement | None = cl.user_session.get("question")
    cl.user_session.set("question", None)
    if question is not None:
        await settle(question)


def _view() -> TurnView:
    """Return the display of a new turn, as this login reads steps and in the language spoken so far."""
    language: Language = cl.user_session.get("language") or "tr"
    user, toolbox = _user(), current_service().toolbox
    own = partial(own_packages, toolbox, user.customer_id)
    return TurnView(all_steps=shows_all_steps(user.role), language=language, own_packages=own)


def _keep(view: TurnView) -> None:
    """Keep of a turn's display what the next one needs."""
    cl.user_session.set("buttons", view.buttons)
    cl.user_session.set("question", view.question)
    cl.user_session.set("language", view.language)


def _thread_id() -> str:
    """Return the id of this chat's thread: the browser session's, so that it outlives a restart of the server."""
    thread_id = cl.user_session.get("thread_id") or cl.user_session.get("id")
    return str(thread_id)


def _user() -> User:
    """Return the login behind this chat, from the signed cookie."""
    user: Any = cl.user_session.get("user")
    return User(login=user.identifier, **user.metadata)
