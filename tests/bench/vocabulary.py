"""The words that generated logs are made of: enough that streams differ, and so few that partners and causes meet."""

from __future__ import annotations

from oplog import CauseKind

TITLES = {
    "operation": ["Operation {name}", "enforcement of licensing in {place}", "joint work against theft in {place}"],
    "deployment": ["patrols of {place}", "crime prevention surgeries in {place}", "night shifts around {place}"],
    "campaign": ["week of action on {matter}", "awareness campaign on {matter}", "students' briefings on {matter}"],
    "pilot": ["trial of {kit} in {place}", "{kit} field test", "street triage in {place}"],
}
NAMES = ["Acton", "Beckford", "Calder", "Dunmore", "Elgin", "Farrow", "Griffin", "Harle", "Ivel", "Jura"]
PLACES = ["the market square", "the bus station", "the north bank", "Harbour Bridge", "the retail quarter", "Mill Lane",
          "the university campus", "the hospital grounds", "the old docks", "Castle Hill"]  # fmt: skip
MATTERS = ["cycle theft", "sexual violence", "fraud against older people", "knife crime", "moped robbery",
           "hate crime on public transport", "burglary of businesses", "drink spiking"]  # fmt: skip
KITS = ["trauma packs", "body-worn cameras", "property marking kits", "drone observers", "electric patrol cars"]
THEMES = ["engagement", "asb/begging", "asb/vehicles", "theft", "fraud", "safety", "night-time", "prevention"]
TEAMS = ["the Prevent team", "the roads policing unit", "the communities team", "the licensing team", "Economic Crime"]
PARTNERS = ["the county council", "the ambulance service", "the fire and rescue service", "Victim Support",
            "the business crime partnership", "the university", "the street wardens"]  # fmt: skip
AIMS = ["raise public awareness", "reduce repeat calls", "reassure residents", "recover stolen property",
        "protect people who sleep rough", "keep the routes to the stadium clear"]  # fmt: skip
AUDIENCES = ["commuters", "first-year students", "licensees and door staff", "older residents", "shopkeepers"]
CAUSES = {
    CauseKind.INCIDENT: ["the flood at {place}", "the fire near {place}", "the stabbing in {place}"],
    CauseKind.DECISION: ["a decision of Gold group", "a change of the force's priorities"],
    CauseKind.SHORTAGE: ["a shortage of trained officers", "a shortage of vehicles"],
    CauseKind.CONCERN: ["residents' concern about {place}", "concern about {matter}"],
    CauseKind.WEATHER: ["the storm", "heavy snow"],
    CauseKind.REQUEST: ["a request of the county council", "a request of shopkeepers"],
}
MEASURES = [("people", "spoken to"), ("vehicles", "stopped"), ("arrests", None), ("bicycles", "marked"),
            ("penalty notices", "issued"), ("premises", "visited"), ("calls", "answered")]  # fmt: skip
SENTENCES = [
    "Officers reported a marked fall in complaints from {place}.",
    "Three premises in {place} asked for a return visit before the end of the year.",
    "The team learned that early evenings reach {audience} better than mornings do.",
    "Feedback from {audience} was good, and the stand at {place} will be kept.",
    "Work on {matter} continues together with {partner}, who lent two of their staff.",
    "The figures on {matter} were checked against the records of {partner}, and agree.",
]
REASONS = ["two returns had been counted twice", "a late return came in", "the period had been read wrongly"]
