"""English forms, beside those of a library that has collected exceptions for years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest

from synthlab_text.grammar.english import agreeing, comparative, superlative
from synthlab_text.grammar.lexicons import known_lexicons, read
from synthlab_text.grammar.options import LexiconOptions
from synthlab_text.grammar.plurals import plural
from synthlab_text.reviews.content import known_domains, read_content, words

inflect = pytest.importorskip("inflect")

NOUNS = """
    table chair box bus class dish church fox buzz city day boy baby lady key monkey army photo piano
    video radio zoo potato tomato hero echo leaf loaf shelf knife wife life roof chief belief cliff
    proof man woman child person foot tooth goose mouse sheep deer series species aircraft analysis
    crisis thesis criterion phenomenon bacterium stimulus index datum human ticket flight hotel room
    seat watch brush glass lens bench lunch batch patch match stomach epoch beach peach coach search
    branch virus bonus campus status census octopus gas bias atlas canvas iris pass boss loss process
    address business witness illness princess policy company country story party berry cherry cookie
    movie shoe toe horse house rose nose size prize maze bridge orange page image garage message judge
    phone laptop keyboard screen battery camera cable charger tablet headset speaker monitor printer
    invoice payment refund order delivery parcel package customer policeman fireman salesman bookshelf
    housewife toothbrush ox account agenda airport alarm answer apple arrow author award balcony banana
    basket bath beard bed bill bird board boat body book bottle boundary brake bread breakfast brick
    brother building butterfly button cake candle car card carrot castle cat cause ceiling cell century
    chain chance change chart cheque chest chimney choice circle class client clock cloud coast coat
    code coin colour comment copy corner cost cotton course court cow crew cross crowd cup curtain date
    daughter death debt decision degree desk detail diary dictionary disease doctor dog doll door dozen
    drawer dress drink duty ear edge egg elbow election engine entry error essay event example excuse
    exercise eye face fact factory family farm father fee field finger fire flag flame floor flower fly
    friend fruit game garden gate ghost gift girl goal grape group guess guest guitar hair hammer hand
    harbour hat head heart hill hobby hole holiday hospital idea injury island jacket jewel job joke
    journey juice kiss kitchen kite lake lamp language law lawyer leg letter library line lion list lock
    machine magazine map market mask meal medal meeting memory menu mile mirror mistake model moment
    month moon mountain museum nail name nation neck needle neighbour nest newspaper night notebook
    novel number nurse ocean office onion opinion oven owner paint palace parent path peace pen pencil
    pepper picture pig pillow pilot pipe place plan plant plate play pocket poem poet pony pool postman
    prayer present prison problem queen question quiz rabbit race railway reason recipe reply report
    reward ring river road robot rock rope rule sandwich scarf school science scratch secretary self
    shadow ship shock shop sister sky sofa soldier song spider spoon spy stadium star station stick
    stone storm strategy street student studio supply surface survey sweet switch taxi teacher team tax
    theory tiger toy train tray treasure tree trick truck truth turkey twin uncle valley vase veto
    victory village visit voice volcano wage wall war wax way week wheel wing wish wolf word worker
    world wrench yard year zebra
""".split()  # noqa: SIM905
RARE = """
    topaz quartz quiz waltz blitz woodlouse louse ovum codex helix radix locus genus vertebra alumna
    candelabrum bacillus sarcophagus meniscus graffito ellipsis antithesis neurosis prognosis oasis thesis
    hypothesis metamorphosis eunuch monarch patriarch epoch tech larch torch ostrich porch chassis
    corps gallows innings debris diabetes mews pliers pyjamas news rabies
    cod trout bream elk quid hertz cayman hetman dolman desman ottoman talisman layman craftsman
    gentlewoman midwife penknife meatloaf werewolf headscarf eyetooth dormouse mongoose dwarf wharf
    soliloquy colloquy mother-in-law ex-mother-in-law commander-in-chief lady-in-waiting man-of-war
    man-at-arms aide-de-camp passer-by looker-on runner-up hanger-on lay-by stand-by close-up check-in
    passerby
    merry-go-round forget-me-not court-martial domino diagnosis praxis addendum erratum
""".split()  # noqa: SIM905
COMPOUNDS = [
    "attorney general", "secretary general", "governor general", "director-general", "major general",
    "lieutenant general", "deputy attorney general", "court martial", "pound force", "cup of tea",
    "big cup of tea", "noise level at night", "lady on the phone", "rate on savings", "city map",
    "balance between work and family", "right of way", "editor in chief", "book about cats",
]  # fmt: skip
NAMES = """
    Mary Henry Kelly Lucy Murphy Kennedy Germany Italy Hungary January February July Calgary Nancy Tony
    Jerry Sally Emily Nagy Reddy Khoury Japanese Portuguese Chinese German Roman
""".split()  # noqa: SIM905
OTHERWISE = {
    "thief": "thieves", "hoof": "hooves", "epoch": "epochs", "burrito": "burritos", "money": "moneys",
    "persona": "personas", "trilby": "trilbies", "bistro": "bistros", "condo": "condos",
    "indigo": "indigos", "Igbo": "Igbos", "attitude towards patients": "attitudes towards patients",
    "all-in-one printer": "all-in-one printers", "miniseries": "miniseries", "docuseries": "docuseries",
    "waltz": "waltzes", "blitz": "blitzes", "monarch": "monarchs", "patriarch": "patriarchs",
    "tech": "techs", "elk": "elk", "meatloaf": "meatloaves", "dwarf": "dwarfs", "addendum": "addenda",
    "ex-mother-in-law": "ex-mothers-in-law", "passer-by": "passers-by", "passerby": "passersby",
    "looker-on": "lookers-on", "runner-up": "runners-up", "hanger-on": "hangers-on",
    "GPS": "GPSes", "deputy attorney general": "deputy attorneys general",
}  # fmt: skip
"""Where the oracle errs, or gives the rarer of two forms."""
VERBS = """
    is was has does goes looks makes takes gives comes runs works feels seems costs needs watches
    catches teaches fixes mixes washes pushes passes misses kisses buzzes tries flies carries copies
    says plays buys enjoys stays pays studies worries uses closes chooses loses raises causes changes
    manages charges smells tastes sounds arrives leaves lives loves serves
""".split()  # noqa: SIM905


def differing(nouns: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return the nouns with another plural than the oracle's, with both; it writes TVS for TVs."""
    oracle = inflect.engine()
    found = {}
    for noun in nouns:
        expected = OTHERWISE.get(noun, oracle.plural_noun(noun))
        expected = expected[:-1] + "s" if noun[-1:].isupper() else expected
        if plural(noun) != expected:
            found[noun] = (plural(noun), expected)
    return found


def test_plurals_are_those_of_the_oracle() -> None:
    assert not differing([*NOUNS, *RARE, *COMPOUNDS, *NAMES])


def counted(content: Any) -> Iterator[str]:
    """Yield what the words of the reviews say can be counted."""
    for key, value in content.items() if isinstance(content, Mapping) else ():
        if key == "count":
            yield from words(value)
        else:
            yield from counted(value)


def test_plurals_of_what_reviews_speak_of_are_those_of_the_oracle() -> None:
    content = read_content("en", known_domains("en"))
    terms = {term for term in counted(content.domains) if "(" not in term}
    assert len(terms) > 1_000
    # Of what ends in a clause or in a plural, the oracle makes nothing that could be said.
    assert not differing(t for t in terms if not re.search(r" it makes$| spoke to$", t))


def test_what_is_written_with_a_capital_alone_is_no_name() -> None:
    for one, many in [
        ("City", "Cities"), ("Battery", "Batteries"), ("Mexico City", "Mexico Cities"),
        ("Riverside University", "Riverside Universities"), ("Ministry of Health", "Ministries of Health"),
        ("Company", "Companies"), ("Agency", "Agencies"), ("Fireman", "Firemen"), ("Newman", "Newmans"),
        ("Gomez", "Gomezes"), ("Paris", "Parises"), ("Oslo", "Oslos"), ("TV", "TVs"),
    ]:  # fmt: skip
        assert plural(one) == many


def test_verbs_are_those_of_the_oracle() -> None:
    oracle = inflect.engine()
    wrong = {
        verb: agreeing(verb, "plural")
        for verb in VERBS
        if agreeing(verb, "plural") != oracle.plural_verb(verb)
    }
    assert not wrong
    assert all(agreeing(verb, "singular") == verb for verb in VERBS)


def test_plurals_of_what_ships_are_those_of_the_oracle() -> None:
    for name in ("products", "jobs", "foods", "colours", "languages"):
        terms = read(name, LexiconOptions(include=name)).terms
        assert not differing(term.text for term in terms if term.number == "singular")


def test_fish_works_and_what_only_looks_like_a_doer_or_a_man() -> None:
    for one, many in [
        ("superhuman", "superhumans"), ("cover-up", "cover-ups"), ("power-on", "power-ons"),
        ("runner-up", "runners-up"), ("jellyfish", "jellyfish"), ("dish", "dishes"),
        ("barracks", "barracks"), ("gasworks", "gasworks"), ("fish and chips", "fish and chips"),
        ("pros and cons", "pros and cons"), ("gin and tonic", "gin and tonics"),
    ]:  # fmt: skip
        assert plural(one) == many


def test_several_words_change_at_their_head() -> None:
    for one, many in [
        ("cup of tea", "cups of tea"), ("mother-in-law", "mothers-in-law"), ("city map", "city maps"),
        ("Man", "Men"), ("salesperson", "salespeople"), ("grandchild", "grandchildren"),
        ("e-reader", "e-readers"), ("step by step guide", "step by step guides"),
        ("president-elect", "presidents-elect"), ("poet laureate", "poets laureate"),
        ("notary public", "notaries public"), ("heir apparent", "heirs apparent"),
        ("sergeant major", "sergeants major"), ("coup d'état", "coups d'état"),
        ("mother-to-be", "mothers-to-be"), ("Passer-by", "Passers-by"),
    ]:  # fmt: skip
        assert plural(one) == many


@pytest.mark.parametrize(
    ("word", "more", "most"),
    [
        ("large", "larger", "largest"), ("big", "bigger", "biggest"), ("happy", "happier", "happiest"),
        ("expensive", "more expensive", "most expensive"), ("simple", "simpler", "simplest"),
        ("good", "better", "best"), ("bad", "worse", "worst"), ("modern", "more modern", "most modern"),
        ("dry", "drier", "driest"), ("free", "freer", "freest"), ("quiet", "quieter", "quietest"),
        ("new", "newer", "newest"), ("grey", "greyer", "greyest"), ("useful", "more useful", "most useful"),
        ("Good", "Better", "Best"), ("user-friendly", "more user-friendly", "most user-friendly"),
    ],
)  # fmt: skip
def test_comparatives(word: str, more: str, most: str) -> None:
    assert (comparative(word), superlative(word)) == (more, most)


def test_every_lexicon_that_ships_can_be_read() -> None:
    assert {"first_names", "last_names", "cities", "countries", "companies", "products"} <= set(
        known_lexicons()
    )
    for name in known_lexicons():
        assert len(read(name, LexiconOptions(include=name)).terms) >= 7
