"""Who sent it: several signs that agree, never a name that others contradict, and no look-alike gets through."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentops.agents.invoices.facts import AccountFacts, VendorFacts
from agentops.agents.invoices.names import fold, is_disguised, resembles, skeleton
from agentops.agents.invoices.vendors import Signs, find_vendor

from .conftest import ON_FILE, vendor_facts

FALKENRATH = vendor_facts()
HOLLMANN = VendorFacts(
    key="V-4",
    name="Hollmann Werkzeuge AG",
    vat_id="DE266778899",
    accounts=(AccountFacts(account="DE89146100330766619345", primary=True),),
)
GROUP = [  # three companies of one group: one VAT id
    VendorFacts(key="P-1", name="Provide One GmbH", vat_id="DE111111125"),
    VendorFacts(key="P-2", name="Provide One Inc.", vat_id="DE111111125"),
    VendorFacts(key="P-3", name="Provide One S.L.", vat_id="ESB98602642"),
]
EVERYONE = [FALKENRATH, HOLLMANN, *GROUP]
OURS = ("Nordlicht Handels GmbH",)


def find(name, vat_id=None, account=None, order_vendor=None):
    signs = Signs(name=name, vat_id=vat_id, account=account, order_vendor=order_vendor)
    return find_vendor(signs, EVERYONE, OURS, lambda: [(v.key, v.name) for v in EVERYONE])


@pytest.mark.parametrize(
    ("signs", "key"),
    [
        (("Falkenrath Bürobedarf GmbH", "DE811223344", ON_FILE), "V-1"),
        (("FALKENRATH BUROBEDARF GMBH",), "V-1"),
        (("Falkenrath  Bürobedarf G.m.b.H." .replace("G.m.b.H.", "GmbH"), "DE 811 223 344"), "V-1"),
        # an account on file or an order of ours outweighs a VAT id that differs
        (("Falkenrath Bürobedarf GmbH", "DE999999999", ON_FILE), "V-1"),
        (("Falkenrath Bürobedarf GmbH", "DE999999999", None, "V-1"), "V-1"),
        # a trade name, but VAT id and account are theirs
        (("Büro-Falke", "DE811223344", ON_FILE), "V-1"),
        (("Provide One GmbH", "DE111111125"), "P-1"),
        (("Provide One S.L.", "ESB98602642"), "P-3"),
        ((None, "DE811223344", ON_FILE), "V-1"),
    ],
)  # fmt: skip
def test_it_is_found_by_signs_that_agree(signs, key):
    match = find(*signs)
    assert (match.verdict, match.vendor and match.vendor.key) == ("found", key)


@pytest.mark.parametrize(
    ("signs", "verdict", "code"),
    [
        (("Falkenrat Bürobedarf GmbH", "DE999693942", "DE56"), "lookalike", "vendor_lookalike"),
        (("Fаlkеnrath Bürobedarf GmbH", "DE811223344", "DE24"), "lookalike", "vendor_lookalike"),
        # a homoglyph parks even when every other sign is right
        (("Fаlkеnrath Bürobedarf GmbH", "DE811223344", ON_FILE), "lookalike", "vendor_lookalike"),
        (("Hollmann Werkzeuge Services AG",), "lookalike", "vendor_lookalike"),
        (("Hollmann Werkzeuge GmbH",), "lookalike", "vendor_lookalike"),
        (("Unbekannt & Partner OHG", "DE123123123"), "unknown", "vendor_unknown"),
        (("Unbekannt & Partner OHG", "DE811223344"), "unknown", "vendor_unknown"),
        (("Falkenrath Bürobedarf GmbH", "DE999999999"), "contradicted", "vat_id_mismatch"),
        (("Nordlicht Handels GmbH", "DE811223344", ON_FILE), "own_company", "own_company_supplier"),
        (("Nord1icht Handels GmbH",), "own_company", "own_company_supplier"),
        ((None, "DE811223344"), "missing", "missing_field"),
        ((None,), "missing", "missing_field"),
    ],
)
def test_everything_else_parks_with_its_reason(signs, verdict, code):
    match = find(*signs)
    assert (match.verdict, match.code) == (verdict, code)
    assert match.sentence


def test_an_inactive_vendor_parks():
    gone = vendor_facts(active=False)
    match = find_vendor(Signs(name=gone.name, vat_id=gone.vat_id), [gone])
    assert (match.verdict, match.code) == ("inactive", "vendor_inactive")


def test_two_vendors_of_one_name_are_told_apart_by_account_or_not_at_all():
    twin = vendor_facts(key="V-2", accounts=(AccountFacts(account="XX1", primary=True),), vat_id=None)
    first = vendor_facts(vat_id=None)
    assert find_vendor(Signs(name=first.name, account="xx1"), [first, twin]).vendor == twin
    assert find_vendor(Signs(name=first.name), [first, twin]).code == "vendor_ambiguous"


def test_an_alias_is_a_name():
    known = vendor_facts(aliases=("Büro-Falke",))
    assert find_vendor(Signs(name="BÜRO FALKE"), [known]).vendor == known


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Falkenrat Bürobedarf GmbH", "h is missing after letter 9"),
        ("Fаlkenrath Bürobedarf GmbH", "letter 2 is а (U+0430 cyrillic small letter a) in place of a"),
        ("Fal\u200bkenrath Bürobedarf GmbH", "letter 4, U+200B zero width space, is added"),
        ("Hollmann Werkzeuge Services AG", "Added: Services."),
        ("Hollmann Werkzeuge GmbH", "GmbH in place of AG"),
    ],
)
def test_a_look_alike_is_shown_beside_the_name_on_file_with_the_letters_that_differ(name, told):
    sentence = find(name).sentence
    assert told in sentence
    assert name in sentence
    assert ("Falkenrath Bürobedarf GmbH (V-1)" in sentence) or ("Hollmann Werkzeuge AG (V-4)" in sentence)


@pytest.mark.parametrize(
    "name", ["ꓝalkenrath", "Ｆalkenrath", "𝐅𝐚𝐥𝐤𝐞𝐧𝐫𝐚𝐭𝐡", "Ϝalkenrath", "Falkenгath", "Fa1kenrath", "Faⅼkenrath"]
)
def test_letters_of_any_alphabet_that_look_like_a_vendors_are_seen_as_them(name):
    match = find(f"{name} Bürobedarf GmbH")
    assert match.verdict in ("lookalike", "found")
    if match.verdict == "found":  # only letters that are the same letter in another shape
        assert fold(name) == "falkenrath"


HOMOGLYPHS = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "i": "і", "l": "1", "s": "ѕ"}


def lookalikes(count):
    """Names that an impostor would take: one letter swapped, lost, doubled or disguised; a word or sign added."""
    draw = random.Random(7)
    names = [vendor.name for vendor in (FALKENRATH, HOLLMANN, GROUP[0])]
    while count:
        name = draw.choice(names)
        at = draw.randrange(1, len(name) - 6)
        letter = name[at]
        if not letter.isalpha():
            continue
        made = draw.choice(
            [
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + name[at + 1] + letter + name[at + 2 :],
                name[:at] + HOMOGLYPHS.get(letter, "\u200b" + letter) + name[at + 1 :],
                name[:at] + "\u202e" + name[at:],
                name.replace(" ", " Services ", 1),
                name.rsplit(" ", 1)[0] + " Holding Ltd",
            ]
        )
        if fold(made) != fold(name):
            count -= 1
            yield made


def test_two_hundred_look_alikes_park_every_one():
    got_through = [
        name for name in lookalikes(200) if find(name, "DE999999999", "DE24973359800742553272").verdict == "found"
    ]
    assert got_through == []


def test_a_disguise_is_seen_and_an_ordinary_name_is_none():
    assert is_disguised("Fаlkenrath")  # one Cyrillic letter
    assert is_disguised("Falken\u200brath")
    assert is_disguised("Falken\u202erath")
    assert not is_disguised("Groß & Söhne GmbH – L’Étoile")
    assert not is_disguised("Кириллица ООО")


@given(st.text(max_size=40))
def test_any_name_can_be_compared(name):
    fold(name), skeleton(name), is_disguised(name), resembles(name, "Falkenrath Bürobedarf GmbH")
    assert find(name or None).verdict


@given(st.text(max_size=30), st.text(max_size=20), st.text(max_size=30))
def test_a_vendor_is_never_found_without_a_sign_that_is_on_file(name, vat_id, account):
    match = find(name, vat_id, account)
    if match.verdict == "found":
        assert match.found_by


def test_names_that_have_nothing_in_common_do_not_resemble_each_other(shared):
    lines = (shared / "data/invoices/vendors.jsonl").read_text().splitlines()
    names = [json.loads(line)["name"] for line in lines]
    alike = {frozenset((one, other)) for one in names for other in names if one < other and resembles(one, other)}
    # Companies of one group, and samples that were named after each other.
    assert len(alike) <= 8
    assert not any("Versicherungsverein" in name for pair in alike for name in pair)
