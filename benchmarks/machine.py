"""What a figure was measured on, for the JSON line of every benchmark."""

from __future__ import annotations

import platform

import torch


def machine() -> dict[str, str]:
    """PyTorch's version, the machine's kind and the instructions that PyTorch uses on it."""
    return {
        "torch": torch.__version__,
        "machine": platform.machine(),
        "cpu": torch.backends.cpu.get_cpu_capability(),
    }
