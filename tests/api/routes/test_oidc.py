"""Login at an OpenID provider that the tests run: real requests, signed tokens, every way in which it may go wrong."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from core.settings import Settings
from database.enums import AccountRole
from service.container import RunningService
from tests.api.conftest import Stage, bearer
from tests.api.routes.test_auth import ME, ORIGIN
from tests.oidc_provider import CLIENT, SECRET, Provider, _key, provider

LEAD = {"email": "lead@operator.example", "email_verified": True, "name": "Ece Lider", "groups": {"all": ["leads"]}}
AGENT = {**LEAD, "email": "agent@operator.example", "sub": "person-2", "groups": {"all": ["agents", "cooks"]}}
CUSTOMER = {"email": "mehmet@example.org", "email_verified": True, "name": "M. Demir", "sub": "c-1", "number": "1"}


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as running:
        running.claims = dict(LEAD)
        yield running


@pytest.fixture
def stage(stage: Stage, there: Provider) -> Stage:
    stage.settings = stage.settings.model_copy(
        update={
            "oidc_issuer": there.address, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET),
            "oidc_name": "Kurum Girişi", "oidc_role_claim": "groups.all", "oidc_customer_claim": "number",
            "oidc_roles": {"leads": "admin", "agents": "staff", "builders": "engineer"},
            "public_url": "http://telekom.test",
        }
    )  # fmt: skip
    return stage


@pytest.fixture
async def served(stage: Stage) -> AsyncIterator[tuple[httpx.AsyncClient, RunningService]]:
    async with stage.running() as (app, client):
        client.headers.update({**ORIGIN, "Accept": "text/html"})
        yield client, app.state.service


@pytest.fixture
def client(served: tuple[httpx.AsyncClient, RunningService]) -> httpx.AsyncClient:
    return served[0]


@pytest.fixture
def service(served: tuple[httpx.AsyncClient, RunningService]) -> RunningService:
    return served[1]


async def way_back(client: httpx.AsyncClient, next_path: str = "/") -> str:
    """Press the button, log in at the provider, and return the address that it sends the browser to."""
    begun = await client.get("/login/oidc", params={"next": next_path})
    assert begun.status_code == 303, begun.text
    async with httpx.AsyncClient() as browser:
        there = await browser.get(begun.headers["location"])
    assert there.headers["location"].startswith("http://telekom.test/login/oidc/callback?")
    return str(there.headers["location"])


async def log_in(client: httpx.AsyncClient, next_path: str = "/") -> httpx.Response:
    return await client.get(await way_back(client, next_path))


async def nobody(client: httpx.AsyncClient) -> bool:
    return (await client.get(ME)).status_code == 401


async def test_button_is_there_where_a_provider_is(client: httpx.AsyncClient) -> None:
    page = (await client.get("/login", params={"next": "/desk"})).text
    assert 'href="/login/oidc?next=/desk"' in page and "Kurum Girişi ile giriş yap" in page


async def test_without_a_provider_there_is_no_button_and_no_page(stage: Stage) -> None:
    stage.settings = stage.settings.model_copy(update={"oidc_issuer": None})
    async with stage.running() as (_, client):
        assert "/login/oidc" not in (await client.get("/login")).text
        assert (await client.get("/login/oidc")).status_code == 404
        assert (await client.get("/login/oidc/callback?state=a&code=b")).status_code == 404


async def test_first_login_adds_the_account_with_its_role_and_leaves_entries(
    client: httpx.AsyncClient, service: RunningService, there: Provider
) -> None:
    done = await log_in(client)
    assert (done.status_code, done.headers["location"]) == (303, "/users")
    me = (await client.get(ME)).json()
    assert (me["login"], me["role"], me["name"]) == ("lead@operator.example", "admin", "Ece Lider")
    record = await service.administration.find("lead@operator.example")
    assert not record.has_password and record.customer_id < 0
    changes = await service.administration.changes(record.id)
    assert [(one.change, one.by) for one in changes] == [("added", "openid"), ("identity", "openid")]
    sent = there.requests[0]
    assert sent["grant_type"] == "authorization_code" and len(sent["code_verifier"]) >= 43


async def test_begun_login_asks_for_a_code_with_pkce_state_and_nonce(client: httpx.AsyncClient) -> None:
    first, second = [(await client.get("/login/oidc")).headers["location"] for _ in range(2)]
    asked, again = (parse_qs(urlsplit(address).query) for address in (first, second))
    assert asked["code_challenge_method"] == ["S256"] and asked["scope"] == ["openid email profile"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name][0]) >= 43 and asked[name] != again[name]
    cookie = (await client.get("/login/oidc")).headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/login/oidc" in cookie


@pytest.mark.parametrize(("wanted", "led"), [("/account", "/account"), ("//evil.example", "/users")])
async def test_login_leads_to_the_page_that_was_asked_for_on_this_site(
    client: httpx.AsyncClient, wanted: str, led: str
) -> None:
    assert (await log_in(client, wanted)).headers["location"] == led


async def test_role_follows_the_claims_and_an_address_may_change(
    client: httpx.AsyncClient, service: RunningService, there: Provider
) -> None:
    there.claims = dict(AGENT)
    assert (await log_in(client)).headers["location"] == "/desk"
    there.claims = {**AGENT, "groups": {"all": ["builders", "agents"]}, "email": "married@operator.example"}
    assert (await log_in(client)).headers["location"] == "/replay"
    record = await service.administration.find("agent@operator.example")
    assert record.role is AccountRole.ENGINEER
    last = (await service.administration.changes(record.id))[-1]
    assert (last.change, last.before, last.after, last.by) == ("role", "staff", "engineer", "openid")
    there.claims = {**AGENT, "groups": {"all": ["cooks"]}}
    refused = await log_in(client)
    assert refused.status_code == 403 and "yetkili değil" in refused.text


async def test_customer_is_bound_to_the_number_of_the_claim(
    client: httpx.AsyncClient, service: RunningService, there: Provider
) -> None:
    there.claims = dict(CUSTOMER)
    assert (await log_in(client)).status_code == 303
    assert (await client.get(ME)).json()["customer_id"] == 1
    there.claims = {**CUSTOMER, "number": "2"}
    assert (await log_in(client)).status_code == 403, "another number is another person"
    for number in ("999999", "-9", "1 OR 1", "١"):
        there.claims = {**CUSTOMER, "sub": f"c-{number}", "email": "x@example.org", "number": number}
        assert (await log_in(client)).status_code == 403, number


async def test_own_account_of_the_proven_address_is_bound_and_keeps_its_password(
    client: httpx.AsyncClient, there: Provider
) -> None:
    there.claims = {**AGENT, "email": "temsilci@example.com"}
    assert (await log_in(client)).headers["location"] == "/desk"
    assert (await client.get(ME)).json()["customer_id"] == 9
    await bearer(client, "temsilci@example.com")
    # The address is given to somebody else at the provider: not to be let into the account of the former person.
    there.claims = {**AGENT, "email": "temsilci@example.com", "sub": "somebody-else"}
    assert (await log_in(client)).status_code == 403


@pytest.mark.parametrize(
    "claims",
    [
        {**LEAD, "email_verified": False},
        {**LEAD, "email_verified": "true"},
        {**LEAD, "email": None},
        {**LEAD, "email": "no address"},
        {**LEAD, "groups": {"all": []}},
        {**LEAD, "groups": "leads"},
        {**LEAD, "email": "musteri1@example.com"},
        {**CUSTOMER, "email": "musteri2@example.com"},
        {**CUSTOMER, "email": "temsilci@example.com"},
    ],
)
async def test_person_whom_no_claim_lets_in_is_told_so(
    client: httpx.AsyncClient, there: Provider, claims: dict[str, object]
) -> None:
    there.claims = dict(claims)
    refused = await log_in(client)
    assert refused.status_code == 403 and "Kurum Girişi hesabınız burada giriş için yetkili değil" in refused.text
    assert await nobody(client)


async def test_disabled_account_is_refused_and_its_login_ends(
    client: httpx.AsyncClient, service: RunningService
) -> None:
    await log_in(client)
    await service.administration.add(
        login="other@operator.example", role=AccountRole.ADMIN, by="test", password="a long enough secret"
    )
    record = await service.administration.find("lead@operator.example")
    await service.administration.disable(record.id, "test")
    assert await nobody(client)
    assert (await log_in(client)).status_code == 403
    await service.administration.enable(record.id, "test")
    assert (await log_in(client)).status_code == 303


HOUR = 3600


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"nonce": "of-another-login"},
        {"nonce": None},
        {"exp": int(time.time()) - HOUR, "iat": int(time.time()) - 2 * HOUR},
        {"exp": None},
        {"iat": int(time.time()) + HOUR},
        {"sub": None},
    ],
)
async def test_token_that_is_not_for_this_login_is_refused(
    client: httpx.AsyncClient, there: Provider, changed: dict[str, object]
) -> None:
    there.changed = changed
    refused = await log_in(client)
    assert refused.status_code == 401 and "Kurum Girişi girişi tamamlanamadı" in refused.text
    assert await nobody(client)


async def test_token_of_another_key_or_no_signature_is_refused(client: httpx.AsyncClient, there: Provider) -> None:
    there.signed_by = _key()
    assert (await log_in(client)).status_code == 401
    there.signed_by, there.algorithm = None, "none"
    assert (await log_in(client)).status_code == 401
    there.signed_by, there.algorithm = SECRET * 2, "HS256"
    assert (await log_in(client)).status_code == 401
    assert await nobody(client)


async def test_new_key_of_the_provider_is_asked_for(
    client: httpx.AsyncClient, there: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await log_in(client)).status_code == 303
    there.rotate()
    assert (await log_in(client)).status_code == 401, "keys were asked for a moment ago"
    monkeypatch.setattr("identity.oidc._NEW_KEYS_SECONDS", 0.0)
    assert (await log_in(client)).status_code == 303


async def test_way_back_is_good_once_and_in_its_own_browser(client: httpx.AsyncClient) -> None:
    address = await way_back(client)
    begun = client.cookies["telekom_oidc"]
    assert (await client.get(address)).status_code == 303
    client.cookies.delete("telekom_token")
    again = await client.get(address)
    assert again.status_code == 400 and "daha önce kullanıldı" in again.text
    client.cookies.set("telekom_oidc", begun, domain="telekom.test", path="/login/oidc")
    assert (await client.get(address)).status_code == 401, "the provider takes a code once"
    client.cookies.clear()
    other = await way_back(client)
    client.cookies.clear()
    assert (await client.get(other)).status_code == 400, "another browser"
    await client.get("/login/oidc")
    assert (await client.get(other)).status_code == 400, "another state"
    assert await nobody(client)


async def test_forged_or_foreign_cookie_begins_nothing(client: httpx.AsyncClient) -> None:
    address = await way_back(client)
    token = (await bearer(client, "musteri1@example.com"))["Authorization"].removeprefix("Bearer ")
    for kept in ("nonsense", token):
        client.cookies.clear()
        client.cookies.set("telekom_oidc", kept)
        assert (await client.get(address)).status_code == 400
    begun = (await client.get("/login/oidc")).cookies["telekom_oidc"]
    assert (await client.get(ME, headers={"Authorization": f"Bearer {begun}"})).status_code == 401


async def test_person_who_gives_up_is_told_in_the_language_of_the_page(client: httpx.AsyncClient) -> None:
    client.cookies.set("telekom_language", "en")
    state = parse_qs(urlsplit(await way_back(client)).query)["state"][0]
    refused = await client.get("/login/oidc/callback", params={"error": "access_denied", "state": state})
    assert refused.status_code == 401 and "was not completed" in refused.text
    assert "access_denied" not in refused.text


async def test_silent_or_strange_provider_leaves_the_password(client: httpx.AsyncClient, there: Provider) -> None:
    there.down = True
    silent = await client.get("/login/oidc")
    assert silent.status_code == 503 and "şu anda yanıt vermiyor" in silent.text and 'name="password"' in silent.text
    there.down, there.says = False, {"issuer": "https://elsewhere.example"}
    assert (await client.get("/login/oidc")).status_code == 503
    there.says = {"jwks_uri": f"{there.address}/nowhere"}
    assert (await log_in(client)).status_code == 503
    assert await nobody(client)


async def test_log_out_offers_to_end_the_login_there(client: httpx.AsyncClient, there: Provider) -> None:
    assert (await log_in(client)).status_code == 303
    assert f"{there.address}/bye" not in (await client.get("/login")).text, "who is logged in has not logged out"
    out = await client.post("/logout")
    assert out.headers["location"] == "/login" and await nobody(client)
    page = (await client.get("/login")).text
    assert f'href="{there.address}/bye?client_id={CLIENT}&amp;post_logout_redirect_uri=' in page
    assert f"{there.address}/bye" not in (await client.get("/login")).text, "it is offered once"


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"oidc_issuer": "http://login.example", "oidc_client_id": "a", "oidc_customer_claim": "n"}, "https://"),
        ({"oidc_issuer": "https://login.example", "oidc_customer_claim": "n"}, "TELEKOM_OIDC_CLIENT_ID"),
        ({"oidc_issuer": "https://login.example", "oidc_client_id": "a"}, "TELEKOM_OIDC_ROLES"),
        ({"oidc_roles": "a=boss"}, "staff"),
    ],
)
def test_half_a_provider_is_refused_at_start(values: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_roles_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEKOM_OIDC_ROLES", "agents=staff, Lead Group=admin")
    assert Settings(_env_file=None).oidc_roles == {"agents": "staff", "Lead Group": "admin"}
