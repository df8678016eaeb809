"""What documents and docstrings name between backticks, and what is there to be named."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

_BUILT = ("gateway/explorer/static/", "gateway/explorer/ui/package-lock.json")
_TICKED = re.compile(r"``([^`\n]+)``|`([^`\n]+)`")
_PATH = re.compile(r"(?:\.\./)*\w[\w-]*(?:[./]+[\w-]+)*/?")
_ENDINGS = re.compile(r"\.(?:py|md|toml|graphql|lock|yaml|tsx?|mjs|case)$")
_DOTTED = re.compile(r"(\w+(?:\.\w+)*)\.(\w+)(?:\(.*\))?")
_WORD = re.compile(r"(?<![\w$@-])[A-Za-z_]\w*")
_TREE_LINE = re.compile(r"^[ │]*[├└]── (\w+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mention:
    """``text`` stands between backticks at ``line`` of ``file``."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Repository:
    """The tracked files under ``root``, whole paths to texts; what is not text is not there."""

    root: Path
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def tracked(cls, root: Path) -> Repository:
        """Read what git tracks."""
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files"], capture_output=True, text=True, check=True
        )
        texts = {}
        for name in listed.stdout.splitlines():
            if (root / name).is_file():
                is_read = not name.startswith(_BUILT)
                texts[name] = (root / name).read_text("utf-8", "ignore") if is_read else ""
        return cls(root, texts)

    def mentions(self) -> Iterator[Mention]:
        """All that stands between backticks in Markdown and in docstrings of Python."""
        for name, text in self.texts.items():
            if name.endswith(".md"):
                yield from _ticked(name, text, 1)
            elif name.endswith(".py"):
                for docstring in _docstrings(self.trees[name]):
                    yield from _ticked(name, docstring.text, docstring.first_line)

    @cached_property
    def trees(self) -> dict[str, ast.Module]:
        """The parsed Python files."""
        return {name: ast.parse(text) for name, text in self.texts.items() if name.endswith(".py")}

    @cached_property
    def ends_of_paths(self) -> set[str]:
        """Every path of a file or folder from any of its folders on, with and without ending."""
        ends = set()
        for name in self.texts:
            path = PurePosixPath(name)
            for whole in (path, path.with_suffix(""), *path.parents):
                ends |= {"/".join(whole.parts[start:]) for start in range(len(whole.parts))}
        return ends

    @cached_property
    def code(self) -> dict[str, str]:
        """The texts without Markdown and docstrings: what is named must be in one of these."""
        found = {name: text for name, text in self.texts.items() if not name.endswith(".md")}
        for name, tree in self.trees.items():
            lines = found[name].split("\n")
            for docstring in _docstrings(tree):
                for number in range(docstring.first_line, docstring.last_line + 1):
                    lines[number - 1] = ""
            found[name] = "\n".join(lines)
        return found

    @cached_property
    def words(self) -> set[str]:
        """Every word of code and of the names of files."""
        return set(re.findall(r"\w+", "\n".join([*self.texts, *self.code.values()])))

    @cached_property
    def owners(self) -> dict[str, list[str]]:
        """Files by what they own: dotted names of modules (at least two parts), and classes."""
        found: dict[str, list[str]] = {}
        for name, tree in self.trees.items():
            parts = name.removesuffix(".py").removesuffix("/__init__").split("/")
            for start in range(len(parts) - 1):
                found.setdefault(".".join(parts[start:]), []).append(name)
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef):
                    found.setdefault(node.name, []).append(name)
        return found


def missing_paths(repository: Repository) -> list[Mention]:
    """Mentions of files and folders that are not there. NAME in capitals is for a reader to fill.

    Paths that begin with a dot are made at run time (``.est``, ``.env``).
    """
    return [
        mention
        for mention in repository.mentions()
        if ("/" in mention.text or _ENDINGS.search(mention.text))
        and _PATH.fullmatch(mention.text)
        and not re.search(r"(^|/)\.\w", mention.text)
        and "NAME" not in mention.text
        and not _is_there(mention.text, repository.ends_of_paths)
    ]


def _is_there(path: str, ends: set[str]) -> bool:
    return re.sub(r"^(\.\./)+", "", path).rstrip("/") in ends


def missing_names(repository: Repository) -> list[Mention]:
    """Mentions of identifiers (snake_case, camelCase, CamelCase) that no code has."""
    return [
        mention
        for mention in repository.mentions()
        for word in _WORD.findall(mention.text)
        if ("_" in word.strip("_") or re.search(r"[a-z][A-Z]", word))
        and word not in repository.words
    ]


def missing_members(repository: Repository) -> list[Mention]:
    """Mentions ``module.name`` and ``Class.name`` where the file of the first has no such word."""
    return [
        mention
        for mention in repository.mentions()
        if (dotted := _DOTTED.fullmatch(mention.text))
        and not _ENDINGS.search(mention.text)
        and (files := repository.owners.get(dotted[1]))
        and not _has_member(repository, files, dotted[2])
    ]


def _has_member(repository: Repository, files: list[str], name: str) -> bool:
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", lambda upper: "_" + upper[1].lower(), name)
    return any(
        re.search(rf"\b(?:{name}|{snake})\b", repository.code[file])
        or str(PurePosixPath(file).parent / f"{name}.py") in repository.texts
        for file in files
    )


def differing_trees(repository: Repository) -> list[str]:
    """Modules whose docstring draws a tree of errors other than the classes that they define."""
    wrong = []
    for name, tree in repository.trees.items():
        drawn = set(_TREE_LINE.findall(ast.get_docstring(tree) or ""))
        if drawn and drawn != (defined := _errors_with_a_base(tree)):
            wrong.append(f"{name}: {', '.join(sorted(drawn ^ defined))}")
    return wrong


def _errors_with_a_base(tree: ast.Module) -> set[str]:
    """Exceptions that are of a family: their base is in the module too, or the family has none."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    bases = {
        name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for name, node in classes.items()
    }
    family = {name for name, own in bases.items() if own & bases.keys()}
    return family or {name for name, own in bases.items() if "Exception" in own}


def _ticked(file: str, text: str, first_line: int) -> Iterator[Mention]:
    for number, line in enumerate(text.split("\n"), first_line):
        for match in _TICKED.finditer(line):
            yield Mention(file, number, match[1] or match[2])


@dataclass(frozen=True, slots=True)
class _Docstring:
    text: str
    first_line: int
    last_line: int


def _docstrings(tree: ast.Module) -> Iterator[_Docstring]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        match node.body:
            case [ast.Expr(value=ast.Constant(value=str(text)) as found), *_]:
                yield _Docstring(text, found.lineno, found.end_lineno or found.lineno)
