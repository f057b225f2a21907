"""Several processes behind one port: the first is started alone, the others when it serves; one that dies is replaced.

Each worker is the whole service, as a replica is (docs/deployment.md): the database, the locks and the checkpoints are
theirs together. uvicorn's supervisor starts and stops them; here is what it leaves open.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from multiprocessing import parent_process
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from prometheus_client.multiprocess import mark_process_dead
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder in which the workers' metrics are added up, to the metrics' library and to ``api.metrics``."""
START_SECONDS = 300
"""At a signal HUP each worker is replaced by one that serves within so long."""


def run_workers(config: Callable[[Path], uvicorn.Config], listener: socket.socket) -> int:
    """Run the workers until stopped.

    Args:
        config: Makes the configuration of all, which names their number, from a folder that they share while they run.
        listener: The port.

    Returns:
        The exit code: 1 if the first worker could not start; it has said why.
    """
    # Not in the data folder: the path of a socket has a hundred characters at most.
    with TemporaryDirectory(prefix="telekom-") as folder:
        os.environ[_METRICS_FOLDER] = folder
        workers = Workers(config(Path(folder)), [listener])
        workers.run()
        return 1 if workers.failed else 0


class Workers(Multiprocess):
    """The worker processes of one port.

    Args:
        config: The configuration of each.
        sockets: The port.

    Attributes:
        failed: True where the first worker could not start.
    """

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.failed = False
        self._serves = self._is_asked = False

    def init_processes(self) -> None:
        """Start the first, which migrates the database and prepares the model, and fails for all of them."""
        self.processes = [self._started()]

    def keep_subprocess_alive(self) -> None:
        """Replace the workers that have died, and start the others once the first one serves."""
        self._serves = self._serves or self._first_serves()
        for place, process in enumerate(self.processes):
            if process.process.is_alive():
                continue
            process.join()
            mark_process_dead(process.pid, os.environ[_METRICS_FOLDER])  # type: ignore[no-untyped-call]
            if not self._serves:  # later the others go on, and another start is tried: perhaps the database is away
                self.failed = True
                self.should_exit.set()
                return
            self.processes[place] = self._started()
        if self._serves:
            self.processes += [self._started() for _ in range(self.processes_num - len(self.processes))]

    def _first_serves(self) -> bool:
        """Return True once the first worker answers that it serves; it answers nothing while it is loaded."""
        asked = self.processes[0].parent_conn
        if not self._is_asked:
            asked.send(b"ping")
        self._is_asked = not asked.poll()
        return False if self._is_asked else bool(asked.recv())

    def _started(self) -> Process:
        process = Process(self.config, self.sockets)
        process.start()
        return process


def end_with_parent() -> None:
    """Stop this process as a signal does when the one that started it dies, which cannot stop it any more."""
    parent = parent_process()
    assert parent is not None, "workers are started by another process"  # noqa: S101

    def watch() -> None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
