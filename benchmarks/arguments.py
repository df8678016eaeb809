"""What benchmarks take on their command lines."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Container


def names(known: Container[str]) -> Callable[[str], list[str]]:
    """A type of argument: names of ``known`` between commas, or none."""

    def read(text: str) -> list[str]:
        given = [name for name in text.split(",") if name and name != "none"]
        if unknown := [name for name in given if name not in known]:
            raise argparse.ArgumentTypeError(f"not known: {', '.join(unknown)}")
        return given

    return read
