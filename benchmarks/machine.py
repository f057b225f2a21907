"""The machine that a figure was measured on, for the JSON line of every benchmark."""

from __future__ import annotations

import platform

import torch


def machine() -> dict[str, str]:
    """Return PyTorch's version, the machine's architecture and the CPU instructions that PyTorch uses."""
    return {
        "torch": torch.__version__,
        "machine": platform.machine(),
        "cpu": torch.backends.cpu.get_cpu_capability(),
    }
