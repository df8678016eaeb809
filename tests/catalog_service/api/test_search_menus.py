"""What is on the menu in twenty-odd countries, looked for as people there type on a telephone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.catalog_service.kit import Catalog, Person

FIND = """query($text: String) {
  offers(filter: {text: $text}, first: 100) { edges { node { title } } } }"""

# title, what is typed: without accents, mistyped once, shouted, with spaces, half typed
MENUS: dict[str, tuple[str, ...]] = {
    # German
    "Apfelstrudel mit Vanillesoße": ("apfelstrudel vanillesosse", "vanilles", "apfelstrdel"),
    "Weißwürste & Brezn": ("weisswuerste", "weißwurste", "WEISSWÜRSTE", "brezn & weißwürste"),
    "Käsespätzle (groß)": ("kaesespaetzle", "kasespatzle", "Käsespatzle", "gross", "kaese"),
    "Rote-Bete-Salat": ("rote bete", "rote-bete", "ROTE BETE SALAT", "rotebete"),
    "Bio-Müsli 500 g": ("muesli", "musli", "müsli 500", "bio müsli", "bio-muesli"),
    # French
    "Crème brûlée à la vanille": ("creme brulee", "CRÈME BRÛLÉE", "creme brule", "vanile"),
    "Pâté en croûte aux œufs": ("pate en croute", "oeufs", "œufs", "croûte"),
    "Quiche à l’oignon": ("quiche a l'oignon", "oignon", "l’oignon"),
    "Bœuf bourguignon": ("boeuf", "BŒUF", "bourgignon", "bœuf bourguignon "),
    # Spanish
    "Tortilla española con jamón": ("tortilla espanola", "jamon", "ESPAÑOLA", "tortila"),
    "Piña, plátano y güiro": ("pina", "platano", "guiro", "piña y platano"),
    # Italian
    "Caffè e tiramisù": ("caffe", "tiramisu", "tiramisú", "tirmisu", "TIRAMISU'"),
    "Focaccia all’olio d’oliva": ("focaccia all'olio", "oliva", "d'oliva", "focacia"),
    # Portuguese
    "Pastéis de nata e pão": ("pasteis de nata", "pastéis", "pao", "PÃO", "pasties"),
    "Feijão com linguiça": ("feijao", "linguica", "linguça"),
    # Polish
    "Żurek z białą kiełbasą": ("zurek", "żurek", "biala kielbasa", "kiełb", "ŻUREK"),
    "Gołąbki i pączki": ("golabki", "paczki", "gołabki", "pączki"),
    # Czech, Slovak
    "Řízek s bramborovou kaší": ("rizek", "kasi", "řízek", "bramborovu"),
    "Bryndzové halušky": ("bryndzove", "halusky", "halušky", "haluski"),
    # Hungarian
    "Töltött káposzta": ("toltott kaposzta", "töltött", "káposta", "TÖLTÖTT"),
    "Gyümölcsös túrógombóc, főzelék": ("gyumolcsos", "turogomboc", "fozelek", "főzelék"),
    # Turkish
    "Fırında sütlaç": ("firinda", "sutlac", "FIRINDA", "fırında", "sütlac"),
    "Işkembe çorbası": ("iskembe", "corbasi", "çorbası", "işkembe", "ISKEMBE"),
    "Balık ekmek, iskender": ("balik", "BALIK", "İskender", "ISKENDER", "iskneder"),
    # Swedish, Danish, Norwegian, Icelandic
    "Räksmörgås": ("raksmorgas", "räksmörgås", "raeksmoergaas", "räksmörgos"),
    "Æbleskiver og rugbrød": ("aebleskiver", "æbleskiver", "rugbrod", "rugbroed", "ÆBLESKIVER"),
    "Kjøttkaker på fløte": ("kjottkaker", "flote", "på fløte", "kjøtkaker"),
    "Skyr með bláberjum": ("skyr", "blaberjum", "bláberjum"),
    # Finnish, Estonian
    "Karjalanpiirakka ja korvapuusti": ("karjalanpirakka", "korvapuusti", "piirakka"),
    "Lihapyöryköitä": ("lihapyorykoita", "lihapyöryköitä", "LIHAPYÖRYKÖITÄ"),
    # Dutch
    "Één broodje kroket, crème fraîche": ("een broodje", "creme fraiche", "kroket", "brodje"),
    "IJsje met slagroom": ("ijsje", "IJSJE", "ĳsje", "slagrom"),
    # Romanian, with the comma and with the cedilla
    "Ciorbă și sarmale, țuică": ("ciorba", "şi sarmale", "tuica", "ţuică", "sarmle"),
    "Mici cu muştar": ("mustar", "muștar", "mici"),
    # Greek
    "Μουσακάς και τζατζίκι": ("μουσακας", "ΜΟΥΣΑΚΑΣ", "μουσακασ", "τζατζικι", "τζατζκι"),
    "Σπανακόπιτα": ("σπανακοπιτα", "ΣΠΑΝΑΚΌΠΙΤΑ", "σπανακόπτα"),
    # Russian, Ukrainian, Bulgarian, Serbian
    "Чёрный хлеб и щи": ("черный хлеб", "ЧЁРНЫЙ", "щи", "чорный", "хлеб"),
    "Блинчики с творогом": ("блинчики", "творог", "блинчки"),
    "Борщ із пампушками": ("борщ", "пампушками", "пампушкми", "із"),
    "Мусака със сирене": ("мусака", "сирене", "сирен"),
    "Ћевапи са кајмаком": ("ћевапи", "кајмаком"),
    # Arabic, Persian
    "مُعَجَّنَات وَفَطَائِر": ("معجنات", "فطائر"),
    "كُنافة نابلسيّة": ("كنافه", "كنافة", "نابلسية", "كنـافة"),
    "أُرز بالحليب": ("ارز", "أرز", "بالحليب"),
    "قورمه سبزی": ("قورمه", "سبزي", "سبزی"),
    # Hebrew, Hindi
    "שַׁקְשׁוּקָה וּפִיתָה": ("שקשוקה", "ופיתה", "שקשוקא"),
    "मसाला डोसा और चटनी": ("मसाला", "डोसा", "चटनी"),
    # Vietnamese
    "Bún chả Hà Nội": ("bun cha", "BÚN CHẢ", "ha noi", "hà nội"),
    "Gỏi cuốn tôm thịt": ("goi cuon", "tom thit", "gỏi cuốn"),
    # Japanese, Chinese, Korean, Thai
    "おにぎりと味噌汁": ("おにぎり", "オニギリ", "味噌", "汁", "ｵﾆｷﾞﾘ"),
    "カレーパン": ("カレー", "かれーぱん", "ｶﾚｰ", "パン", "ぱん"),
    "北京烤鸭套餐": ("烤鸭", "鸭", "北京", "套餐"),
    "台灣牛肉麵": ("牛肉", "麵", "牛肉麵"),
    "비빔밥과 김치찌개": ("비빔밥", "김치", "김치찌게", "밥"),
    "ผัดไทยกุ้งสด": ("ผัดไทย", "กุ้ง", "ไทย"),
    # A number and its unit, apart or not; the decimal sign; words joined or parted
    "Bio-Möhren (2 kg)": ("2kg", "möhren 2kg", "2 KG", "2Kg"),
    "Kürbissuppe 1,5 l": ("1.5l", "1,5l", "1.5 l", "kürbissuppe 1.5"),
    "Limonade 2 l": ("2l", "2 l", "limonade 2l"),
    "Jamón ibérico 100g": ("100 g", "jamon 100g", "100g"),
    "떡볶이 2인분": ("떡볶이2인분", "2인분", "떡볶이2"),
    "Tarte tatin maison": ("tarte-tatin", "tartetatin", "TarteTatin", "tatin-maison"),
    "불고기 김밥": ("불고기김밥", "불고기"),
    "गुलाब जामुन": ("गुलाबजामुन", "जामुन"),
    "کباب کوبیده": ("کباب\u200cکوبیده", "کوبیده"),
    # Marks of direction, as keyboards of Hebrew and Arabic put them in
    "בורקס גבינה": ("\u200fבורקס\u200f", "\u202bגבינה\u202c", "\u061cבורקס"),
    # Others
    "Flæskesteg – “jul”": ("flaeskesteg", '"jul"', "flæskesteg - jul", "Flæskestg"),
    "ﬁne ﬂour – Ｒａｍｅｎ": ("fine flour", "ramen", "ＲＡＭＥＮ"),
    "🥐 Croissants 🥐": ("🥐", "  croissants  ", "🥐 croissant", "crosisants"),
    "🍣": ("🍣",),
}
NOT_FOUND = ("qwerty", "хлебопёк", "壽司店", "🦑", "zz", "xy zz", "ぬ", "§")
NO_QUANTITY = ("3kg", "3 kg", "2,1 l", "4l", "00 g", "kg 3")


@pytest.fixture
async def menus(catalog: Catalog, owner: Person) -> Catalog:
    place = await catalog.open_place(owner, name="Μikes Bistro")
    for title in MENUS:
        await catalog.publish_offer(owner, place, title=title, description="", tags=[])
    return catalog


async def titles(catalog: Catalog, text: str) -> list[str]:
    answer = await catalog.ask(None, FIND, text=text)
    return [edge["node"]["title"] for edge in answer.data["offers"]["edges"]]


async def test_what_is_on_the_menu_is_found(menus: Catalog) -> None:
    typed = [(title, text) for title, texts in MENUS.items() for text in texts]
    assert len(typed) > 180
    missed = [(title, text) for title, text in typed if title not in await titles(menus, text)]
    assert missed == []


async def test_what_is_not_is_not(menus: Catalog) -> None:
    found: dict[str, Any] = {text: await titles(menus, text) for text in (*NOT_FOUND, *NO_QUANTITY)}
    assert not any(found.values()), found


async def test_tags_are_found_with_marks_of_direction(catalog: Catalog, owner: Person) -> None:
    place = await catalog.open_place(owner, name="Corner")
    await catalog.publish_offer(owner, place, title="חלה", tags=["לחם"])
    answer = await catalog.ask(
        None, '{ offers(filter: {tags: ["\u200fלחם\u200f"]}) { totalCount } }'
    )
    assert answer.data["offers"]["totalCount"] == 1


async def test_place_names_and_tags_count(catalog: Catalog, owner: Person) -> None:
    for name, tag, texts in (
        ("Boulangerie de la Gare", "Viennoiserie", ("boulangerie gare", "viennoisrie", "la gare")),
        ("Köfteci Yıldız", "köfte", ("kofteci", "yildiz", "KÖFTE", "koefte", "yıldz")),
        ("寿司一番", "刺身", ("寿司", "一番", "刺身", "寿")),
        ("Παραδοσιακός Φούρνος", "ψωμί", ("φουρνος", "ψωμι", "παραδοσιακοσ")),
        ("Smørrebrødshuset", "Økologisk", ("smorrebrodshuset", "okologisk", "økologsk")),
    ):
        place = await catalog.open_place(owner, name=name)
        await catalog.publish_offer(owner, place, title=name[::-1], description="", tags=[tag])
        for text in texts:
            assert await titles(catalog, text) == [name[::-1]], (name, text)
