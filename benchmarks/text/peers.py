"""Short labeled reviews by one of the peers, in a process of its own: prints its version and rows a CPU-
second.

    PYTHON benchmarks/text/peers.py chatette 2000 3

It needs the peer alone. Each is given the same small grammar, written as its documentation shows; the
easiest case for them, since none has to agree, deny or contrast. All texts and labels are kept in memory.

`checklist` is CheckList's own way to sample (Ribeiro et al., ACL 2020: `Editor.template` with `nsamples`
and `meta`): a template is chosen and its slots are filled by `str.format`, with the values kept. Its
package does not build without a notebook server, so the way is written out here; the original has more to
do for each text.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

TERMS = ["screen", "battery", "camera", "price", "keyboard", "charger", "menu", "sound", "case", "manual"]
GOOD = ["good", "great", "excellent", "superb", "crisp", "solid", "lovely", "brilliant", "handy", "perfect"]
BAD = ["bad", "poor", "terrible", "awful", "dull", "flimsy", "annoying", "useless", "clumsy", "horrible"]
ADVERBS = ["very", "really", "quite", "so", "rather", "pretty"]
TEMPLATES = [
    "The {term} is {adverb} {opinion}, and the {other} is {second}.",
    "I find the {term} {adverb} {opinion}. The {other} is {second} too.",
    "{adverb} {opinion} {term}, {second} {other}.",
    "My friend says the {term} is {opinion}, and the {other} {adverb} {second}.",
]


def by_checklist(rows: int) -> list[tuple[str, str, dict[str, str]]]:
    """Return texts, labels and the values of the slots."""
    chance, made = random.Random(7), []
    for _ in range(rows):
        label = chance.choice(["positive", "negative"])
        opinions = GOOD if label == "positive" else BAD
        values = {
            "term": chance.choice(TERMS),
            "other": chance.choice(TERMS),
            "adverb": chance.choice(ADVERBS),
            "opinion": chance.choice(opinions),
            "second": chance.choice(opinions),
        }
        made.append((chance.choice(TEMPLATES).format(**values), label, values))
    return made


def by_tracery(rows: int) -> list[str]:
    """Return texts; Tracery keeps neither labels nor places."""
    import tracery
    from tracery.modifiers import base_english

    slots = ("term", "other", "adverb", "opinion", "second")
    texts = []
    for template in TEMPLATES:
        for slot in slots:
            template = template.replace(f"{{{slot}}}", f"#{slot}#")
        texts.append(template)
    rules = {
        "origin": texts,
        "term": TERMS,
        "other": TERMS,
        "adverb": ADVERBS,
        "opinion": GOOD,
        "second": GOOD,
    }
    grammar = tracery.Grammar(rules)
    grammar.add_modifiers(base_english)
    return [grammar.flatten("#origin.capitalize#") for _ in range(rows)]


def by_faker(rows: int) -> list[str]:
    """Return sentences of Faker's own words: without meaning, labels or places."""
    from faker import Faker

    fake = Faker("en_US")
    fake.seed_instance(7)
    return [fake.sentence(nb_words=12) for _ in range(rows)]


def by_chatette(rows: int) -> None:
    """Make texts by Chatette, with their intents and entities, as JSON in a folder that is thrown away."""
    from chatette.facade import Facade

    def slot(name: str, values: list[str]) -> str:
        return f"@[{name}]\n" + "".join(f"    {value}\n" for value in values)

    lines = [f"%[positive]('training':'{rows}')"]
    for template in TEMPLATES:
        for name in ("term", "other", "adverb", "opinion", "second"):
            template = template.replace(f"{{{name}}}", f"@[{name}]")
        lines.append(f"    {template}")
    parts = [slot("term", TERMS), slot("other", TERMS), slot("adverb", ADVERBS), slot("opinion", GOOD)]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "grammar.chatette"
        source.write_text("\n".join(lines) + "\n\n" + "\n".join([*parts, slot("second", GOOD)]))
        # One process holds one system: it is emptied first.
        Facade.reset_system(str(source), str(Path(folder) / "made"), "rasa", None, False, "7", True).run()


# Name -> (distribution, what makes rows)
PEERS: dict[str, tuple[str | None, Callable[[int], object]]] = {
    "checklist": (None, by_checklist),
    "chatette": ("chatette", by_chatette),
    "tracery": ("tracery", by_tracery),
    "faker": ("faker", by_faker),
}


def rates(make: Callable[[int], Any], rows: int, runs: int) -> Iterator[float]:
    """Yield rows a CPU-second of each run: those beyond the first few, so that start-up is left out."""
    few = max(1, rows // 10)
    for _ in range(runs):
        began = time.process_time()
        make(few)
        between = time.process_time()
        make(few + rows)
        yield rows / ((time.process_time() - between) - (between - began))


def main() -> None:
    name, rows, runs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    distribution, make = PEERS[name]
    try:
        found = version(distribution) if distribution else "its way to sample"
    except PackageNotFoundError:
        print(json.dumps(None))
        return
    # What they print about themselves must not stand before the figure.
    said, sys.stdout = sys.stdout, sys.stderr
    make(10)
    figures = list(rates(make, rows, runs))
    sys.stdout = said
    print(json.dumps({"version": found, "rates": figures}))


if __name__ == "__main__":
    main()
