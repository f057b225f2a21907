"""Outside systems as protocols, each with a simulated adapter that is deterministic and succeeds unless told not to."""

from __future__ import annotations

from dataclasses import dataclass

from core.clock import Clock, istanbul_now
from ports.network import NetworkPort, SimulatedNetwork
from ports.payment import PaymentPort, SimulatedPayment
from ports.speed_test import SimulatedSpeedTest, SpeedTestPort

__all__ = ["Ports"]


@dataclass(frozen=True)
class Ports:
    """The outside systems that the tools use."""

    payment: PaymentPort
    speed_test: SpeedTestPort
    network: NetworkPort

    @classmethod
    def simulated(
        cls,
        *,
        payment: PaymentPort | None = None,
        speed_test: SpeedTestPort | None = None,
        network: NetworkPort | None = None,
        clock: Clock = istanbul_now,
    ) -> Ports:
        """Return the simulated systems, each replaceable by an argument."""
        return cls(
            payment=payment or SimulatedPayment(),
            speed_test=speed_test or SimulatedSpeedTest(),
            network=network or SimulatedNetwork(clock),
        )
