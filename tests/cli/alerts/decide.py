"""Prints, as JSON, what formatter.py decides on events.

Argument: the file. Input: {"catalogue", "settings", "events"}; output, for each event: the leading rule, the others, the
severity, whether it is off hours, and why it is suppressed; null for an event that no rule meets.
"""
import json
import sys
import types

import boto3

asked = json.load(sys.stdin)


def refuse(*_arguments, **_options):
    raise RuntimeError("no decision here rests on AWS")


boto3.client = boto3.resource = refuse
formatter = types.ModuleType("formatter")
with open(sys.argv[1], encoding="ascii") as file:
    exec(compile(file.read(), sys.argv[1], "exec"), formatter.__dict__)
formatter.catalogue = lambda: asked["catalogue"]
formatter.settings = lambda: asked["settings"]


def decided(event):
    met = formatter.rules_met(event)
    if not met:
        return None
    said, rests = formatter.decode(event, "none")
    reason = formatter.decide(met, said, rests)
    return {"rule": said.rule, "also": said.also, "severity": said.severity,
            "off_hours": bool(said.off_hours), "suppressed": reason}


json.dump([decided(event) for event in asked["events"]], sys.stdout)
