"""No event makes the formatter raise, and whatever it makes of one can be published. Seeded: a failure repeats."""

import copy
import json
import random
import re
import unicodedata

import events
from support import RULES, Aws

SEED, ROUNDS = 20261117, 2500
ODD = [None, True, False, 0, -1, 7.5, 10**400, float("nan"), float("inf"), "", " ", "x" * 300_000, [], {}, [[]],
       [None], {"": None}, [{"a": [{}]}], "\ud800", "{actor}", "{0.__class__}", "%s", "\\", "\x00", "\u2028",
       events.HOSTILE, "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "arn:aws:iam::1:user/", "::1",
       "arn:aws:sts::123456789012:assumed-role/", "-", "sg-", "i-", "AKIA", "😀" * 500, "ß" * 9, "한" * 999]


def nested(depth):
    value = "deep"
    for level in range(depth):
        value = [value] if level % 2 else {"items": value}
    return value


def places(value, path=()):
    """Paths to all that is in a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield (*path, key)
        yield from places(part, (*path, key))


def mutate(event, chance):
    event = copy.deepcopy(event)
    for _ in range(chance.randint(1, 4)):
        found = list(places(event))
        if not found:
            return event
        *path, last = chance.choice(found)
        holder = event
        for step in path:
            holder = holder[step]
        kind = chance.randrange(6)
        if kind == 0:
            del holder[last]
        elif kind == 1:
            holder[last] = [holder[last], chance.choice(ODD)]
        elif kind == 2:
            holder[last] = {chance.choice(["items", "arn", "userName", "findings", ""]): holder[last]}
        elif kind == 3:
            holder[last] = nested(chance.choice([3, 50, 400]))
        else:
            holder[last] = copy.deepcopy(chance.choice(ODD))
    return event


class Fuzz(Aws):
    settings = {
        "severity": "medium", "regions": ["us-east-1", None, {}],
        "work_hours": {"days": ["Mon"], "from": "09:00", "until": "18:00", "timezone": "Asia/Seoul"},
        "suppress": [{"reason": "r", "until": "2099-01-01", "principal": "nobody*", "source_ip": "192.0.2.0/24"},
                     {"reason": None, "until": "2099-01-01", "source_ip": 7}, {"until": "2099-01-01"}, None, 7,
                     {"reason": "r", "until": "2099-01-01", "tag": {"key": "a"}},
                     {"reason": "r", "until": "2099-01-01", "event": ["x"]}],
        "routes": [{"name": "finance", "user_agent": "*aws*"}, {"name": None, "event": "*"}, {}, "x"]}

    def test_no_event_raises(self):
        chance = random.Random(SEED)
        shapes = list(events.SHAPES.values())
        for number in range(ROUNDS):
            event = mutate(chance.choice(shapes), chance)
            said, rests = self.formatter.decode(event, f"message-{number}")
            self.formatter.decide(self.formatter.rules_met(event) or [RULES[0]], said, rests)
            self.holds(said)

    def test_no_event_is_left_in_the_queue(self):
        chance = random.Random(SEED + 1)
        for number in range(60):
            event = mutate(chance.choice(list(events.SHAPES.values())), chance)
            self.assertEqual(self.send(event), [], f"round {number}: {json.dumps(event)[:2000]}")

    def holds(self, said):
        """What is true of every message."""
        subject, message = self.formatter.subject(said), self.formatter.body(said)
        self.assertRegex(subject, r"\A[\x20-\x7e]{1,99}\Z")
        self.assertLess(len(json.dumps({"default": message, "email": message, "sqs": json.dumps(said)})), 128 * 1024)
        for line in message.split("\n"):
            hidden = [c for c in line if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp")]
            self.assertEqual(hidden, [])
        # no value makes a line of its own: each is the headline, a sentence, or begins with a label
        labels = self.formatter.catalogue()["labels"]
        fields = message.split("\n\n")[1].split("\n")
        self.assertEqual(len(message.split("\n\n")), 3)
        self.assertTrue(all(line.split(": ")[0] in labels.values() for line in fields), fields)
        for name in ("Actor", "Source IP", "Target", "Region", "Account", "Time", "Event"):
            self.assertIn(name, [line.split(":")[0] for line in fields])
        self.assertTrue(re.fullmatch(r"trailhunt [A-Za-z0-9 _:/.@+=,-]+", said.command), said.command)
        self.assertIn(said.severity, ("low", "medium", "high", "critical"))
        self.assertRegex(self.formatter.fenced(said), r"\A```\n[^<>`]+\n```\Z")
        json.dumps(said, allow_nan=False)
