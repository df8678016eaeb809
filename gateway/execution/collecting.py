"""From the gathered data to what one group asks for: representations, each written once.

``Collector.interpreted`` is the rule. For a plan that is used again and again source is made
(``collect_source``), which finds the same, in the same order.
"""

from __future__ import annotations

from typing import Any

from orjson import Fragment

from gateway.execution.collect_source import Identify, Walk, generate_identify, generate_walk
from gateway.execution.paths import compile_paths
from gateway.execution.representations import Unbuilt, compile_representation
from gateway.planning.plan import Path, Representation
from gateway.request.json_text import dumps

Object = dict[str, Any]

USES_BEFORE_SOURCE = 3
"""Making source takes as long as some tens of collections; most documents come once."""


class Collected:
    """``targets[i]`` are the objects that ``representations[i]`` stands for (see GroupCall).

    ``has_absent``: some object got none because something it needs was never gathered.
    """

    __slots__ = ("_known", "has_absent", "representations", "targets")

    def __init__(self) -> None:
        self.representations: list[Any] = []
        self.targets: list[list[Object]] = []
        self.has_absent = False
        self._known: dict[bytes, list[Object]] = {}

    def add(self, target: Object, built: Object | Unbuilt) -> None:
        """Ask for ``target`` by what was built of it: two are the same if their JSON is."""
        if isinstance(built, Unbuilt):
            self.has_absent = self.has_absent or built is Unbuilt.ABSENT
            return
        text = dumps(built)
        same = self._known.get(text)
        if same is None:
            same = self._known[text] = []
            self.representations.append(Fragment(text))
            self.targets.append(same)
        same.append(target)


class Collector:
    """Finds the targets of one group and what stands for them."""

    def __init__(
        self, paths: tuple[Path, ...], representation: Representation, typename_key: str
    ) -> None:
        self.build = compile_representation(representation, typename_key)
        self._paths = paths
        self._representation = representation
        self._typename_key = typename_key
        self._walk: Walk = compile_paths(paths, typename_key)
        self._identify: Identify | None = None
        self._uses = 0

    def __call__(self, root: Object) -> Collected:
        """Collect from the gathered data ``root``."""
        if self._identify is None:
            self._uses += 1
            if self._uses == USES_BEFORE_SOURCE + 1:
                self._make_source()
            return self.interpreted(root)
        collected = Collected()
        self._identify(
            self._walk(root),
            collected.representations,
            collected.targets,
            lambda target: collected.add(target, self.build(target)),
        )
        return collected

    def interpreted(self, root: Object) -> Collected:
        """Do it an object at a time."""
        collected = Collected()
        for target in self._walk(root):
            collected.add(target, self.build(target))
        return collected

    def _make_source(self) -> None:
        self._walk = generate_walk(self._paths, self._typename_key) or self._walk
        self._identify = generate_identify(self._representation, self._typename_key)
