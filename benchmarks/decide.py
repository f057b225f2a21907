"""Time of one decision: ours beside transformers' DecisionPipeline on the same weights, format and messages.

    python -m benchmarks.decide [--rounds 3] [--threads 2]

All questions are asked about each message. The pipeline runs the exported float model (``agent/export.py``) with the
same ``decision.json`` and template; ours runs the int8 trunk with mean states, letters and argument tags on top.
Prints a table, then one JSON line.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import JevForDecision, PreTrainedTokenizerFast
from transformers.pipelines.decision import DecisionPipeline

from agent.decision.format import QUERIES
from agent.decision.head import DecisionHead
from agent.export import export_decision_model
from agent.local.embedded import load_embedded
from agent.local.storage import default_head
from agent.models import weights_digest
from core.settings import Settings

MESSAGES = (
    "fatura?",
    "Bu ayki faturam neden bu kadar yüksek geldi acaba?",
    "yurt disina cikiyorum roaming acilsin lutfen",
    "Kadıköy Moda'da iki saattir ne telefon çekiyor ne internet var, çalışma mı var?",
    "Süper Konuşma paketine geçmek istiyorum, bir de kalan internetimi söyler misiniz",
    "merhaba kolay gelsin",
    "Modemin kırmızı ışığı yanıyor, birkaç kere kapatıp açtım ama düzelmedi, kayıt açar mısınız lütfen",
    "can you tell me how many minutes i have left",
    "otomatik ödemeyi kaldırın kartım değişti",
    "hattımı dondurmak istiyorum askere gidiyorum ağustosa kadar kullanmayacağım",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    settings = Settings()
    loaded = load_embedded(cache=settings.model_cache, weights=settings.weights)
    folder_of_head = loaded.head or default_head()
    head = DecisionHead.from_folder(loaded.trunk, loaded.tokenizer, folder_of_head)
    with tempfile.TemporaryDirectory() as folder:
        export_decision_model(folder_of_head, Path(folder))
        pipeline = DecisionPipeline(
            model=JevForDecision.from_pretrained(folder), tokenizer=PreTrainedTokenizerFast.from_pretrained(folder)
        )
    questions = {name: _question(head.questions[name].options) for name in QUERIES}
    runs: dict[str, Callable[[str], Any]] = {
        "ours": lambda message: head.read([message]),
        "DecisionPipeline": lambda message: pipeline({"state": message, "questions": questions}),
    }
    times = measure(runs, options.rounds)
    medians = {name: round(statistics.median(found), 1) for name, found in times.items()}
    print(f"{'':20} {'median ms':>10} {'slowest ms':>11}")
    for name, found in times.items():
        print(f"{name:20} {medians[name]:>10} {max(found):>11.1f}")
    ratio = round(medians["ours"] / medians["DecisionPipeline"], 3)
    print(f"ours / DecisionPipeline: {ratio}")
    weights = weights_digest(folder_of_head)
    print(f"weights {weights}")
    report = {"benchmark": "decide", "threads": options.threads, "median_ms": medians, "ratio": ratio}
    print(json.dumps({**report, "weights": weights}))


def _question(options: Any) -> dict[str, Any]:
    if len(options) == 2 and "true" in options:
        return {"type": "noul"}
    return {"type": "choice", "criteria": dict.fromkeys(options)}


def measure(runs: dict[str, Callable[[str], Any]], rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each message for each implementation; a first round does not count."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for message in MESSAGES:
            for name, run in runs.items():
                began = time.perf_counter()
                run(message)
                if number:
                    times[name].append((time.perf_counter() - began) * 1000)
    return times


if __name__ == "__main__":
    main()
