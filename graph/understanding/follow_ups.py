"""Replies to what is no open question: a yes that is said again after its change was carried out.

Only the decision model's answers are weighed here; what is said and done about them is the node's work.
"""

from __future__ import annotations

from agent.errors import AgentError
from graph.reading import Reading
from graph.understanding.replies import ReplyReader

_NEW_WISH = 0.8
"""Probability from which on a message that also reads as a yes is a wish of its own, such as "evet, kotam ne kadar"."""


class FollowUpReader:
    """Reads messages as replies to something said earlier.

    Args:
        replies: Reads replies.
    """

    def __init__(self, replies: ReplyReader) -> None:
        self._replies = replies

    async def reply(self, reply: Reading, message: Reading) -> str:
        """Return the meaning of a message as a reply; "other" where it is a wish of its own.

        Args:
            reply: The message, read as the reply to an earlier question.
            message: The message, read by itself.
        """
        meaning = await self._replies.reply(reply)
        if meaning == "other":
            return meaning
        try:
            operation, probability = await message.best("operation")
        except AgentError:
            return "other"
        return "other" if operation != "none" and probability >= _NEW_WISH else meaning
