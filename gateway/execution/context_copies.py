"""Copies of ``_entities`` fields for targets whose contexts have different values.

A plan's document has each group once. A variable has one value for a whole document, so targets
with other values of a context are asked for by a copy of the group's field, under an alias and with
variables of its own:

    query($r:[_Any!]!,$c:String){_entities(representations:$r){...on Part{text(in:$c)}}}

    query($r_0:[_Any!]!,$c_0:String,$r_1:[_Any!]!,$c_1:String){
      _entities_0:_entities(representations:$r_0){...on Part{text(in:$c_0)}}
      _entities_1:_entities(representations:$r_1){...on Part{text(in:$c_1)}}
    }
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from gateway.planning.plan import DocumentTemplate, EntityFetch, EntityGroup


@dataclass(frozen=True, slots=True)
class ContextCopies:
    """Writes the document of one fetch with copies of its groups.

    ``separator`` stands before the number of a copy; it is in no client's variable.
    """

    template: DocumentTemplate
    separator: str

    def document(self, counts: Sequence[int]) -> str:
        """The document with so many copies of each group."""
        defined: list[str] = []
        fields: list[str] = []
        used = set(self.template.always_used)
        for group, count in zip(self.template.groups, counts, strict=True):
            for suffix in self._suffixes(count):
                defined.append(suffix.join(group.definitions))
                fields.append(suffix.join(group.field))
                used |= group.variables
        defined += (text for name, text in self.template.definitions if name in used)
        head = f"query({','.join(defined)}){self.template.directives}"
        return f"{head}{{{' '.join(fields)}}}"

    def copies(self, group: EntityGroup, count: int) -> Iterator[EntityGroup]:
        """The group as it is in each copy."""
        for suffix in self._suffixes(count):
            yield replace(
                group,
                alias=f"{group.alias}{suffix}",
                variable=f"{group.variable}{suffix}",
                contexts=tuple(replace(v, name=f"{v.name}{suffix}") for v in group.contexts),
            )

    def _suffixes(self, count: int) -> list[str]:
        """What the names of copies end with: of one alone with nothing."""
        return [""] if count == 1 else [f"{self.separator}{number}" for number in range(count)]


def context_copies(fetch: EntityFetch) -> ContextCopies | None:
    """Return how the groups of ``fetch`` are copied, None where none has contexts."""
    if fetch.template is None:
        return None
    separator = "_"
    while any(separator in name for name in fetch.variables):
        separator += "_"
    return ContextCopies(fetch.template, separator)
