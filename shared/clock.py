"""The wall clock, as an argument: tests move it."""

import time
from collections.abc import Callable
from typing import TypeAlias

Clock: TypeAlias = Callable[[], float]
"""Seconds since the epoch, UTC."""

system_clock: Clock = time.time
