"""An example for each verb, as its help page shows it; the tests run them all."""

from __future__ import annotations

import re

STREAMS = {
    "operation": "mass-2017",
    "deployment": "library-surgeries",
    "campaign": "week-of-action",
    "pilot": "street-triage",
}

_WIDE = 72
_PLANS = {
    "operation": "--title 'Operation Mass' --theme asb --aim 'deter begging' --when 'April to June 2017'",
    "deployment": "--title surgeries --place 'Shoe Lane library' --rrule 'FREQ=WEEKLY;INTERVAL=2' --hours 12:00-14:00",
    "campaign": "--title 'week of action on sexual violence' --audience 'City workers' --when 'w/c 2017-06-12'",
    "pilot": "--title 'mental health street triage' --partner 'the NHS' --when 'May 2017' --term 'six months'",
}

_OPTIONS = {
    "reschedule": "--when 'w/c 2017-08-21'",
    "postpone": "--cause 'a shortage of officers' --cause-kind shortage",
    "cancel": "--cause 'the London Bridge attack' --cause-kind incident --cause-when 2017-06-03",
    "reinstate": "--cause 'the decision of the committee' --cause-kind decision",
    "commence": "--effective 'May 2017'",
    "suspend": "--until 'September 2017' --cause 'the heatwave' --cause-kind weather",
    "resume": "--effective 2017-09-04",
    "extend": "--term '3 months' --until 'end of November 2017'",
    "complete": "--attendance 120 --effective '7 July 2017'",
    "hand-over": "--to 'the neighbourhood team'",
    "hold-occurrence": "--count 2 --attendance 35 --effective 'June 2017'",
    "cancel-occurrence": "--when 2017-06-07 --cause 'the general election'",
    "record-figure": "--measure vehicles --done stop-checked --value 45 --period 'June 2017' --breakdown 'taxis=30'"
    " --breakdown 'vans=15'",
    "restate-figure": "--measure vehicles --done stop-checked --value 47 --period 'June 2017'"
    " --reason 'two forms came late'",
    "record-note": "--text 'Officers from three wards took part.'",
    "record-outcome": "--text 'Reports of begging fell by a third.' --source 'Pol 57-17, paragraph 4.2'",
    "record-feedback": "--text 'Residents found it reassuring.'",
    "record-learning": "--text 'An earlier start reaches more commuters.'",
    "record-outlook": "--text 'A second week is being prepared.' --when 'later in 2017 after September 2017'",
    "join-partner": "--partner 'Transport for London'",
    "leave-partner": "--partner 'Transport for London'",
    "link-part-of": "--parent operation/radstock",
    "promise-evaluation": "--when 'end of September 2017' --after 'three months' --by 'the university'",
    "defer-evaluation": "--when 'December 2017' --cause 'incomplete data'",
    "ask-action": "--action 14/2017 --asked 'report on the cost of the trial' --by 'the committee' --when 2017-12",
    "answer-action": "--action 14/2017 --text 'The trial cost £12,000.'",
    "evaluate": "--result 'It kept people out of custody, and should go on.'",
    "change-marking": "--marking restricted --reason 'a trial is pending'",
    "refer": "--matter 'intelligence on suspected trafficking' --to 'the National Crime Agency'",
    "redeploy": "--place 'Liverpool Street station'",
    "relaunch": "--effective 'September 2017'",
    "adopt": "--cause 'its good results' --cause-kind decision",
    "discontinue": "--cause 'a lack of money' --cause-kind shortage",
}


def sample(aggregate: str, verb: str) -> str:
    """Give an example of a verb: the command as one types it, on several lines if it is long."""
    options = _PLANS[aggregate] if verb == "plan" else _OPTIONS.get(verb, "")
    lines = [f"oplog record {aggregate} {verb} {STREAMS[aggregate]}"]
    for option in re.split(r" (?=--)", options) if options else []:
        if len(lines[-1]) + len(option) + 1 <= _WIDE:
            lines[-1] += f" {option}"
        else:
            lines.append(f"  {option}")
    return " \\\n".join(lines)
