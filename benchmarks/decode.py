"""Speed of the embedded model: prefill and decode in our loop, beside llama.cpp on the same base where it is installed.

    python -m benchmarks.decode [--threads 2] [--prompt 256] [--tokens 128] [--rounds 3]

Prints a table, then one JSON line. llama.cpp comes with ``pip install llama-cpp-python``; without it the table says so.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.local.base_weights import assemble_base
from agent.local.decoding import Decoder, Options
from agent.local.embedded import embedded_files, load_embedded
from agent.models import weights_digest
from benchmarks.machine import machine
from core.settings import Settings

TEXT = (
    "Müşteri: İnternetim iki gündür çok yavaş, modemi kapatıp açtım ama düzelmedi. Ne yapmalıyım?\n"
    "Temsilci: Hattınızı ölçtüm, arıza kaydınızı açıyorum. Son ödeme tarihi 15 Mart 2026, tutar 249,90 TL.\n"
)

Speeds = tuple[float, float]
"""Prefill and decode, tokens a second."""


def measure_ours(threads: int, prompt_tokens: int, new_tokens: int, rounds: int) -> Speeds:
    """Measure the prepared int8 model in our loop; every round has a prompt that no cache knows."""
    settings = Settings()
    loaded = load_embedded(cache=settings.model_cache, weights=settings.weights, threads=threads)
    tokens = loaded.tokenizer.encode(TEXT * 40, add_special_tokens=False)[: prompt_tokens - 2]
    text = loaded.tokenizer.decode(tokens)
    decoder = Decoder(loaded, slots=1)
    list(decoder.run("ısınma", Options(max_tokens=4)))

    def once(number: int) -> Speeds:
        options = Options(max_tokens=new_tokens + 1)
        began = time.perf_counter()
        pieces = decoder.run(f"{chr(ord('A') + number)}{text}", options)
        next(pieces)
        first = time.perf_counter()
        finish = list(pieces)[-1].finish
        ended = time.perf_counter()
        assert finish is not None and finish.cached_tokens < 8
        return finish.prompt_tokens / (first - began), (finish.output_tokens - 1) / (ended - first)

    return _median(once, rounds)


def measure_llama_cpp(threads: int, prompt_tokens: int, new_tokens: int, rounds: int) -> Speeds:
    """Measure llama.cpp on the Q4_K_M file with the same text and the same number of tokens."""
    library: Any = importlib.import_module("llama_cpp")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "base.gguf"
        assemble_base(path)
        model = library.Llama(
            str(path), n_ctx=prompt_tokens + new_tokens + 16, n_threads=threads, n_threads_batch=threads, verbose=False
        )
        tokens = model.tokenize((TEXT * 40).encode())[:prompt_tokens]

        def once(_: int) -> Speeds:
            model.reset()
            began = time.perf_counter()
            model.eval(tokens)
            token = model.sample(temp=0.0)
            first = time.perf_counter()
            for _step in range(new_tokens):
                model.eval([token])
                token = model.sample(temp=0.0)
            return len(tokens) / (first - began), new_tokens / (time.perf_counter() - first)

        once(0)
        return _median(once, rounds)


def _median(once: Callable[[int], Speeds], rounds: int) -> Speeds:
    results = [once(number) for number in range(rounds)]
    return statistics.median(prefill for prefill, _ in results), statistics.median(decode for _, decode in results)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--prompt", type=int, default=256, help="tokens of the prompt")
    parser.add_argument("--tokens", type=int, default=128, help="tokens that are made")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sizes = (options.threads, options.prompt, options.tokens, options.rounds)
    rows = {"ours (int8, torch)": measure_ours(*sizes)}
    if importlib.util.find_spec("llama_cpp") is not None:
        rows["llama.cpp (Q4_K_M)"] = measure_llama_cpp(*sizes)
    print(f"{'':<22}{'prefill tokens/s':>18}{'decode tokens/s':>18}")
    for name, (prefill, decode) in rows.items():
        print(f"{name:<22}{prefill:>18.1f}{decode:>18.1f}")
    if len(rows) == 1:
        print("llama.cpp: llama-cpp-python is not installed, so there is nothing to compare with")
    weights = weights_digest(embedded_files(cache=Settings().model_cache, weights=Settings().weights).head)
    print(f"weights {weights}")
    ours, other = rows["ours (int8, torch)"], rows.get("llama.cpp (Q4_K_M)")
    report = {
        "threads": options.threads,
        "weights": weights,
        "prompt_tokens": options.prompt,
        "new_tokens": options.tokens,
        "prefill_per_s": round(ours[0], 1),
        "decode_per_s": round(ours[1], 1),
        "llama_cpp": {"prefill_per_s": round(other[0], 1), "decode_per_s": round(other[1], 1)} if other else None,
        **machine(),
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
