"""Source for collecting: one walk of straight loops, and one loop that tells objects apart.

``paths`` and ``representations`` are the rule; they take a step and an object at a time. For the
targets ``orders[].lines[].product``, Products by their ``id``, the source is

    def walk(root):
     ends = []
     for v in (root,):
      if type(v) is dict:
       v = v.get('orders')
       if type(v) is list:
        for v in v:
         ...
               if type(v) is dict: ends.append(v)
     return ends

    def identify(targets, built, groups, add):
     usual, told = {}, {}
     for t in targets:
      try:
       a0 = t['id']
       known = usual.get(a0)
       if known is not None:
        known[0].append(t)
        continue
       if type(a0) is str:
        built.append({'__typename': 'Product', 'id': a0})
        groups.append(same := [t])
        usual[a0] = (same,)
        continue
       same = told.get(values := (a0, type(a0)))
      except (KeyError, TypeError):
       add(t)
       continue
      if same is not None:
       same.append(t)
      elif type(a0) in KEYS:
       told[values] = same = [t]
       built.append({'__typename': 'Product', 'id': a0})
       groups.append(same)
      else:
       add(t)

Most objects of a long list are few entities again and again: those are told by their values,
without building a representation for each. ``usual`` finds them by a first key that is
a string; what else is in a representation is there the very same object, since it mostly came with
one entity (``known is not None and a1 is known[1]``). Where nothing else is in it a string tells
all. ``told`` compares values, and their kinds: 1 and True are equal. ``add`` does what is out of
the ordinary: something is missing or no plain value, or equal values may be written differently
(0.0 and -0.0).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gateway.execution.paths import PathTree, path_tree
from gateway.planning.plan import Each, Key, Leaf, OnTypes, Path, PathStep, Representation

Object = dict[str, Any]
Walk = Callable[[Object], list[Object]]
Identify = Callable[[list[Object], list[Any], list[list[Object]], Callable[[Object], None]], None]
"""Adds to the representations, and to the objects that each of them stands for."""

_MOST_STEPS = 500
_LONGEST = 15
"""Steps within each other: Python takes 20 loops."""
_KEYS = frozenset({str, int, bool})
_PLAIN = _KEYS | {type(None)}
"""Kinds of values that are written alike if they are of one kind and equal."""


def generate_walk(paths: tuple[Path, ...], typename_key: str) -> Walk | None:
    """Return what ``compile_paths`` returns, as source; None where it would be very long."""
    writer = _WalkWriter(typename_key)
    writer.branches(path_tree(paths), "(root,)")
    if writer.steps > _MOST_STEPS:
        return None
    walk: Walk = _made("walk", ["def walk(root):", " ends = []", *writer.lines, " return ends"])
    return walk


class _WalkWriter:
    """Writes the loops of a tree of paths.

    Where paths part, all objects there are found before any goes on: first to the end of one
    branch, then of the next. So targets come in the order that ``compile_paths`` finds them in.
    """

    def __init__(self, typename_key: str) -> None:
        self.typename_key = typename_key
        self.lines: list[str] = []
        self.steps = 0

    def branches(self, node: PathTree, found: str) -> None:
        """Write what is done with all values at ``node``, which are in the list ``found``."""
        if node.is_end:
            self.lines.append(f" ends += [v for v in {found} if type(v) is dict]")
        for step, child in node.children.items():
            start = len(self.lines)
            self.lines.append(f" for v in {found}:")
            end, indent = self._chain(step, child)
            if not end.children:
                self.lines.append(f"{indent}if type(v) is dict: ends.append(v)")
                continue
            parting = f"n{self.steps}"
            self.lines.append(f"{indent}{parting}.append(v)")
            self.lines.insert(start, f" {parting} = []")
            self.branches(end, parting)

    def _chain(self, step: PathStep, node: PathTree) -> tuple[PathTree, str]:
        """Write ``step`` and what follows as long as that is one way; return where it ends."""
        indent = self._step(step, "  ")
        length = 1
        while len(node.children) == 1 and not node.is_end and length < _LONGEST:
            [(step, node)] = node.children.items()
            indent = self._step(step, indent)
            length += 1
        return node, indent

    def _step(self, step: PathStep, indent: str) -> str:
        """Write one step from ``v`` to the next; return the indentation of what follows."""
        self.steps += 1
        match step:
            case Key(name):
                self.lines += [f"{indent}if type(v) is dict:", f"{indent} v = v.get({name!r})"]
            case Each():
                self.lines += [f"{indent}if type(v) is list:", f"{indent} for v in v:"]
                return f"{indent}  "
            case OnTypes(types):
                name = f"type(n := v.get({self.typename_key!r})) is str"
                known = f"n in {{{', '.join(map(repr, sorted(types)))}}}"
                self.lines.append(f"{indent}if type(v) is dict and {name} and {known}:")
        return f"{indent} "


def generate_identify(representation: Representation, typename_key: str) -> Identify | None:
    """Return the loop that tells targets apart.

    None where not all parts are leaves, or where a key is required, too: they are one member then.
    """
    parts = (*representation.keys, *representation.requires)
    leaves = [part for part in parts if isinstance(part, Leaf)]
    if len({leaf.field for leaf in leaves}) < len(parts):
        return None
    writer = _IdentifyWriter(representation, leaves, typename_key)
    identify: Identify = _made("identify", writer.lines())
    return identify


class _IdentifyWriter:
    """Writes the loop that tells targets apart.

    ``reads`` put an object's values into variables, ``told`` tells it from others, ``kept`` is what
    ``usual`` has under its ``first`` value, and ``alike`` whether that is of this object.
    """

    def __init__(
        self, representation: Representation, leaves: list[Leaf], typename_key: str
    ) -> None:
        sources = dict.fromkeys(leaf.source for leaf in leaves)
        values = {source: f"a{n}" for n, source in enumerate(sources)}
        keys = {leaf.source for leaf in representation.keys if isinstance(leaf, Leaf)}
        self.first, *others = values.values()
        self.reads = [f"{value} = t[{source!r}]" for source, value in values.items()]
        self.is_plain = [
            f"type({value}) in {'KEYS' if source in keys else 'PLAIN'}"
            for source, value in values.items()
        ]
        self.told = [*values.values(), *(f"type({value})" for value in values.values())]
        self.alike = ["known is not None", *(f"{v} is known[{n}]" for n, v in enumerate(others, 1))]
        self.kept = ["same", *others]
        typename = repr(representation.typename)
        if representation.typename is None:
            typename = self._own_typename(typename_key, representation.default_typename)
        fields = (f"{leaf.field!r}: {values[leaf.source]}" for leaf in leaves)
        self.members = [f"'__typename': {typename}", *fields]

    def _own_typename(self, key: str, default: str | None) -> str:
        """Tell objects by their type names, too; return the variable."""
        self.reads.append(f"n = t.get({key!r}) or {default!r}")
        self.is_plain.append("type(n) is str")
        self.told.append("n")
        self.alike.append(f"n == known[{len(self.kept)}]")
        self.kept.append("n")
        return "n"

    def lines(self) -> list[str]:
        """The lines of ``identify``."""
        is_alone = len(self.kept) == 1  # the first value tells all
        write = f"built.append({{{', '.join(self.members)}}})"
        is_text = f"if type({self.first}) is str:"
        remember = f"usual[{self.first}] = ({', '.join(self.kept)},)"
        told_at_once = [
            f"   {is_text}",
            f"    {write}",
            "    groups.append(same := [t])",
            f"    {remember}",
            "    continue",
        ]
        return [
            "def identify(targets, built, groups, add):",
            " usual, told = {}, {}",
            " for t in targets:",
            "  try:",
            *(f"   {read}" for read in self.reads),
            f"   known = usual.get({self.first})",
            f"   if {' and '.join(self.alike)}:",
            "    known[0].append(t)",
            "    continue",
            *(told_at_once if is_alone else ()),
            f"   same = told.get(values := ({', '.join(self.told)}))",
            "  except (KeyError, TypeError):",
            "   add(t)",
            "   continue",
            "  if same is not None:",
            "   same.append(t)",
            f"  elif {' and '.join(self.is_plain)}:",
            "   told[values] = same = [t]",
            f"   {write}",
            "   groups.append(same)",
            *(() if is_alone else (f"   {is_text} {remember}",)),
            "  else:",
            "   add(t)",
        ]


def _made(name: str, lines: list[str]) -> Any:
    names: dict[str, Any] = {"KEYS": _KEYS, "PLAIN": _PLAIN}
    exec("\n".join(lines), names)  # noqa: S102  our own text: names of the plan, as literals
    return names.pop(name)  # a function that is found in its own names is a ring
