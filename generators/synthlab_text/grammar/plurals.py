"""English plurals: lists of exceptions first, then rules.

Of several words the head changes: cups of tea, mothers-in-law, passers-by, attorneys general, city maps.
"""

from __future__ import annotations

import re

__all__ = ["like", "plural"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLURALS = dict(
    pair.split("/")
    for pair in """
    man/men woman/women child/children person/people foot/feet tooth/teeth goose/geese mouse/mice
    ox/oxen louse/lice woodlouse/woodlice booklouse/booklice die/dice leaf/leaves loaf/loaves
    half/halves shelf/shelves thief/thieves knife/knives wife/wives life/lives wolf/wolves
    calf/calves scarf/scarves self/selves elf/elves sheaf/sheaves hoof/hooves wharf/wharves
    lowlife/lowlifes flatfoot/flatfoots tenderfoot/tenderfoots sabretooth/sabretooths
    sabertooth/sabertooths quiz/quizzes whiz/whizzes wiz/wizzes fez/fezzes swiz/swizzes
    potato/potatoes tomato/tomatoes hero/heroes echo/echoes veto/vetoes torpedo/torpedoes
    embargo/embargoes mosquito/mosquitoes volcano/volcanoes cargo/cargoes buffalo/buffaloes
    domino/dominoes tornado/tornadoes mango/mangoes motto/mottoes go/goes no/noes
    axis/axes praxis/praxes criterion/criteria phenomenon/phenomena perihelion/perihelia
    aphelion/aphelia datum/data medium/media curriculum/curricula bacterium/bacteria
    stratum/strata erratum/errata addendum/addenda memorandum/memoranda ovum/ova
    desideratum/desiderata extremum/extrema candelabrum/candelabra alumnus/alumni cactus/cacti
    fungus/fungi nucleus/nuclei stimulus/stimuli radius/radii locus/loci bacillus/bacilli
    alveolus/alveoli bronchus/bronchi meniscus/menisci sarcophagus/sarcophagi genus/genera
    testis/testes matrix/matrices vertex/vertices index/indexes appendix/appendices codex/codices
    helix/helices radix/radices larva/larvae alga/algae alumna/alumnae vertebra/vertebrae
    graffito/graffiti passerby/passersby
    """.split()  # noqa: SIM905
)
_UNCHANGED = _words("""
    sheep fish deer moose salmon trout bream cod elk swine bison shrimp rice aircraft spacecraft
    hovercraft offspring headquarters crossroads means scissors shears pincers trousers jeans shorts
    pants breeches glasses sunglasses binoculars pliers pyjamas pajamas tights leggings goggles
    tweezers gallows innings mews corps chassis debris pence quid hertz news furniture luggage
    equipment information advice software hardware homework feedback diabetes measles mumps rabies
    swiss barracks gasworks waterworks ironworks steelworks
""")
_UNCHANGED_ENDINGS = re.compile(r"(?:series|species|\w\wfish|\w\wics|\w\w(?:n|l|m|gu)ese)$")
"""Of series, jellyfish, politics, Japanese."""

_MANS = re.compile(
    r"^(?:(?:super|sub|non|trans|post)?hu|ger|ro|sha|talis|otto|nor|cai|cay|ata|at|bur|ceri|des|dol|far|har|het|le|sel|[a-z]+a)man$"
)
"""Humans, Germans, Panamans."""
_NAMED_MAN = _words("""
    batman superman walkman pacman bowman chapman coleman cushman dorman eastman feldman fishman freeman
    friedman furman gorman goodman goldman hartman heilman herman hoffman holman huffman kaufman kellerman
    lehman lieberman lipman newman oakman ottman perlman pittman posman rahman redman sherman
    silverman steinman sullman tillman truman tubman ullman waterman weisman wellman wiseman zimmerman
""")
"""Capitalised, these are somebody's names: the Newmans."""
_COMPOUNDED = re.compile(
    r"^(.{2,})(child|wife|knife|life|shelf|half|loaf|leaf|wolf|scarf|tooth|foot|mouse|person)$"
)
_HARD_CH = re.compile(r"(?:stomach|epoch|eunuch|loch|tech|czech|tych|[ginrx]arch)$")
"""Stomachs, monarchs: ch as in k."""

_PREPOSITION = re.compile(
    r"^(.+?)( (?:of|in|for|with|without|to|at|from|on|by|between|behind|towards|under|about) .+| d'.+)$"
)
_NO_HEAD = _words("up out made due back step side day one end stay down all close")
"""What stands before a preposition and is nothing that there are several of: a step by step guide."""
_HYPHENED = re.compile(r"^(.+?)(-(?:in|of|to|at|de)-.+)$")
_DOER = re.compile(r"^(?!(?:cover|power)-)(\w+[eo]r)(-(?:by|on|up|in|out|off|down))$", re.IGNORECASE)
_ADJECTIVE_LAST = re.compile(
    r"^(.*\b(?:"
    r"(?:attorney|secretary|governor|director|solicitor|surgeon|consul|auditor|postmaster|inspector|vicar)"
    r"(?=[ -]general$)"
    r"|court(?=[ -]martial$)|notary(?=[ -]public$)|poet(?=[ -]laureate$)|body(?=[ -]politic$)"
    r"|heir(?=[ -](?:apparent|presumptive)$)|sergeant(?=[ -]major$)|knight(?=[ -]errant$)"
    r"|mother(?=[ -]superior$)|professor(?=[ -]emeritus$)|battle(?=[ -]royal$)|queen(?=[ -]consort$)"
    r"|pound(?=[ -]force$)|\w+(?=[ -](?:elect|designate)$)"
    r"))([ -]\w+)$",
    re.IGNORECASE,
)

_COMMON_Y = _words("""
    ability academy accessory agency agony allergy ally ancestry anniversary anomaly anthology apology
    archery army artery assembly baby bakery balcony barony battery beauty belly berry biopsy blueberry
    body booby boundary bounty brandy brewery bribery buddy buggy bully bunny butterfly cabby canary
    candy canopy casualty category cavity celebrity cemetery century ceremony chantry charity cherry
    city colony comedy commentary community company controversy cookery copy country county courtesy
    cranberry cry curry cutlery daddy daily dairy delivery deputy derby destiny diary dictionary
    directory discovery dispensary documentary doggy dragonfly drapery dummy duty dynasty eatery economy
    ecstasy embassy embroidery empathy empty enemy energy enquiry entry envy factory faculty fairy
    family fancy fantasy felony ferry firefly fishery fly foundry fury galaxy gallery gantry geometry
    gipsy glossary granary granny grocery guaranty gully gypsy harmony hierarchy history hobby husky
    hypocrisy identity industry injury inquiry inventory irony itinerary jelly jetty jewellery jury
    laboratory lady laundry lavatory legacy levy liberty library lobby lorry lottery luxury machinery
    malady mastery melody memory mercy military ministry missionary monarchy monopoly monthly mummy
    mutiny mystery nanny navy novelty nunnery nursery obituary orgy pansy pantry parody party pastry
    penalty pharmacy philosophy photocopy piggy plenty policy poly pony pottery poverty prodigy property
    proxy puppy quality quarry query raspberry reality realty recovery refinery remedy reply robbery
    royalty safety salary sanctuary scenery secondary secretary security sentry sky slavery society spy
    stationery story strawberry study subsidy summary supply surgery sympathy symphony tabby tally
    technology teddy telly territory theory therapy toddy tragedy trajectory treasury treaty trickery
    trophy try tummy usury vacancy vanity variety victory wallaby warranty weekly whisky winery worry
""")
_COMMON_Y_ENDINGS = re.compile(
    r"(?:[a-z]{2}[ie]ty|lty|[ae]ncy|logy|graphy|archy|[acst]tory|[aeiou]tory|istry|ionary)$"
)
_PAIR_OF_SEVERAL = re.compile(r" (?:and|'n'|&) \w+[^aeious\W]s$")
"""Fish and chips, pros and cons: a thing and several others."""


def plural(noun: str) -> str:
    """Return the plural of a noun; of several words that of the head: two cups of tea, city maps."""
    if (match := _PREPOSITION.match(noun)) and match[1].lower() not in _NO_HEAD:
        return plural(match[1]) + match[2]
    if match := _ADJECTIVE_LAST.match(noun):
        return plural(match[1]) + match[2]
    if _PAIR_OF_SEVERAL.search(noun):
        return noun
    cut = noun.rfind(" ") + 1
    before, last = noun[:cut], noun[cut:]
    head = _HYPHENED.match(last) or _DOER.match(last)
    if head and head[1].lower() not in _NO_HEAD:
        return before + plural(head[1]) + head[2]
    cut = last.rfind("-") + 1
    return before + last[:cut] + _plural(last[cut:])


def _plural(noun: str) -> str:
    """Return the plural of one word."""
    lower, is_name = noun.lower(), noun[:1].isupper()
    if lower in _UNCHANGED or _UNCHANGED_ENDINGS.search(lower):
        return noun
    if lower in _PLURALS:
        return like(noun, _PLURALS[lower])
    if lower.endswith("man") and not (_MANS.match(lower) or (is_name and lower in _NAMED_MAN)):
        return f"{noun[:-2]}en"
    if match := _COMPOUNDED.match(noun):
        return match[1] + _PLURALS[match[2]]
    if re.search(r"[^s]sis$", lower) and not is_name:
        return f"{noun[:-2]}es"
    if re.search(r"(?:s|x|z|sh)$", lower) or (lower.endswith("ch") and not _HARD_CH.search(lower)):
        return f"{noun}es"
    if re.search(r"(?:[^aeiou]|qu)y$", lower) and not (is_name and _is_named(lower)):
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def _is_named(noun: str) -> bool:
    """Return whether a capitalised word in -y is a name, and not what is only written with a capital."""
    return noun == "nancy" or not (noun in _COMMON_Y or _COMMON_Y_ENDINGS.search(noun))


def like(found: str, made: str) -> str:
    """Return a word with a capital where the one it stands for has one."""
    return made[:1].upper() + made[1:] if found[:1].isupper() else made
