"""The configuration's folder: what is read from it, and what is said of each fault."""

import json
from pathlib import Path

import pytest

from gateway.explorer import ExplorerConfig, ExplorerConfigError, load_explorer_config

TOML = """
title = "Shop"
[[sections]]
title = "First"
role = "clerk"
steps = ["01-list", "02-add"]
[sign_in]
document = "mutation M($name: String!) { enter(name: $name) { token } }"
fields = [{ name = "name", label = "Name" }]
access_token_path = "enter.token"
[sign_in.refresh]
document = "mutation R($old: String!) { renew(old: $old) }"
variable = "old"
access_token_path = "renew"
[[demo_accounts]]
label = "Clerk"
values = { name = "clerk" }
"""
LIST = "# All things.\n# In no order,\n# but all.\nquery Things {\n  things { id }\n}\n"
ADD = "# Add one\nmutation Add($id: ID!) {\n  add(id: $id) { id }\n}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "explorer.toml").write_text(TOML)
    (tmp_path / "01-list.graphql").write_text(LIST)
    (tmp_path / "02-add.graphql").write_text(ADD)
    (tmp_path / "02-add.json").write_text('{"id": "{{Things.things.0.id | Add.add.id}}"}')
    return tmp_path


def test_reads_sections_steps_and_sign_in(folder: Path) -> None:
    config = load_explorer_config(folder)
    (section,) = config.sections
    first, second = section.steps
    assert (config.title, section.title, section.role) == ("Shop", "First", "clerk")
    assert (first.operation, first.title) == ("Things", "All things")
    assert first.about == "In no order, but all."
    assert first.query == "# All things.\nquery Things {\n  things { id }\n}\n"
    assert json.loads(second.variables) == {"id": "{{Things.things.0.id | Add.add.id}}"}
    assert config.sign_in is not None
    assert config.documents() == (
        "mutation M($name: String!) { enter(name: $name) { token } }",
        "mutation R($old: String!) { renew(old: $old) }",
    )


def test_page_json_is_camel_case_and_its_revision_follows_the_sections(folder: Path) -> None:
    before = json.loads(load_explorer_config(folder).to_json())
    assert before["signIn"]["accessTokenPath"] == "enter.token"
    (folder / "01-list.graphql").write_text(LIST.replace("id", "name"))
    after = json.loads(load_explorer_config(folder).to_json())
    assert before["revision"] != after["revision"]


def test_no_folder_gives_a_plain_page() -> None:
    config = load_explorer_config(None)
    assert config == ExplorerConfig()
    assert config.documents() == ()


def test_demo_accounts_only_where_asked_for(folder: Path) -> None:
    assert load_explorer_config(folder).demo_accounts == ()
    (account,) = load_explorer_config(folder, demo_accounts=True).demo_accounts
    assert account.values == {"name": "clerk"}


def test_hints_say_which_step_helps(folder: Path) -> None:
    hint = (
        '[[hints]]\ncodes = ["GONE"]\noperations = ["Add"]\ntext = "List again."\nstep = "Things"\n'
    )
    (folder / "explorer.toml").write_text(TOML + hint)
    (read,) = json.loads(load_explorer_config(folder).to_json())["hints"]
    assert read == {
        "codes": ["GONE"],
        "operations": ["Add"],
        "text": "List again.",
        "step": "Things",
        "signIn": False,
    }


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("explorer.toml", "title = ", r"explorer\.toml: cannot be read"),
        ("explorer.toml", TOML + "[colour]\n", r"explorer\.toml: colour: .*[Uu]nexpected"),
        ("explorer.toml", TOML.replace('"First"', "1"), r"sections\.0\.title: "),
        ("explorer.toml", TOML.replace("02-add", "03-no"), r"03-no\.graphql: cannot be read"),
        ("explorer.toml", TOML.replace(', "02-add"', ""), "no section names"),
        ("01-list.graphql", "query Things { things", r"01-list\.graphql: begins without a comment"),
        ("01-list.graphql", "# All\nquery Things { things", "Expected Name, found <EOF>"),
        ("01-list.graphql", "# All\n{ things { id } }", "exactly one operation, with a name"),
        ("01-list.graphql", LIST + "query Two { a }", "exactly one operation, with a name"),
        ("01-list.graphql", "# All\nquery Add { a }", "several steps are called Add"),
        (
            "explorer.toml",
            TOML + '[[hints]]\ncodes = ["GONE"]\ntext = "List again."\nstep = "Lost"\n',
            "the hint for GONE names Lost: no step",
        ),
        ("02-add.json", "{", r"02-add\.json: is not JSON"),
        ("02-add.json", "[]", "must be a JSON object"),
        ("02-add.json", '{"id": "{{Gone.id}}"}', "variables of Add need Gone: no step"),
        ("02-add.json", '{"id": "{{now+2y}}"}', r"\{\{now\+2y\}\} is none of"),
        ("02-add.json", '{"id": "{{Things}}"}', r"\{\{Things\}\} is none of"),
    ],
)
def test_says_which_file_is_wrong_and_why(
    folder: Path, file: str, content: str, message: str
) -> None:
    (folder / file).write_text(content)
    with pytest.raises(ExplorerConfigError, match=message):
        load_explorer_config(folder)


def test_says_so_if_the_folder_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ExplorerConfigError, match=r"gone/explorer\.toml: cannot be read"):
        load_explorer_config(tmp_path / "gone")
