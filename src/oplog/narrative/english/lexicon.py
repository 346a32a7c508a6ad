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

DONE_WITH = {
    "presentation": "given",
    "talk": "given",
    "lecture": "given",
    "speech": "given",
    "demonstration": "given",
    "survey": "carried out",
    "review": "carried out",
    "inspection": "carried out",
    "audit": "carried out",
    "assessment": "carried out",
}
"""What is done with an event that is not held."""

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
    """a absence absences accident accidents acquisitive additional adverse after alcohol all an annual
    anti-social apprentice apprentices armed arson assault assaults attack attacks autumn awareness
    back-to-school bad bank bar because begging best better bicycle bigger blaze blind body breakdown
    briefing briefings budget burglaries burglary bus business busy cadet cadets campaign cancellation car
    care check checks child children citizens clash club coach cold collision collisions commercial community
    complaint complaints concern concerns conference county court crash cricket crime criminal cultural
    custody cyber cycle cycling dangerous day-long deaf death decision demand demands demonstration detention
    disabled disorder dog domestic door door-to-door double drink drink-drive drone drop-in drug drug-drive
    dry during e-bike e-scooter each early elderly election elections end-of-term enforcement enforcement-led
    engagement enhanced equipment estate evening every exam explosion extra failure faith family farm fatal
    fault feedback festive final fire firearms first-aid flood flooding floods fog following foot football
    fraud freight freshers full funding funeral further good goods graduation graffiti hackney half-term
    hand-held harvest hate heat heatwave heavy heritage high high-visibility homeless homelessness
    honour-based horse hot hotel hotspot house housing ice illegal illness incident incidents increased
    industrial initial inspection intelligence interfaith interim investigation it joint knife lack late
    legislation licensing litter livestock local lorry low major many market mechanical meeting meetings
    mental minor missing mobile mobile-phone modern month-long monthly more most motorcycle mounted
    multi-agency murder music mutual national neighbourhood new night nightclub nightly no noise nuisance
    off-road officers older one one-day ongoing online open operational organised our outreach pandemic park
    partial partnership patrol patrolling patrols pedestrian permanent petition phase pilot plain-clothes
    planned planning police poor pop-up pre-school pressure pressures primary private proactive property
    protest protests pub public quarterly rail rain rape reassurance recent recruit recruitment recruits
    redeployment refresher refugee regional repeat report reports request requests resident residents
    resource resources resourcing response restaurant retail review river road roads roadworks robberies
    robbery roll-out rough rural safe safer school schools scooter seasonal seatbelt second secondary seminar
    serious severe sexual shared sheep shooting shop shoplifting shortage sickness since single smaller snow
    software some special specialist speed speeding sports spring stabbing stabbings staff stalking station
    stop stop-and-search storm storms street strike strong student students sudden summer support surgeries
    system systems targeted taser taxi technical temporary tenancy term-time test test-purchase tests than
    that the theft their there these they third this those three three-day town trading traffic train
    training tram travel trial trials two two-day unexpected uninsured unlicensed unplanned unsafe vacancies
    vacancy vagrancy vandalism vehicle vehicle-stop victim victims video visible visits volunteer volunteers
    vulnerable walkabout walkabouts ward water we weapons week-long weekend weekly welfare wet when while
    wildlife wind winds winter withdrawal women women's work workshop workshops worse young youth""".split()
)
"""Words that are no names: a title or phrase that begins with one of them is told with a small letter in a sentence."""
