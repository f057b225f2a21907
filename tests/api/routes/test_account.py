"""The pages of one's own account: signing up, passwords, log-out everywhere, the demo switch."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.pages.words import words
from database.seed.people import DEMO_PEOPLE
from ports.errors import MailUnavailable
from ports.mail import Mail
from tests.api.conftest import PASSWORD, Stage, bearer
from tests.api.routes.test_auth import ME, ORIGIN, cookie_login

NEWCOMER = {
    "name": "Deniz Yıldız",
    "email": "deniz@example.com",
    "password": "uzun-parola-1",
    "phone": "0532 000 00 01",
}


class Mailbox:
    """Keeps the letters, or is away."""

    def __init__(self) -> None:
        self.letters: list[Mail] = []
        self.is_away = False

    async def send(self, mail: Mail) -> None:
        if self.is_away:
            raise MailUnavailable("the mail server is away")
        self.letters.append(mail)


@pytest.fixture
def mailbox(stage: Stage) -> Mailbox:
    box = Mailbox()
    stage.mail = box
    return box


@pytest.fixture
async def client(stage: Stage, mailbox: Mailbox) -> AsyncIterator[httpx.AsyncClient]:
    async with stage.running() as (_, client):
        client.headers.update({**ORIGIN, "Accept": "text/html"})
        yield client


async def test_sign_up_makes_an_account_logs_in_and_goes_on(client: httpx.AsyncClient) -> None:
    assert 'href="/signup?next=/docs"' in (await client.get("/login", params={"next": "/docs"})).text
    assert 'value="/docs"' in (await client.get("/signup", params={"next": "/docs"})).text
    done = await client.post("/signup", data={**NEWCOMER, "next": "/docs"})
    assert (done.status_code, done.headers["location"]) == (303, "/docs")
    assert (await client.get(ME)).json()["login"] == "deniz@example.com"
    page = (await client.get("/account")).text
    assert "Deniz Yıldız" in page and "Müşteri numarası" in page


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("password", "kısacık", "En az 8 karakter; "),
        ("email", "adres değil", "Bir e-posta adresi yazınız"),
        ("phone", "(((((((((((", "Aranabilecek bir numara yazınız"),
        ("name", " ", "Adınızı ve soyadınızı yazınız."),
    ],
)
async def test_sign_up_names_what_is_wrong_and_keeps_the_rest_but_the_password(
    client: httpx.AsyncClient, field: str, value: str, told: str
) -> None:
    refused = await client.post("/signup", data={**NEWCOMER, field: value})
    assert refused.status_code == 422 and f'id="{field}-wrong" class="bad">{told}' in refused.text
    assert refused.text.count('class="bad"') == 1
    kept = {name: text for name, text in NEWCOMER.items() if name not in (field, "password")}
    assert all(f'value="{text}"' in refused.text for text in kept.values())
    assert NEWCOMER["password"] not in refused.text and "set-cookie" not in refused.headers
    assert (await client.post("/signup", data={})).text.count('class="bad"') == 4


async def test_sign_up_of_a_known_address_and_from_another_site_is_refused(client: httpx.AsyncClient) -> None:
    taken = await client.post("/signup", data={**NEWCOMER, "email": "musteri1@example.com"})
    assert taken.status_code == 409 and "zaten var" in taken.text and 'href="/forgotten"' in taken.text
    foreign = await client.post("/signup", data=NEWCOMER, headers={"Origin": "https://evil.test"})
    assert foreign.status_code == 403
    assert (await client.post("/signup", data={**NEWCOMER, "next": "//evil.test"})).headers["location"] == "/"


async def test_forgotten_password_is_mailed_and_chosen_once(client: httpx.AsyncClient, mailbox: Mailbox) -> None:
    assert 'href="/forgotten"' in (await client.get("/login")).text
    old = await bearer(client, "musteri1@example.com")
    asked = await client.post("/forgotten", data={"login": "Musteri1@example.com"})
    unknown = await client.post("/forgotten", data={"login": "nobody@example.com"})
    assert asked.status_code == unknown.status_code == 200 and asked.text == unknown.text
    assert [(mail.to, mail.subject) for mail in mailbox.letters] == [
        ("musteri1@example.com", words()["mail"]["password_subject"]["tr"].replace("{operator}", "Telekom"))
    ]
    link = re.search(r"http://127\.0\.0\.1:8000(/password\?token=\S+)", mailbox.letters[0].text)
    assert link is not None and "nobody" not in asked.text
    token = link[1].partition("=")[2]
    assert "musteri1@example.com" in (await client.get(link[1])).text
    short = await client.post("/password", data={"token": token, "password": "kısa"})
    assert "en az 8" in short.text
    assert (
        "Şifreniz kaydedildi" in (await client.post("/password", data={"token": token, "password": "yepyeni-1"})).text
    )
    over = await client.post("/password", data={"token": token, "password": "yepyeni-2"})
    assert over.status_code == 410 and 'href="/forgotten"' in over.text
    assert (await client.get(ME, headers=old)).status_code == 401
    assert await bearer(client, "musteri1@example.com", "yepyeni-1")


async def test_letter_that_cannot_be_sent_is_told_to_nobody_and_logged(
    client: httpx.AsyncClient, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.is_away = True
    client.cookies.set("telekom_language", "en")
    answer = await client.post("/forgotten", data={"login": "musteri1@example.com"})
    assert answer.status_code == 200 and "the link is on its way" in answer.text
    assert "a link for a new password was not mailed" in caplog.text and "token=" not in caplog.text
    mailbox.is_away = False
    await client.post("/forgotten", data={"login": "musteri1@example.com"})
    assert mailbox.letters[0].text.startswith("Hello,")


async def test_changed_password_keeps_this_browser_and_ends_the_others(client: httpx.AsyncClient) -> None:
    other = await bearer(client, "musteri1@example.com")
    await cookie_login(client)
    wrong = await client.post("/account/password", data={"present": "yanlis", "chosen": "yepyeni-1"})
    assert wrong.status_code == 422 and "Şimdiki şifre hatalı" in wrong.text
    short = await client.post("/account/password", data={"present": PASSWORD, "chosen": "kısa"})
    assert short.status_code == 422 and "en az 8" in short.text
    assert (await client.get(ME, headers=other)).status_code == 200
    done = await client.post("/account/password", data={"present": PASSWORD, "chosen": "yepyeni-1"})
    assert done.status_code == 200 and "Şifreniz değişti." in done.text
    assert (await client.get(ME)).status_code == 200
    assert (await client.get(ME, headers=other)).status_code == 401
    assert await bearer(client, "musteri1@example.com", "yepyeni-1")


@pytest.mark.parametrize("way", ["page", "rest"])
async def test_log_out_everywhere_ends_tokens_and_cookies_at_once(client: httpx.AsyncClient, way: str) -> None:
    phone, tablet = [await bearer(client, "musteri1@example.com") for _ in range(2)]
    neighbour = await bearer(client, "musteri2@example.com")
    await cookie_login(client)
    if way == "page":
        page = (await client.get("/account")).text
        assert "Bütün cihazlarımda çıkış yap" in page and "musteri1@example.com" in page
        done = await client.post("/account/log-out-everywhere")
        assert "Bütün cihazlarınızda çıkış yapıldı." in done.text
    else:
        done = await client.post("/api/v1/auth/logout-everywhere", headers=tablet)
        assert done.status_code == 204
    for headers in ({}, phone, tablet):
        assert (await client.get(ME, headers=headers)).status_code == 401
    assert (await client.get(ME, headers=neighbour)).status_code == 200
    assert (await client.get(ME, headers=await bearer(client, "musteri1@example.com"))).status_code == 200


async def test_pages_of_the_account_need_a_login_and_forms_of_its_own(client: httpx.AsyncClient) -> None:
    assert 'action="/login"' in (await client.get("/account")).text
    await cookie_login(client)
    for path in ("/account/log-out-everywhere", "/account/password"):
        assert (await client.post(path, headers={"Origin": "https://evil.test"})).status_code == 403
    assert (await client.get(ME)).status_code == 200


async def test_demo_customers_are_chosen_in_development(client: httpx.AsyncClient) -> None:
    assert 'href="/demo"' in (await client.get("/login")).text
    page = (await client.get("/demo")).text
    customers = [person for person in DEMO_PEOPLE if person.role == "customer"]
    assert len(customers) == 8 and all(person.name in page for person in customers)
    for login, customer in (("musteri3@example.com", 3), ("musteri6@example.com", 6)):
        assert (await client.post("/demo", data={"login": login})).status_code == 303
        assert (await client.get(ME)).json()["customer_id"] == customer
    for login in ("temsilci@example.com", "muhendis@example.com", "nobody@example.com", ""):
        assert (await client.post("/demo", data={"login": login})).status_code == 404
    foreign = await client.post(
        "/demo", data={"login": "musteri0@example.com"}, headers={"Origin": "https://evil.test"}
    )
    assert foreign.status_code == 403 and (await client.get(ME)).json()["customer_id"] == 6


@pytest.mark.parametrize(
    "changed",
    [{"env": "production", "secret_key": "s" * 40, "allow_simulated": True}, {"demo_password": "bir baska parola"}],
    ids=str,
)
async def test_demo_switch_is_off_in_production_and_with_a_demo_password_of_ones_own(
    stage: Stage, changed: dict[str, object], tmp_path: Path
) -> None:
    folder = tmp_path / "production" if "env" in changed else stage.settings.data_dir
    given = {"data_dir": folder, "mount_chat": False, **changed}
    stage.settings = type(stage.settings)(_env_file=None, **given)
    async with stage.running() as (_, client):
        client.headers.update({**ORIGIN, "Accept": "text/html"})
        assert "/demo" not in (await client.get("/login")).text
        assert (await client.get("/demo")).status_code == 404
        entered = await client.post("/demo", data={"login": "musteri1@example.com"})
        assert entered.status_code == 404 and "set-cookie" not in entered.headers


async def test_nobody_signs_up_in_production_unless_the_operator_opens_it(stage: Stage, tmp_path: Path) -> None:
    given = {"data_dir": tmp_path / "production", "mount_chat": False, "env": "production", "secret_key": "s" * 40}
    body = {"name": "Deniz Yıldız", "email": "deniz@example.com", "password": "uzun-parola-1", "phone": "05320000001"}
    for opened, status, code in ((None, 403, "REGISTRATION_CLOSED"), (True, 409, "NO_PACKAGES")):
        stage.settings = type(stage.settings)(_env_file=None, allow_simulated=True, registration=opened, **given)
        async with stage.running() as (_, client):
            refused = await client.post("/api/v1/auth/register", json=body)
            assert (refused.status_code, refused.json()["code"]) == (status, code)
            shown = await client.get("/signup", headers={"Accept": "text/html"})
            assert shown.status_code == (200 if opened else 403)
            for page in ("/login", "/"):
                text = (await client.get(page, headers={"Accept": "text/html"})).text
                assert ("/signup" in text) is bool(opened), page
