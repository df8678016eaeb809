"""Rendered selections → the text of a fetch's document: anonymous and minimal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.operation.condition import ALWAYS, Condition
from gateway.operation.model import OperationKind, VariableDefinition
from gateway.planning.plan import EntityGroup
from gateway.planning.rendered import Rendered, RenderedField


@dataclass(frozen=True, slots=True)
class Document:
    """A document's text and the client's variables it uses, in the order of their definitions."""

    text: str
    variables: tuple[str, ...]


@dataclass(slots=True)
class DocumentPrinter:
    """Prints one document. ``known``: the client's variables."""

    known: Mapping[str, VariableDefinition]
    _used: set[str] = field(default_factory=set)

    def root(self, kind: OperationKind, rendered: Rendered, when: Condition) -> Document:
        """``query($a:Int){...}``; what holds whenever it is sent is not asked again inside."""
        return self._document(kind, (), self._selection(rendered, when))

    def entities(self, groups: Sequence[tuple[EntityGroup, Rendered]]) -> Document:
        """One ``_entities`` per group, with its selection."""
        own = [f"${group.variable}:[_Any!]!" for group, _ in groups]
        own += [f"${v.name}:{v.type}" for group, _ in groups for v in group.contexts]
        body = " ".join(
            ("" if group.alias == "_entities" else f"{group.alias}:")
            + f"_entities(representations:${group.variable})"
            + self._selection(rendered, group.when)
            for group, rendered in groups
        )
        return self._document(OperationKind.QUERY, own, "{" + body + "}")

    def _document(self, kind: OperationKind, own: Sequence[str], selection: str) -> Document:
        """``own`` define the variables that are not the client's."""
        variables = tuple(name for name in self.known if name in self._used)
        definitions = [*own, *(self._definition(name) for name in variables)]
        head = "" if kind is OperationKind.QUERY and not definitions else kind.value
        defined = f"({','.join(definitions)})" if definitions else ""
        return Document(f"{head}{defined}{selection}", variables)

    def _definition(self, name: str) -> str:
        variable = self.known[name]
        default = "" if variable.default is None else f"={variable.default}"
        return f"${name}:{variable.type}{default}"

    def _selection(self, rendered: Rendered, known: Condition) -> str:
        parts = [self._field(each, known) for each in rendered.fields]
        for fragment in rendered.fragments:
            inner = self._selection(fragment.selection, known)
            parts.append(f"...on {fragment.type_name}{inner}")
        return "{" + " ".join(parts) + "}"

    def _field(self, rendered: RenderedField, known: Condition) -> str:
        left = rendered.when.given(known)
        head = rendered.name if rendered.key == rendered.name else f"{rendered.key}:{rendered.name}"
        if rendered.arguments:
            head += f"({','.join(f'{a.name}:{a.text}' for a in rendered.arguments)})"
            for argument in rendered.arguments:
                self._used |= argument.variables
        for directive in rendered.directives:
            head += f" {directive}"
            self._used |= {name for name in self.known if f"${name}" in directive}
        body = (
            "" if rendered.selection is None else self._selection(rendered.selection, rendered.when)
        )
        if left == ALWAYS:
            return head + body
        return " ".join(self._conditional(head, body, sorted(facts)) for facts in left.alternatives)

    def _conditional(self, head: str, body: str, facts: Sequence[tuple[str, bool]]) -> str:
        """``head @include(if:$a) body``; a directive stands once per field, more go around it."""
        self._used |= {name for name, _ in facts}
        own: dict[bool, str] = {}
        around: list[str] = []
        for name, wanted in facts:
            directive = f"@{'include' if wanted else 'skip'}(if:${name})"
            if wanted in own:
                around.append(directive)
            else:
                own[wanted] = directive
        text = f"{head} {' '.join(own[wanted] for wanted in sorted(own, reverse=True))}{body}"
        for directive in around:
            text = f"...{directive}{{{text}}}"
        return text
