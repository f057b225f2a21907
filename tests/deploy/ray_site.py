"""The application of deploy/ray_app.py on a local Ray with two cores, with scripted models: ``python -m …ray_site``.

Prints its address when it can be used. A line ``kill NAME`` on standard input kills one replica of that deployment.
"""

from __future__ import annotations

import sys
import tempfile

import psutil
import ray
from ray import serve

from agent.models import Models
from core.settings import Settings
from deploy.ray_app import APP, application
from evaluation.scripted import ScriptedChatModel, ScriptedDecisionModel
from tests.api.conftest import ARGUMENTS, MEANINGS
from tests.doubles import meanings_of


def scripted(_: Settings) -> Models:
    decisions = ScriptedDecisionModel(meanings_of(MEANINGS, ARGUMENTS))
    return Models(ScriptedChatModel(arguments=ARGUMENTS), decisions)


def kill(deployment: str) -> int:
    """Kill the process of one replica, as a machine does that dies."""
    name = f"ray::ServeReplica:{APP}:{deployment}"
    found = [each for each in psutil.Process().children(recursive=True) if name in "".join(each.cmdline())]
    found[0].kill()
    return len(found)


def main() -> None:
    port = int(sys.argv[1])
    ray.init(num_cpus=2, include_dashboard=False, _temp_dir=tempfile.mkdtemp(prefix="ray-"), log_to_driver=True)
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    serve.run(application(services=2, models=2, cores=0.25, load=scripted), name=APP, route_prefix="/")
    sys.stdout.write(f"ready http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"killed one of {kill(line.split()[1])}\n")
        sys.stdout.flush()
    serve.shutdown()
    ray.shutdown()


if __name__ == "__main__":
    main()
