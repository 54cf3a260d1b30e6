"""What a person is told who made a mistake in a grammar: where, what, and what would do."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from synthlab import Schema, SchemaError
from synthlab_text import TextGenerator

from .grammars import problems

HEAD = """\
synthlab: 1
generator: text
options:
  grammar:
    attributes: {intent: [book, cancel]}
    lexicons:
      city: [Paris, {text: NYC, country: US}]
      code: {pattern: "##-##"}
    variables: {origin: city}
    rules:
"""

# A mistake is marked by «»; behind the arrow is what the message says, and what the hint does.
MISTAKES = """
{HEAD}      start: "to {«citi»}"
-> nothing is called 'citi' | did you mean 'city'?

{HEAD}      start: ["hi {origin}", "to «{city.uper}»"]
-> there is no form 'uper' | did you mean 'upper'?

{HEAD}      start: [{text: "to «{origin.country}»"}]
-> 'Paris' has no 'country', which others have | give it one

{HEAD}      start: 'to «{»city'
-> '{' is not closed | write \\{

{HEAD}      start: 'to «[»city'
-> '[' is not closed | write \\[

{HEAD}      start: 'to «]» city'
-> ']' closes nothing | write \\]

{HEAD}      start: 'to «(one)» city'
-> there is nothing to choose from | write \\(

{HEAD}      start: 'one «|» two'
-> alternatives stand in parentheses | (one|other)

{HEAD}      start: 'to «{city is it}»'
-> {city is it} is no slot | a slot is

{HEAD}      start: 'to «{city is}»'
-> nothing is chosen from 'city' before | write {city} first

{HEAD}      start: '{city} «{city bank}»'
-> 'bank' does not change with what there is | a verb

{HEAD}      start: 'to {«intent» is}'
-> 'is' agrees with a variable or a lexicon, and 'intent' is neither |

{HEAD}      start: '«{code.upper}»'
-> there is no form 'upper' | with `count`

{HEAD}      start: [{text: a, when: "«intnt» == 'book'"}, b]
-> 'intnt' | did you mean 'intent'?

{HEAD}      start: [{text: a, when: "«intent == 'books'»"}, b]
-> this is never true | no values meet it

{HEAD}      start: [{text: a, when: "«origin»"}, b]
-> a condition is true or false | compare it

{HEAD}      «start»: [{text: a, when: "intent == 'book'"}]
-> rule 'start' has nothing to say when intent is 'cancel' | add an alternative

{HEAD}      start: [{text: "{book}", when: "intent == 'book'"}, {text: "x", when: "intent == 'cancel'"}]
      book: [{text: a, when: "«intent == 'cancel'»"}, b]
-> this is never true | no values meet it where the rule is used

{HEAD}      start: a
      «other»: b
-> nothing leads to rule 'other' | name it

{HEAD}      start: ["x {one}"]
      one: "y {two}"
      two: ["z", "w «{one}»"]
-> this leads back to rule 'one' without an end: one -> two -> one | repeat by

{HEAD}      start: a
    spans: {«city»: place}
-> no phrase has a slot {city} |

{HEAD}      start: "{city}"
    spans: {«citi»: place}
-> nothing is called 'citi' | did you mean 'city'?

{HEAD}      start: a
    texts: {text: «strat»}
-> there is no rule 'strat' | did you mean 'start'?

{HEAD}      start: a
    labels: [«intend»]
-> there is no attribute 'intend' | did you mean 'intent'?

{HEAD}      start: a
      «city»: b
-> 'city' is a name of lexicons already | each name

{HEAD}      start: a
    «labelz»: [intent]
-> unknown key 'labelz' | did you mean 'labels'?

{HEAD}      start: "{origin}"
  «labels»: {positive: 1}
-> 'labels' is an option of reviews | leave one

{HEAD}      start: "{origin} {code}"
    unique: «true»
rows: 100000
-> 100,000 rows need 100,000 different texts; there are 20,000 | at most 20,000 rows
"""


def mistakes() -> list[tuple[str, str, str]]:
    result = []
    for block in re.split(r"\n\n+(?=\{HEAD)", MISTAKES.strip()):
        text, _, told = block.rpartition("\n-> ")
        message, _, hint = told.rpartition(" |")
        result.append((text.replace("{HEAD}", HEAD) + "\n", message.strip(), hint.strip()))
    return result


@pytest.mark.parametrize(("text", "message", "hint"), mistakes(), ids=itertools.count())
def test_one_mistake_is_told_once_at_its_place(tmp_path: Path, text: str, message: str, hint: str) -> None:
    before, _, rest = text.partition("«")
    marked, _, _ = rest.partition("»")
    path = tmp_path / "grammar.yaml"
    path.write_text(text.replace("«", "").replace("»", ""))
    with pytest.raises(SchemaError) as caught:
        Schema.load(path)
    (problem,) = caught.value.problems
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    assert message in problem.message
    assert problem.hint.startswith(hint)
    assert (problem.line, problem.column, problem.length) == (line, column, len(marked))


LEXICONS: list[tuple[Any, str]] = [
    ([], "no words"),
    ({"entries": [{"value": "x"}]}, "needs its `text`"),
    ([{"text": "x", "number": "many"}], "is no number"),
    ([{"text": "x", "weight": 0}], "a number above 0"),
    ({"include": "no_such"}, "no lexicon 'no_such' comes with synthlab"),
    ({"range": [3, 1]}, "from a number to a higher one"),
    ({"range": [1, 1e9]}, "are more than"),
    ({"dates": ["2024-01-02", "2024-01-01"]}, "from a day to a later one"),
    ({"dates": ["2024-01-01", "2024-02-01"], "format": "%Q"}, "is no part of a date"),
    ({"pattern": "##", "entries": ["a"]}, "is no list"),
    ({"entries": ["a"], "count": 3}, "belongs to a pattern"),
    ({"pattern": "##", "count": 90}, "need more blanks"),
    ({"pattern": "####-@@@@", "check": "luhn"}, "ends with a digit"),
    ({"pattern": "########", "check": "iban"}, "a country of two letters"),
]


@pytest.mark.parametrize(("lexicon", "message"), LEXICONS, ids=itertools.count())
def test_lexicons_that_cannot_be_read(lexicon: Any, message: str) -> None:
    (problem,) = problems("{x}", lexicons={"x": lexicon})
    assert message in problem.message
    assert problem.path[:3] == ("grammar", "lexicons", "x")


VARIABLES: list[tuple[Any, str]] = [
    ({"v": "town"}, "there is no lexicon 'town'"),
    ({"v": "code"}, "is a pattern, not a list"),
    ({"v": {"lexicon": "city", "other_than": "w"}}, "there is no variable 'w' above"),
    ({"w": "item", "v": {"lexicon": "city", "other_than": "w"}}, "of another lexicon"),
    ({"w": "one", "v": {"lexicon": "one", "other_than": "w"}}, "too few words"),
]


@pytest.mark.parametrize(("variables", "message"), VARIABLES, ids=itertools.count())
def test_variables_that_cannot_be_chosen(variables: Any, message: str) -> None:
    lexicons = {"city": ["Paris", "Rome"], "item": ["a1", "b1"], "one": ["x"], "code": {"pattern": "##"}}
    (problem,) = problems("{v}", lexicons=lexicons, variables=variables)
    assert message in problem.message


def test_a_stranger_cannot_make_it_large() -> None:
    """Each of these is refused or done within the time that its size is worth."""
    deep = "(a|" * 30 + "b" + ")" * 30
    chain = {"start": "{r1}", **{f"r{i}": f"x {{r{i + 1}}}" for i in range(1, 80)}, "r80": "end"}
    words = [f"w{i}" for i in range(45_000)]
    wide = {f"l{i}": {"range": [1, 50_000]} for i in range(20)}
    states = {f"a{i}": [f"v{j}" for j in range(10)] for i in range(8)}
    condition = " and ".join(f"a{i} == 'v1'" for i in range(8))
    started = time.process_time()
    assert "deep" in problems(deep)[0].message
    assert "deep" in problems(chain)[0].message
    assert "words in all" in problems("x", lexicons=wide)[0].message
    many = " ".join(
        f"{{x.{form}}}" for form in ("upper", "title", "capital", "upper.lower") for _ in range(50)
    )
    many += " ".join(
        f"{{x.{form}}}" for form in ("lower", "plural", "lower.upper", "plural.upper", "title.plural")
    )
    assert "words in all" in problems(many, lexicons={"x": words})[0].message
    assert "cases" in problems([{"text": "x", "when": condition}, "y"], attributes=states)[0].message
    doubled = {"start": "{r0}", **{f"r{i}": f"{{r{i + 1}}}{{r{i + 1}}}" for i in range(40)}, "r40": "x"}
    assert "more than" in problems(doubled)[0].message
    assert time.process_time() - started < 20


def test_only_names_that_a_slot_can_have() -> None:
    with pytest.raises(ValidationError):
        TextGenerator.model_validate({"grammar": {"rules": {"not a name": "x"}}})
