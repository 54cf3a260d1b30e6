"""What a person is told who made a mistake: where, what, and what would do."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from synthlab import Schema, SchemaError

from .told import problems

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

{HEAD}label_noise: {rate: 0.4 if «ide» > 3 else 0.1}
-> there is no column 'ide' | did you mean 'id'?

{HEAD}«nulls»: {columns: [id], rate: 0.1}
-> unknown key 'nulls' | did you mean 'missing'?

{HEAD}missing: {columns: [id], «probability»: 0.1}
-> unknown key 'probability' | did you mean 'rate'?

{HEAD}drift: {columns: [id], add: 5, «start»: 3}
-> unknown key 'start' | did you mean 'from_row'?

{HEAD}missing: «5»
-> missing must be a mapping or a list, not 5 |

{HEAD}missing: «[]»
-> missing must have at least 1 items, not 0 |

{HEAD}missing: {columns: [id], rate: «2»}
-> rate must be at most 1, not 2 |

{HEAD}missing: {columns: [id], rate: «[2]»}
-> rate must be a number or text, not a list |

{HEAD}missing: {columns: [id], «rat»: 0.1}
-> unknown key 'rat' | did you mean 'rate'?

{HEAD}«missing»: {columns: [id]}
-> missing key 'rate' in missing |

{HEAD}missing: {columns: «id», rate: 0.1}
-> columns must be a list, not 'id' |

{HEAD}missing:
  - {columns: [id], rate: 0.1}
  - {columns: [«idd»], rate: 0.1}
-> there is no column 'idd' | did you mean 'id'?

{HEAD}missing:
  - {columns: [id], rate: 0.1}
  - {columns: [id], rate: «-1»}
-> rate must be at least 0, not -1 |

{HEAD}missing:
  - {columns: [id], rate: 0.1}
  - {columns: [id], rate: 0.1, when: «id + 1»}
-> a condition is true or false; this gives int64 | compare it with something

{HEAD}missing: {columns: [id], rate: 0.1, when: kind == 'a' and «idd» > 3}
-> there is no column 'idd' | did you mean 'id'?

{HEAD}missing: {columns: [id], rate: «kind == 'a'»}
-> a rate is a number from 0 to 1; this gives bool | for example

{HEAD}typos: {columns: [«kind»], rate: 0.1}
-> column 'kind' holds no strings | columns that fit are: none

{HEAD}typos: {columns: [name], rate: 0.1, kinds: [«swop»]}
-> kinds[0] must be one of swap, drop, double, neighbour, case, space, not 'swop' | did you mean 'swap'?

{HEAD}outliers: {columns: [«kind»], rate: 0.1, factor: 10}
-> column 'kind' holds no numbers | columns that fit are: id

{HEAD}mix_ups:
  - «{columns: [id], rate: 0.1}»
-> a mix-up needs one of 'factor' (or 'add'), 'swap' and 'write' |

{HEAD}drift: {columns: [kind], replace: {a: «c»}}
-> 'c' is not a class of 'kind' | classes are: a, b

{HEAD}duplicates: {rate: «1»}
-> rate must be at most 0.9, not 1 |

{HEAD}duplicates: {rate: 0.1, within: «999»}
-> within must be 10, 20, 50, 100, 200, 500 or 1000, not 999 |

{HEAD}duplicates: {rate: 0.1, fresh: [«idd»]}
-> there is no column 'idd' | did you mean 'id'?
"""


def mistakes() -> list[tuple[str, str, str]]:
    result = []
    for block in re.split(r"\n\n+(?=[s«{])", MISTAKES.strip()):
        text, _, told = block.rpartition("\n-> ")
        message, _, hint = told.rpartition("|")
        text = text.replace("{HEAD}", HEAD).replace("{COLUMNS}", COLUMNS)
        result.append((text + "\n", message.strip(), hint.strip()))
    return result


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
