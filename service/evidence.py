"""Evidence that may be looked at as often as one likes: do conversations go wrong more often under a new text?

The unit is the conversation, because that is what is drawn. Where the texts make no difference, a conversation that
went wrong stands on the new side with the chance of the share, whatever happened before it. So the sides of those alone
are tested, as a mixture sequential probability ratio test: the likelihood of their sides under larger (or smaller)
chances, all weighed alike, against that under the share. The ratio reaches 1/a with probability a at most, over all
looks together.

Sources: Robbins, "Statistical methods related to the law of the iterated logarithm" (1970); Johari, Koomen, Pekelis and
Walsh, "Always valid inference: continuous monitoring of A/B tests" (Operations Research, 2022); for counts by side
Lindon and Malek, "Anytime-valid inference for multinomial count data" (NeurIPS, 2022).
"""

from __future__ import annotations

import math


def worse_p(new: int, served: int, share: float) -> float:
    """Return the p-value of "the new side goes wrong no more often", which holds at every look.

    Args:
        new: Conversations of the new side that went wrong.
        served: Those of the served side.
        share: The share of all conversations that the new side gets, between 0 and 1.
    """
    # The mean of p**new * (1-p)**served over all p above the share, in the form of tails of the binomial distribution.
    total = new + served
    mixed = _log_at_most(new, total + 1, share) - math.log((total + 1) * (1 - share))
    return math.exp(min(0.0, _log_exactly(new, total, share) - mixed))


def better_p(new: int, served: int, share: float) -> float:
    """Return the p-value of "the new side goes wrong no less often"; arguments as for ``worse_p``."""
    return worse_p(served, new, 1 - share)


def _log_exactly(hits: int, of: int, chance: float) -> float:
    """Return the logarithm of the probability of so many hits."""
    ways = math.lgamma(of + 1) - math.lgamma(hits + 1) - math.lgamma(of - hits + 1)
    return ways + hits * math.log(chance) + (of - hits) * math.log1p(-chance)


def _log_at_most(hits: int, of: int, chance: float) -> float:
    """Return the logarithm of the probability of so many hits or fewer."""
    logs = [_log_exactly(each, of, chance) for each in range(hits + 1)]
    largest = max(logs)
    return largest + math.log(math.fsum(math.exp(each - largest) for each in logs))
