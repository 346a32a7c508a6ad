"""Word lists of British English that the rules need: a wrong guess about a noun is mended here, and nowhere else."""

# ruff: noqa: SIM905 - word lists read better as prose than as one quoted word a line

from __future__ import annotations

PREPOSITIONS = frozenset(
    """about across after against alongside among around at before between beyond by during following for from in
    into near of off on over regarding targeting through throughout to towards under via with within without""".split()
)
NAMING_WORDS = frozenset(("operation", "op", "op.", "project", "exercise"))
"""What a name without an article begins with: "Operation Mass", "Project Argus"."""

PARTICIPLES = frozenset("held led made run seen given taken".split())
SINGULAR_IN_S = frozenset(
    """access analysis analytics athletics bus business campus census congress consensus crisis ethics focus
    headquarters logistics news politics process progress series species status statistics virus""".split()
)
PLURALS = frozenset("taxis people children men women police data media premises staff personnel".split())
SINGULAR_OF = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "premises": "premises",
    "staff": "member of staff",
    "series": "series",
    "police": "police officer",
    "lives": "life",
    "knives": "knife",
    "thieves": "thief",
    "leaves": "leaf",
    "analyses": "analysis",
    "crises": "crisis",
}
UNCOUNTABLE = frozenset(
    """access action activity advice assistance awareness communication compliance contact cooperation co-operation
    data disruption education enforcement engagement equipment evidence guidance help housing information
    intelligence liaison mapping mitigation outreach policing preparation preparedness prevention protection
    publicity reassurance research resilience safety security support surveillance training vigilance visibility
    work""".split()
)
COUNTABLE_IN_ING = frozenset(
    "briefing building gathering hearing meeting outing screening sitting viewing warning".split()
)
NAMED_WITH_THE = frozenset(
    """academy accelerator advocate alliance assembly association board bureau campaign centre charter clinic club
    college commission committee conference consortium council day days event exercise exhibition fair festival
    forum framework fund group hub initiative lab levy month network office panel partnership patrol pilot plan
    portal programme project register review roadshow scheme seminar service show sprint strategy summit survey
    symposium taskforce team trial unit watch week weekend workshop year""".split()
)
INSTITUTIONS = frozenset(
    """board bureau centre committee council forum framework fund group hub initiative network panel partnership
    programme scheme service strategy team unit""".split()
)
TAKE_PLACE = frozenset(
    """activities activity checks deployments engagement exercise exercises operation operations patrol patrols raid
    raids shift shifts visit visits work""".split()
)
"""What takes place rather than being held."""

MEASURES_WITH_THE = frozenset(
    """average mean median price wait total number proportion percentage share rate time cost value length ratio
    level""".split()
)
"""Measures that are told with "the": "the average response time was 12 minutes", but "victim satisfaction was 87%"."""

AN_LETTERS = frozenset("AEFHILMNORSX")
"""Letters whose names begin with a vowel, for abbreviations: "an HVM scheme"."""

AN_WORDS = ("honest", "honour", "hour", "heir")
A_WORDS = ("one", "once", "uni", "use", "usu", "eu", "ubiq", "ukraine")

MEASURED = frozenset(
    """% cm days euros grams hectares hours kg kilograms kilometres km litres metres miles minutes months mph per
    pounds points seconds tonnes weeks years""".split()
)
"""Units that are measured, not counted."""

LABEL_WORDS = frozenset("in for at on from by with against under of held made given taken due led about".split())
"""What a label of a breakdown begins with when it completes "were ..." rather than naming things."""

RANKS = frozenset(
    """ch chief commander commissioner constable councillor da dc dci di dr ds dsupt det detective insp inspector
    mayor mr mrs ms pc pcso pcc officer professor sergeant sgt superintendent supt""".split()
)
"""Words that show that a lead is a person and not a team."""

TEAMS = frozenset("team unit".split())
"""Heads of names that take "the" though it was not written: "the licensing team"."""

ORDINARY = frozenset(
    """after all because during each every following it many more most no one our since some than that the their
    there these they this those three two we when while a an additional alcohol annual anti-social autumn
    awareness bank bicycle body burglary business campaign car care child children citizens commercial community
    county crime custody cyber cycle domestic drink drone drug early engagement enforcement enhanced evening extra
    family farm feedback fire fraud further heritage hotspot increased industrial intelligence investigation joint
    knife lack late licensing livestock local low mental missing mobile monthly mounted neighbourhood new night
    nightly officers online open outreach park patrol patrols pedestrian police poor pre-school primary proactive
    property public quarterly rail rape recruitment regional repeat residents resident retail reassurance review
    river road robbery roll-out rural safe safer school schools seasonal secondary sexual sheep shoplifting
    shortage speed spring staff stalking station stop street student students summer support surgeries targeted
    taxi theft town traffic training travel trial vehicle victim victims video visible visits volunteer volunteers
    ward water weapons weekend weekly welfare wildlife winter women's women work young youth""".split()
)
"""Words that are no names: a title or phrase that begins with one of them is told with a small letter in a sentence."""
