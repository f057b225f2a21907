"""Text generation in a thread of its own, so that the event loop never waits for the model.

Each model has one thread; requests are served in the order of their arrival. A caller that stops listening cancels the
work at the next token.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing

from agent.errors import AgentError, GenerationError
from agent.local.decoding import Decoder, Finish, Options, Piece
from agent.local.embedded import LoadedModel
from agent.local.memory import give_memory_back

__all__ = ["Finish", "Generator", "Options", "Piece"]

_Event = Piece | BaseException | None  # a piece, what went wrong, or the end


class Generator:
    """Generates texts with one model, one after the other.

    Args:
        loaded: The model.
        slots: Prompts whose states are kept for those that begin alike.
    """

    def __init__(self, loaded: LoadedModel, slots: int = 6) -> None:
        self._decoder = Decoder(loaded, slots)
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="generation")

    def pieces(self, prompt: str, options: Options, cancel: threading.Event | None = None) -> Iterator[Piece]:
        """Make a text and wait for each piece; ending the iteration early cancels the rest.

        Raises:
            GenerationError: The text could not be made; a subclass says why.
        """
        cancel = cancel or threading.Event()
        events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
        job = self._submit(prompt, options, cancel, events.put)
        try:
            while (event := events.get()) is not None:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            _abandon(job, cancel)

    def stream(self, prompt: str, options: Options) -> AsyncGenerator[Piece, None]:
        """Make a text without blocking the event loop; closing the generator cancels the rest.

        Raises:
            GenerationError: The text could not be made; a subclass says why.
        """
        return self._stream(prompt, options)

    async def text(self, prompt: str, options: Options) -> tuple[str, Finish]:
        """Make a whole text."""
        parts: list[str] = []
        async with aclosing(self._stream(prompt, options)) as stream:
            async for piece in stream:
                parts.append(piece.text)
                if piece.finish is not None:
                    return "".join(parts), piece.finish
        raise GenerationError("The text ended without an end.")

    def close(self) -> None:
        """Let the running text end and take no more."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    async def _stream(self, prompt: str, options: Options) -> AsyncGenerator[Piece, None]:
        loop = asyncio.get_running_loop()
        events: asyncio.Queue[_Event] = asyncio.Queue()
        cancel = threading.Event()

        def hand_over(event: _Event) -> None:
            try:
                loop.call_soon_threadsafe(events.put_nowait, event)
            except RuntimeError:  # the loop was closed: nobody listens any more
                cancel.set()

        job = self._submit(prompt, options, cancel, hand_over)
        try:
            while (event := await events.get()) is not None:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            _abandon(job, cancel)

    def _submit(
        self, prompt: str, options: Options, cancel: threading.Event, hand_over: Callable[[_Event], None]
    ) -> Future[None]:
        def work() -> None:
            try:
                for piece in self._decoder.run(prompt, options, cancel.is_set):
                    hand_over(piece)
                hand_over(None)
            except AgentError as error:
                hand_over(error)
            except RuntimeError as error:  # torch: out of memory and the like; the next text may still work
                hand_over(GenerationError(f"The model failed: {str(error).splitlines()[0]}"))
            except BaseException as error:
                hand_over(error)
                raise
            finally:
                give_memory_back()  # after the last piece was handed over, so that nobody waits for it

        try:
            return self._worker.submit(work)
        except RuntimeError as error:
            raise GenerationError("The model was closed.") from error


def _abandon(job: Future[None], cancel: threading.Event) -> None:
    cancel.set()
    job.cancel()
