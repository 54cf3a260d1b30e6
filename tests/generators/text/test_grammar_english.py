"""English forms, beside those of a library that has collected exceptions for years."""

from __future__ import annotations

import pytest

from synthlab_text.grammar.english import agreeing, comparative, plural, superlative
from synthlab_text.grammar.lexicons import known_lexicons, read
from synthlab_text.grammar.options import LexiconOptions

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
VERBS = """
    is was has does goes looks makes takes gives comes runs works feels seems costs needs watches
    catches teaches fixes mixes washes pushes passes misses kisses buzzes tries flies carries copies
    says plays buys enjoys stays pays studies worries uses closes chooses loses raises causes changes
    manages charges smells tastes sounds arrives leaves lives loves serves
""".split()  # noqa: SIM905


def test_plurals_are_those_of_the_oracle() -> None:
    oracle = inflect.engine()
    wrong = {noun: plural(noun) for noun in NOUNS if plural(noun) != oracle.plural_noun(noun)}
    assert not wrong


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
    oracle = inflect.engine()
    for name in ("products", "jobs", "foods"):
        for term in read(name, LexiconOptions(include=name)).terms:
            if term.number == "singular" and term.text not in ("burrito", "thief"):
                assert plural(term.text) == oracle.plural_noun(term.text), term.text


def test_several_words_change_at_their_head() -> None:
    for one, many in [
        ("cup of tea", "cups of tea"), ("mother-in-law", "mothers-in-law"), ("city map", "city maps"),
        ("Man", "Men"), ("salesperson", "salespeople"), ("grandchild", "grandchildren"),
        ("e-reader", "e-readers"),
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
