"""Customers who pay while something is killed: a load each step of which is repeated under its key."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from telekom_client import ApiError, BadAnswer, ConnectionFailed, TelekomClient
from telekom_client.models import ChatAnswer

PASSWORD = "demo-1234"
PAY = "Faturamı kredi kartıyla öde"
BILL = "Faturam ne kadar?"
PAYING = ("musteri2", "musteri7", "muhendis")
ASKING = ("musteri0", "musteri3", "musteri4")
PATIENCE_SECONDS = 120
SETTLED_SECONDS = 240
"""Twice the time after which a payment whose process died is settled (``ATTEMPT_LEASE``, then the next minute)."""
_BUSY = ("IDEMPOTENCY_KEY_IN_USE", "SESSION_BUSY")


class Payers:
    """Demo customers at once: some ask to pay, ask for the bill, pay and go on asking, others only ask.

    Args:
        address: Of the proxy.
        steps: Questions of each at the end.
    """

    def __init__(self, address: str, steps: int = 8) -> None:
        self._address = address
        self._steps = steps
        self.turns = 0

    def run(self, *events: tuple[int, Callable[[], object]]) -> None:
        """Let them pay and ask, and do each event after so many turns; whoever pays has paid once at the end."""
        with ThreadPoolExecutor(len(PAYING + ASKING)) as pool:
            working = [pool.submit(self._customer, name, name in PAYING) for name in PAYING + ASKING]
            for turns, event in events:
                wait_until(lambda turns=turns: self.turns >= turns or all(each.done() for each in working))  # type: ignore[misc]
                assert not all(each.done() for each in working), [each.result() for each in working]
                event()
            paid = [each.result(10 * PATIENCE_SECONDS) for each in working]
        assert paid == [1] * len(PAYING) + [0] * len(ASKING), paid

    def _customer(self, name: str, pays: bool) -> int:
        """Return the number of payments that were made."""
        with TelekomClient(self._address, timeout=PATIENCE_SECONDS, retries=8) as client:
            client.login(f"{name}@example.com", PASSWORD)
            before = client.get_payment_history().total_payments
            turns = [self._step(client, "first", message=PAY if pays else BILL)]
            session = turns[0].session_id
            if pays:
                assert turns[0].pending is not None, turns[0].response
                turns.append(self._step(client, "paid", session_id=session, approve=True))
                again = self._step(client, "paid", session_id=session, approve=True)
                assert again.metadata.run_id == turns[-1].metadata.run_id
            for n in range(self._steps):
                turns.append(self._step(client, f"later-{n}", session_id=session, message=BILL))
            if pays:
                turns += self._until_paid(client, session, before)
            assert {each.session_id for each in turns} == {session}
            assert len({each.metadata.run_id for each in turns}) == len(turns)
            kept = client.get_session(session)
            assert kept.pending is None
            answers = [message for message in kept.messages if message.role == "assistant"]
            assert len(answers) >= len(turns)  # more where a turn that died is told first
            return client.get_payment_history().total_payments - before

    def _until_paid(self, client: TelekomClient, session: str, before: int) -> list[ChatAnswer]:
        """Go on where a process died in the middle of a payment: its end is not known until the service settles it."""
        turns: list[ChatAnswer] = []
        end = time.monotonic() + SETTLED_SECONDS
        while client.get_payment_history().total_payments == before:
            assert time.monotonic() < end, [each.response[-160:] for each in turns]
            time.sleep(5)
            turns.append(self._step(client, f"waits-{len(turns)}", session_id=session, message=BILL))
            if turns[-1].pending is not None:  # it was given up and is asked for again
                turns.append(self._step(client, f"again-{len(turns)}", session_id=session, approve=True))
        return turns

    def _step(self, client: TelekomClient, key: str, **turn: object) -> ChatAnswer:
        """Repeat a step under its key until it is answered, as a patient client does."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = client.send_chat_message(idempotency_key=key, **turn)  # type: ignore[arg-type]
            except (ApiError, BadAnswer, ConnectionFailed) as error:
                assert not isinstance(error, ApiError) or error.status >= 500 or error.code in _BUSY, error
                assert time.monotonic() < end, error
                time.sleep(0.2)
            else:
                self.turns += 1
                return answer


def wait_until(condition: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
