"""Searching as people type, in the languages they type in."""

from __future__ import annotations

import pytest

from tests.catalog_service.kit import Catalog, Person

FIND = """query($text: String!) {
  offers(filter: {text: $text}) { edges { node { title } } } }"""
PLACES = "query($text: String!) { places(filter: {text: $text}) { edges { node { name } } } }"

FOUND = {
    "Crème brûlée": ("creme brulee", "CRÈME", "Creme Brûlée", "brule"),
    "Käsespätzle": ("Käsespätzle", "kasespatzle", "kaesespaetzle", "KÄSE"),
    "Kaesekuchen": ("Käsekuchen", "kasekuchen", "kaesekuchen"),
    "Weißwurst mit Süßem": ("weisswurst", "Weißwurst", "WEISSWURST", "süssem", "suessem"),
    "Smørrebrød": ("smorrebrod", "smoerrebroed", "Smørrebrød"),
    "Rødgrød på brød": ("rodgrod pa brod", "på", "paa"),
    "Żurek z kiełbasą": ("zurek", "kielbasa", "kiełbasą", "ŻUREK"),
    "Пельмени с ёжиком": ("ежиком", "ёжиком", "ПЕЛЬМЕНИ"),
    "Κουλούρι Θεσσαλονίκης": ("κουλουρι", "θεσσαλονικης", "ΘΕΣΣΑΛΟΝΊΚΗΣ"),
    "خُبْزٌ طازَج": ("خبز", "طازج", "خُبز"),
    "لحــم": ("لحم",),
    "לֶחֶם טָרִי": ("לחם", "טרי"),
    "Mom’s pie": ("mom's", "mom’s", "moms pie"[:3]),
    "Tiệm bánh mì": ("banh mi", "tiem"),
    "Şekerli çörek, ılık": ("sekerli", "corek", "ilik", "ÇÖREK"),
    "Œufs à la coque": ("oeufs", "œufs"),
    "Ærter": ("aerter", "Ærter"),
    "Þorskur": ("thorskur", "Þorskur"),
    "パン屋": ("パン", "ﾊﾟﾝ", "屋"),
    "김치전": ("김치",),
    "ขนมปัง": ("ขนมปัง",),
    "रोटी": ("रोटी",),
    "Jalapeño": ("jalapeno", "jalapeño"),
    "100 % rye_bread\\": ("100 %", "rye_bread", "\\"),
}
NOT_FOUND = ("kaffee", "%", "_x", "นมปง", "रट")


@pytest.fixture
async def menu(catalog: Catalog, owner: Person) -> Catalog:
    place = await catalog.open_place(owner, name="Bäckerei Müller", address="Straße 1, Łódź")
    for title in FOUND:
        await catalog.publish_offer(owner, place, title=title)
    return catalog


async def test_what_a_keyboard_leaves_out_is_found(menu: Catalog) -> None:
    missed = []
    for title, searches in FOUND.items():
        for text in searches:
            answer = await menu.ask(None, FIND, text=text)
            titles = [edge["node"]["title"] for edge in answer.data["offers"]["edges"]]
            if title not in titles:
                missed.append((title, text))
    assert missed == []


async def test_what_is_not_there_is_not_found(menu: Catalog) -> None:
    found = {}
    for text in NOT_FOUND:
        answer = await menu.ask(None, FIND, text=text)
        found[text] = [edge["node"]["title"] for edge in answer.data["offers"]["edges"]]
    assert found.pop("%") == ["100 % rye_bread\\"]
    assert set(map(tuple, found.values())) == {()}


@pytest.mark.parametrize("text", ["Bäckerei", "backerei", "baeckerei mueller", "strasse", "lodz"])
async def test_places_are_found_the_same_way(menu: Catalog, text: str) -> None:
    found = (await menu.ask(None, PLACES, text=text)).data["places"]["edges"]
    assert [edge["node"]["name"] for edge in found] == ["Bäckerei Müller"]
