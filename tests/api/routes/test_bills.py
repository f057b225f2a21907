"""A bill as a PDF: its words and figures, in both languages, and only the caller's own."""

from __future__ import annotations

import io

import httpx
import pytest
from pypdf import PdfReader

from tests.api.conftest import Login
from tests.api.routes.test_auth import cookie_login

CURRENT = "/api/v1/telekom/billing/current"


async def bill_of(client: httpx.AsyncClient, headers: dict[str, str]) -> dict[str, str]:
    bill: dict[str, str] = (await client.post(CURRENT, headers=headers)).json()["data"]
    return bill


def text_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    assert len(pages) == 1
    return pages[0].extract_text()


async def test_own_bill_is_a_page_of_text_with_turkish_letters(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    bill = await bill_of(client, headers)
    answer = await client.get(f"/bills/{bill['bill_id']}.pdf", headers=headers)
    text = text_of(answer)
    for words in (bill["bill_id"], "Kasım 2026 faturası", "Müşteri Mehmet Demir", "Son ödeme tarihi", "Durum ödenmedi"):
        assert words in text
    assert text.count("TL") == len(bill["services"]) + 1 and "Toplam" in text and "Ödeme zamanı" not in text
    assert answer.headers["content-disposition"] == f'inline; filename="fatura-{bill["bill_id"]}.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    client.cookies.set("telekom_language", "en")
    english = text_of(await client.get(f"/bills/{bill['bill_id']}.pdf", headers=headers))
    assert "Bill of November 2026" in english and "Due date" in english and "Total" in english


async def test_paid_bill_tells_how_and_when(client: httpx.AsyncClient, login: Login) -> None:
    headers = await login(1)
    bill = await bill_of(client, headers)
    paid = await client.post("/api/v1/telekom/billing/pay", json={"method": "credit_card"}, headers=headers)
    text = text_of(await client.get(f"/bills/{bill['bill_id']}.pdf", headers=headers))
    assert "Durum ödendi" in text and "kredi kartı" in text and paid.json()["data"]["transaction_id"] in text


@pytest.mark.parametrize("who", [2, 7, "temsilci@example.com", "muhendis@example.com"])
async def test_somebody_elses_bill_is_not_found(client: httpx.AsyncClient, login: Login, who: int | str) -> None:
    bill = await bill_of(client, await login(1))
    path, headers = f"/bills/{bill['bill_id']}.pdf", await login(who)
    answers = [await client.get(each, headers=headers) for each in (path, "/bills/F-0.pdf")]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(404, "BILL_NOT_FOUND")] * 2
    assert bill["bill_id"] not in answers[1].text
    page = await client.get(path, headers={**headers, "Accept": "text/html"})
    assert page.status_code == 404 and "Bu sayfa bulunamadı" in page.text
    assert (await client.get(path)).status_code == 401
    await cookie_login(client)
    assert (await client.get(path)).status_code == 200, "a browser comes with its cookie"
