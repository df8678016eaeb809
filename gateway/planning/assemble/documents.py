"""Rendered selections → the text of a fetch's document: anonymous and minimal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from gateway.operation.condition import ALWAYS, Condition
from gateway.operation.model import Directive, OperationKind, VariableDefinition
from gateway.planning.assemble.rendered import Rendered, RenderedField
from gateway.planning.plan import DocumentTemplate, EntityGroup, GroupTemplate
from gateway.supergraph.model import SupergraphType

_MARK = "\0"
"""Stands behind the names of a group while its text is made. No GraphQL text can have it."""


class Document(msgspec.Struct, frozen=True):
    """A document's text and the client's variables it uses, in the order of their definitions."""

    text: str
    variables: tuple[str, ...]
    has_custom_scalars: bool
    has_literals: bool
    template: DocumentTemplate | None = None


@dataclass(slots=True)
class DocumentPrinter:
    """Prints one document. ``known``: the client's variables; ``types``: the supergraph's.

    ``directives``: those of the client's operation, which every document has that they fit.
    """

    known: Mapping[str, VariableDefinition]
    types: Mapping[str, SupergraphType]
    directives: Sequence[Directive] = ()
    _used: set[str] = field(default_factory=set)
    _texts: dict[tuple[Rendered, Condition], str] = field(default_factory=dict)
    """What was printed of the group already, by what is known there."""
    _own: frozenset[str] = frozenset()
    _has_custom_scalars: bool = False
    _has_literals: bool = False

    def root(self, kind: OperationKind, rendered: Rendered, when: Condition) -> Document:
        """``query($a:Int){...}``; what holds whenever it is sent is not asked again inside."""
        return self._document(kind, (), self._selection(rendered, when))

    def entities(self, groups: Sequence[tuple[EntityGroup, Rendered]]) -> Document:
        """One ``_entities`` per group, with its selection; a template if any has contexts."""
        templates = [self._group(group, rendered) for group, rendered in groups]
        directives = self._directives(self.directives)
        always = frozenset().union(*(each.variables for each in self.directives))
        own = [f"${group.variable}:[_Any!]!" for group, _ in groups]
        own += [f"${v.name}:{v.type}" for group, _ in groups for v in group.contexts]
        fields = ("".join(template.field) for template in templates)
        body = " ".join(text.removeprefix("_entities:") for text in fields)
        template = None
        if any(group.contexts for group, _ in groups):
            used = (name for name in self.known if name in self._used)
            definitions = tuple((name, self._definition(name)) for name in used)
            template = DocumentTemplate(tuple(templates), definitions, directives, always)
        return self._document(OperationKind.QUERY, own, "{" + body + "}", template)

    def _group(self, group: EntityGroup, rendered: Rendered) -> GroupTemplate:
        """One group's own variables and its field, cut behind the names that are the group's."""
        before, self._used = self._used, set()
        self._texts.clear()
        self._own = frozenset(f"${variable.name}" for variable in group.contexts)
        selection = self._selection(rendered, group.when)
        text = (
            f"{group.alias}{_MARK}:_entities(representations:${group.variable}{_MARK}){selection}"
        )
        types = [(group.variable, "[_Any!]!"), *((v.name, v.type) for v in group.contexts)]
        definitions = ",".join(f"${name}{_MARK}:{type_}" for name, type_ in types)
        used, self._own = frozenset(self._used), frozenset()
        self._used |= before
        return GroupTemplate(tuple(definitions.split(_MARK)), tuple(text.split(_MARK)), used)

    def _document(
        self,
        kind: OperationKind,
        own: Sequence[str],
        selection: str,
        template: DocumentTemplate | None = None,
    ) -> Document:
        """``own`` define the variables that are not the client's."""
        directives = self._directives(self.directives)
        variables = tuple(name for name in self.known if name in self._used)
        definitions = [*own, *(self._definition(name) for name in variables)]
        defined = f"({','.join(definitions)})" if definitions else ""
        head = f"{defined}{directives}"
        keyword = kind.value if head or kind is not OperationKind.QUERY else ""
        text = f"{keyword}{head}{selection}"
        return Document(text, variables, self._has_custom_scalars, self._has_literals, template)

    def _definition(self, name: str) -> str:
        variable = self.known[name]
        default = "" if variable.default is None else f"={variable.default}"
        return f"${name}:{variable.type}{default}"

    def _selection(self, rendered: Rendered, known: Condition) -> str:
        text = self._texts.get((rendered, known))
        if text is None:
            text = self._texts[rendered, known] = self._printed(rendered, known)
        return text

    def _printed(self, rendered: Rendered, known: Condition) -> str:
        parts = [self._field(each, known) for each in rendered.fields]
        for fragment in rendered.fragments:
            inner = self._selection(fragment.selection, known)
            parts.append(f"...on {fragment.type_name}{inner}")
        return "{" + " ".join(parts) + "}"

    def _field(self, rendered: RenderedField, known: Condition) -> str:
        """``key:name(arguments)@directives{...}``, with what is not ``known`` of its condition."""
        left = rendered.when.given(known)
        head = rendered.name if rendered.key == rendered.name else f"{rendered.key}:{rendered.name}"
        if rendered.arguments:
            head += f"({','.join(f'{a.name}:{self._value(a.text)}' for a in rendered.arguments)})"
            for argument in rendered.arguments:
                self._used |= argument.variables
                self._has_literals = self._has_literals or bool(argument.literals)
        head += self._directives(rendered.directives)
        body = ""
        if rendered.selection is not None:
            body = self._selection(rendered.selection, rendered.when)
        elif (type_ := self.types.get(rendered.type_name)) is not None and type_.is_custom_scalar:
            self._has_custom_scalars = True
        if left == ALWAYS:
            return head + body
        return " ".join(self._conditional(head, body, sorted(facts)) for facts in left.alternatives)

    def _directives(self, directives: Sequence[Directive]) -> str:
        for directive in directives:
            self._used |= directive.variables
            self._has_literals = self._has_literals or bool(directive.literals)
        return "".join(f" {directive.text}" for directive in directives)

    def _value(self, text: str) -> str:
        return text + _MARK if text in self._own else text

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
