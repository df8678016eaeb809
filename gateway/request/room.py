"""How much of subgraphs' replies may be worked on at once, where answers are large.

A large reply becomes a dozen times its size in objects, and such answers are shaped one after the
other: without a bound a few dozen clients take all memory, and the last of them waits for minutes.
"""

from __future__ import annotations

MOST_BYTES = 64_000_000
"""Of replies, together: shaped in 10 to 25 s, within a request's time."""


class Room:
    """What all large answers of a process hold together, in bytes of replies."""

    def __init__(self) -> None:
        self.held = 0

    def takes(self, size: int) -> bool:
        """Tell whether there is room for an answer whose first large reply has ``size``.

        For one that is alone there always is, and for the further replies of one that was let in:
        to refuse those would waste what was done.
        """
        return not self.held or self.held + size <= MOST_BYTES


room = Room()
"""That of the process, as memory is."""
