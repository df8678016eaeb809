"""Descriptors 0, 1 and 2 are there, so that nothing else gets their numbers.

Whoever starts a server may have closed them (``>&-``, some supervisors). The next socket is then
number 1: what is printed goes to a client, and libuv, which takes the closing of such a number for
a fault of the program, ends the process.
"""

from __future__ import annotations

import os
import sys

_STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))


def keep_standard_streams() -> None:
    """Open those that are closed on ``/dev/null``. Call first: nothing else is open yet."""
    for number, (name, mode) in enumerate(_STREAMS):
        if getattr(sys, f"__{name}__") is not None:
            continue
        opened = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
        os.dup2(opened, number)  # what is started from here inherits it
        if opened > number:
            os.close(opened)
        stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
