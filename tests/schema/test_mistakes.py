"""What a person is told who made a mistake: where, what, and what would do."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from synthlab import Schema, SchemaError
from synthlab.schema.problems import Problem

Write = Callable[..., Path]

HEAD = "synthlab: 1\ngenerator: shop\n"
COLUMNS = HEAD + "options:\n  columns:\n"

# A mistake is marked by «»; behind the arrow is what the message says, and what the hint does.
MISTAKES = """
synthlab: 1
«genrator»: shop
-> unknown key 'genrator' | did you mean 'generator'?

synthlab: 1
generator: «shoop»
-> generator 'shoop' is not known | did you mean 'shop'?

synthlab: 1
generator: «zzzzzz»
-> generator 'zzzzzz' is not known | known are: absent,

synthlab: 1
generator: «absent»
-> generator 'absent' is installed but cannot be loaded: No module named 'no_such_package' |

synthlab: «2»
generator: shop
-> synthlab must be 1, not 2 |

synthlab: «"1"»
generator: shop
-> synthlab must be 1, not '1' |

«g»enerator: shop
-> missing key 'synthlab' | for example 'synthlab: 1'

«s»ynthlab: 1
-> missing key 'generator' | for example 'generator: tabular'

{HEAD}rows: «-5»
-> rows must be at least 0, not -5 |

{HEAD}rows: «many»
-> rows must be a whole number, not 'many' |

{HEAD}rows: «1_000»
-> rows must be a whole number, not '1_000' |

{HEAD}rows: «1.5»
-> rows must be a whole number, not 1.5 |

{HEAD}rows: «true»
-> rows must be a whole number, not true |

{HEAD}«num_rows»: 5
-> unknown key 'num_rows' | did you mean 'rows'?

{HEAD}«count»: 5
-> unknown key 'count' | did you mean 'rows'?

{HEAD}«random_state»: 5
-> unknown key 'random_state' | did you mean 'seed'?

{HEAD}«ROWS»: 5
-> unknown key 'ROWS' | did you mean 'rows'?

{HEAD}seed: «9223372036854775808»
-> seed must be less than 9,223,372,036,854,775,808, not 9223372036854775808 |

{HEAD}name: «My Data»
-> 'my-data' would do |

{HEAD}name: «con»
-> 'con-data' would do |

{HEAD}description: «[a, b]»
-> description must be text, not a list |

{HEAD}format: «cvs»
-> format 'cvs' is not known | did you mean 'csv'?

{HEAD}format: «coco»
-> coco |

{HEAD}options: «[1, 2]»
-> options must be a mapping, not a list |

{HEAD}«columns»: []
-> unknown key 'columns' | it is an option, so it belongs under 'options'

{HEAD}options:
  «rows»: 5
-> unknown key 'rows' | it is no option, so it belongs at the top of the file

{HEAD}options:
  mood: «bussy»
-> mood must be one of calm, busy, not 'bussy' | did you mean 'busy'?

{HEAD}options:
  shut: «nope»
-> shut must be true or false, not 'nope' |

{HEAD}options:
  size: «large»
-> size must be a mapping or a number, not 'large' |

{HEAD}options:
  size: {width: 3, «heigth»: 4}
-> unknown key 'heigth' | did you mean 'height'?

{HEAD}options:
  «size»: {height: 3}
-> missing key 'width' in size |

{HEAD}options:
  stock: {«aples»: 3}
-> unknown key 'aples' | did you mean 'apples'?

{HEAD}options:
  span: [0, «high»]
-> span[1] must be a number, not 'high' |

{HEAD}options:
  «span»: [0]
-> missing item 1 in span |

{HEAD}options:
  words: «../secrets.txt»
-> outside the folder of the schema file |

{HEAD}options:
  words: «words.txt»
-> there is no file 'words.txt' beside the schema file |

{COLUMNS}    - {name: a, kind: normal, mean: 42, «stdd»: 15}
-> unknown key 'stdd' | did you mean 'std'?

{COLUMNS}    - {name: a, kind: normal, mean: 42, «sd»: 15}
-> unknown key 'sd' | did you mean 'std'?

{COLUMNS}    - {name: a, kind: normal, mean: 42, «stddev»: 15}
-> unknown key 'stddev' | did you mean 'std'?

{COLUMNS}    - {name: a, kind: lognormal, mean: 42, «std»: 15}
-> unknown key 'std' | did you mean 'sigma'?

{COLUMNS}    - {name: a, kind: lognormal, mean: «[1]», sigma: 1}
-> mean must be a number or text, not a list |

{COLUMNS}    - name: a
      kind: «lognromal»
      mean: 3
-> kind 'lognromal' is not known | did you mean 'lognormal'?

{COLUMNS}    - «n»ame: a
-> missing key 'kind' in columns[0] |

{COLUMNS}    - «{kind: normal, mean: 3}»
-> missing key 'name' in columns[0] |

{COLUMNS}    - «normal»
-> columns[0] must be a mapping, not 'normal' |

{COLUMNS}    - {name: a, kind: normal, mean: 1, std: «0»}
-> std must be more than 0, not 0 |

{COLUMNS}    - {name: a, kind: normal, mean: «middle»}
-> mean must be a number, not 'middle' |

{COLUMNS}    - {name: a, kind: choice, values: «[one]»}
-> values must have at least 2 items, not 1 |

{COLUMNS}    - {name: a, kind: choice, values: [one, «2»]}
-> values[1] must be text, not 2 |

{COLUMNS}    - {name: a, kind: choice, values: [b, c], weights: {b: «-1»}}
-> b must be at least 0, not -1 |

{COLUMNS}    - {name: a, kind: formula, expression: id + «ghost» * 2}
-> there is no 'ghost' | use 'guest'

{COLUMNS}    - {name: a, kind: formula, expression: 'it''s + «ghost»'}
-> there is no 'ghost' | use 'guest'

{COLUMNS}    - {name: a, kind: formula, expression: "\\x41\\t\\"id\\" + «ghost»"}
-> there is no 'ghost' | use 'guest'

{COLUMNS}    - name: a
      kind: formula
      expression: >-  # folded
        id
        + «ghost»
-> there is no 'ghost' | use 'guest'

{COLUMNS}    - name: a
      kind: formula
      expression: |
        id
          + «ghost»
-> there is no 'ghost' | use 'guest'

{HEAD}splits: {«fraction»: {train: 1}}
-> unknown key 'fraction' | did you mean 'fractions'?

{HEAD}splits:
  fractions: «{train: 0.5, test: 0.4}»
-> the fractions add up to 0.9 |

{HEAD}splits: «5»
-> splits must be a mapping, not 5 |

{HEAD}splits:
  fractions: {«Train»: 1}
-> the key 'Train' |

{HEAD}label_noise: {rate: 0.1, column: «knd»}
-> column 'knd' is no class column | did you mean 'kind'?

{HEAD}label_noise: {rate: «1.5»}
-> rate must be at most 1, not 1.5 |
"""


def mistakes() -> list[tuple[str, str, str]]:
    result = []
    for block in re.split(r"\n\n+(?=[s«{])", MISTAKES.strip()):
        text, _, told = block.rpartition("\n-> ")
        message, _, hint = told.rpartition("|")
        text = text.replace("{HEAD}", HEAD).replace("{COLUMNS}", COLUMNS)
        result.append((text + "\n", message.strip(), hint.strip()))
    return result


def problems(write: Write, text: str) -> list[Problem]:
    with pytest.raises(SchemaError) as caught:
        Schema.load(write(text))
    return caught.value.problems


@pytest.mark.parametrize(("text", "message", "hint"), mistakes(), ids=itertools.count())
def test_one_mistake_is_told_once_at_its_place(write: Write, text: str, message: str, hint: str) -> None:
    before, _, rest = text.partition("«")
    marked, _, _ = rest.partition("»")
    (problem,) = problems(write, text.replace("«", "").replace("»", ""))
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    assert (problem.line, problem.column, problem.length) == (line, column, len(marked))
    assert message in problem.message
    assert problem.hint.startswith(hint)


def test_every_word_people_use_leads_to_the_right_key() -> None:
    for found in ("rows", "n", "num_rows", "n_samples"):
        with pytest.raises(SchemaError, match="rows must be" if found == "rows" else "did you mean 'rows'"):
            Schema.load({"synthlab": 1, "generator": "shop", found: "x"})


def test_three_mistakes_are_told_together_in_the_order_of_the_lines(write: Write) -> None:
    text = """\
synthlab: 1
generator: shop
format: cvs
options:
  columns:
    - {name: a, kind: lognromal, mean: 42, sigma: 1}
    - {name: b, kind: normal, mean: 42, stdd: 15}
rows: many
"""
    path = write(text, "reviews.yaml")
    with pytest.raises(SchemaError) as caught:
        Schema.load(path)
    assert (
        str(caught.value).replace(str(path), "reviews.yaml")
        == """\
reviews.yaml:6:23: kind 'lognromal' is not known
    6 |     - {name: a, kind: lognromal, mean: 42, sigma: 1}
      |                       ^^^^^^^^^ did you mean 'lognormal'?
reviews.yaml:7:41: unknown key 'stdd'
    7 |     - {name: b, kind: normal, mean: 42, stdd: 15}
      |                                         ^^^^ did you mean 'std'?
reviews.yaml:8:7: rows must be a whole number, not 'many'
    8 | rows: many
      |       ^^^^"""
    )


def test_at_most_twenty_problems_are_shown(write: Write) -> None:
    columns = "".join(f"    - {{name: c{i}, kind: normal, mean: x}}\n" for i in range(50))
    with pytest.raises(SchemaError) as caught:
        Schema.load(write(COLUMNS + columns))
    assert len(caught.value.problems) == 50
    assert str(caught.value).count("mean must be a number") == 20
    assert str(caught.value).endswith("\nand 30 more")


def test_long_values_are_never_echoed_whole(write: Write) -> None:
    secret = "s3cret" * 1000
    for text in (f"{HEAD}rows: {secret}", f"{HEAD}{secret}: 1", f"synthlab: 1\ngenerator: {secret}"):
        with pytest.raises(SchemaError) as caught:
            Schema.load(write(text))
        assert max(len(line) for line in str(caught.value).splitlines()) < 250


def test_what_a_terminal_would_obey_is_not_shown(write: Write) -> None:
    with pytest.raises(SchemaError) as caught:
        Schema.load(write(f'{HEAD}rows: "\\e[31m\\a"\nfolder: "\u202ex"\n'))
    assert not any(c for c in str(caught.value) if not c.isprintable() and c != "\n")


def test_the_marks_stand_under_wide_characters(write: Write) -> None:
    with pytest.raises(SchemaError) as caught:
        Schema.load(write(f"{HEAD}options: {{mood: 日本語, opens: x}}\n"))
    shown = str(caught.value).splitlines()
    assert shown[-1].index("^") == shown[-2].index("x}") + 3


def test_what_a_call_gives_is_not_blamed_on_the_file(write: Write) -> None:
    path = write(HEAD + "rows: 10\n")
    with pytest.raises(SchemaError) as caught:
        Schema.load(path, rows=-5)
    assert str(caught.value) == f"{path}: rows must be at least 0, not -5"
    assert Schema.load(write(HEAD + "rows: many\n"), rows=5).rows == 5


def test_problems_of_a_mapping_are_told_by_their_path() -> None:
    columns = [{"name": "a", "kind": "normal", "mean": "x"}]
    with pytest.raises(SchemaError, match=r"^schema: options\.columns\[0\]\.mean: mean must be a number"):
        Schema.load({"synthlab": 1, "generator": "shop", "options": {"columns": columns}})


def test_a_missing_key_that_was_misspelt_is_one_mistake(write: Write) -> None:
    (problem,) = problems(write, "synthlab: 1\ngenerator: demanding\noptions: {colums: [a]}\n")
    assert problem.hint == "did you mean 'columns'?"
    (problem,) = problems(write, "synthlab: 1\ngenerator: demanding\noption: {columns: [a]}\n")
    assert problem.hint == "did you mean 'options'?"
    (problem,) = problems(write, "synthlab: 1\ngenerator: demanding\ncolumns: [a]\n")
    assert problem.hint == "it is an option, so it belongs under 'options'"


def test_options_that_are_left_out_are_asked_for(write: Write) -> None:
    (problem,) = problems(write, "synthlab: 1\ngenerator: demanding\n")
    assert problem.message == "missing key 'columns' in options"
    assert problem.hint == "for example 'columns: [a, b]'"


def test_a_thousand_columns_are_checked_in_no_time(write: Write) -> None:
    column = "    - {{name: c{}, kind: normal, mean: 42, std: 1.5}}\n"
    path = write(COLUMNS + "".join(column.format(i) for i in range(1000)))
    seconds = []
    for _ in range(3):
        started = time.process_time()
        Schema.load(path)
        seconds.append(time.process_time() - started)
    assert min(seconds) < 0.15


def test_a_thousand_mistakes_are_told_in_no_time(write: Write) -> None:
    column = "    - {{name: c{0}, kind: normal, mean: x, stdd{0}: 1.5}}\n"
    path = write(COLUMNS + "".join(column.format(i) for i in range(1000)))
    started = time.process_time()
    with pytest.raises(SchemaError) as caught:
        Schema.load(path)
    assert time.process_time() - started < 0.5
    assert len(caught.value.problems) == 500
    assert str(caught.value).endswith("\nand at least 480 more")


def test_what_was_probably_meant_by_a_number_or_a_date_is_said(write: Write) -> None:
    for found, meant in [("10_000", "10000"), ("10,000", "10000"), ("1.5k", "1500"), ("2M", "2000000")]:
        (problem,) = problems(write, f'{HEAD}rows: "{found}"\n')
        assert problem.hint == f"did you mean {meant}?"
    for found, hint in [("5", "did you mean 0.05?"), ("100.5", ""), ("-1", "")]:
        (problem,) = problems(write, f"{HEAD}label_noise: {{rate: {found}}}\n")
        assert problem.hint == hint


def test_what_a_terminal_would_obey_is_not_shown_of_names_either(write: Write) -> None:
    """Column names come into hints and messages as they are."""
    with pytest.raises(SchemaError) as caught:
        Schema.load(
            {
                "synthlab": 1,
                "generator": "shop",
                "options": {"columns": [{"name": "\x1b[2Jab", "kind": "normal", "mean": 1}]},
                "splits": {"fractions": {"train": 1}, "group": "ab"},
            },
        )
    assert not any(c for c in str(caught.value) if not c.isprintable() and c != "\n")
