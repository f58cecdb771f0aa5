"""EventBridge's patterns: the documented examples of every operator, and ministack's matcher as a second opinion."""

import json
import logging
import random
import unittest

from ministack.services import eventbridge

from support import load

# (pattern, event, whether it matches): after "Comparison operators for use in event patterns"
EXAMPLES = [
    ({"detail": {"state": ["running"]}}, {"detail": {"state": "running"}}, True),
    ({"detail": {"state": ["running"]}}, {"detail": {"state": "Running"}}, False),
    ({"a": ["x", "y"]}, {"a": "y"}, True),
    ({"a": ["x"], "b": ["y"]}, {"a": "x", "b": "z"}, False),
    ({"a": ["x"]}, {"a": ["w", "x"]}, True),
    ({"a": [5]}, {"a": 5}, True), ({"a": [5]}, {"a": "5"}, False), ({"a": ["5"]}, {"a": 5}, False),
    ({"a": [True]}, {"a": True}, True), ({"a": [True]}, {"a": 1}, False), ({"a": [1]}, {"a": True}, False),
    ({"a": ["true"]}, {"a": True}, False),
    ({"a": [None]}, {"a": None}, True), ({"a": [None]}, {}, False), ({"a": [""]}, {"a": ""}, True),
    ({"a": [None, {"exists": False}]}, {}, True), ({"a": [None, {"exists": False}]}, {"a": "AccessDenied"}, False),
    ({"a": [{"exists": True}]}, {"a": None}, True), ({"a": [{"exists": True}]}, {"a": {"b": 1}}, False),
    ({"a": [{"exists": False}]}, {"a": {"b": 1}}, True), ({"a": [{"exists": False}]}, {"a": []}, True),
    ({"a": {"b": [{"exists": False}]}}, {}, True), ({"a": {"b": [{"exists": False}]}}, {"a": "text"}, True),
    ({"time": [{"prefix": "2017-10-02"}]}, {"time": "2017-10-02T18:43:48Z"}, True),
    ({"a": [{"prefix": "5"}]}, {"a": 5}, False),
    ({"FileName": [{"suffix": ".png"}]}, {"FileName": "a.png"}, True),
    ({"FileName": [{"suffix": ".png"}]}, {"FileName": "a.PNG"}, False),
    ({"s": [{"anything-but": "initializing"}]}, {"s": "x"}, True),
    ({"s": [{"anything-but": "initializing"}]}, {"s": "initializing"}, False),
    ({"s": [{"anything-but": ["a", "b"]}]}, {"s": "b"}, False),
    ({"s": [{"anything-but": ["a", "b"]}]}, {"s": "c"}, True),
    ({"s": [{"anything-but": ["a"]}]}, {}, False),
    ({"s": [{"anything-but": ["a"]}]}, {"s": ["a", "z"]}, True),
    ({"n": [{"anything-but": 123}]}, {"n": 456}, True), ({"n": [{"anything-but": [100, 200]}]}, {"n": 200}, False),
    ({"Region": [{"anything-but": {"prefix": "us-"}}]}, {"Region": "us-east-1"}, False),
    ({"Region": [{"anything-but": {"prefix": ["us-", "eu-"]}}]}, {"Region": "eu-west-1"}, False),
    ({"Region": [{"anything-but": {"prefix": ["us-", "eu-"]}}]}, {"Region": "ap-south-1"}, True),
    ({"f": [{"anything-but": {"suffix": ".png"}}]}, {"f": "a.gif"}, True),
    ({"f": [{"anything-but": {"suffix": [".png", ".gif"]}}]}, {"f": "a.gif"}, False),
    ({"f": [{"anything-but": {"wildcard": "*/lib/*"}}]}, {"f": "/usr/lib/x"}, False),
    ({"f": [{"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}]}, {"f": "/usr/share/x"}, True),
    ({"s": [{"anything-but": {"equals-ignore-case": "initializing"}}]}, {"s": "INITIALIZING"}, False),
    ({"f": [{"wildcard": "dir/*.png"}]}, {"f": "dir/a/b.png"}, True),
    ({"f": [{"wildcard": "dir/*.png"}]}, {"f": "dir/a.pngx"}, False),
    ({"f": [{"wildcard": "a\\*b"}]}, {"f": "a*b"}, True), ({"f": [{"wildcard": "a\\*b"}]}, {"f": "axb"}, False),
    ({"f": [{"wildcard": "a\\\\b*"}]}, {"f": "a\\bc"}, True), ({"f": [{"wildcard": "a?[b]*"}]}, {"f": "a?[b]c"}, True),
    ({"f": [{"wildcard": "a?[b]*"}]}, {"f": "axbc"}, False), ({"f": [{"wildcard": "*0*"}]}, {"f": "x\n0\n"}, True),
    ({"s": [{"equals-ignore-case": "alice"}]}, {"s": "ALICE"}, True),
    ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": "10.0.0.255"}, True),
    ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": "10.0.1.1"}, False),
    ({"ip": [{"cidr": "10.0.0.0/24"}]}, {"ip": "ec2.amazonaws.com"}, False),
    ({"ip": [{"cidr": "2001:db8::/32"}]}, {"ip": "2001:db8::1"}, True), ({"ip": [{"cidr": "0.0.0.0/0"}]}, {"ip": 7}, False),
    ({"n": [{"numeric": ["=", 3.018e2]}]}, {"n": 301.8}, True), ({"n": [{"numeric": [">", 0, "<=", 5]}]}, {"n": 5}, True),
    ({"n": [{"numeric": [">", 0, "<=", 5]}]}, {"n": 0}, False), ({"n": [{"numeric": ["<", 10]}]}, {"n": "5"}, False),
    ({"n": [{"numeric": ["=", 1]}]}, {"n": True}, False), ({"n": [{"numeric": [">=", 7, "<", 9]}]}, {"n": 8.9}, True),
    ({"source": ["aws.iam"], "$or": [{"a": ["x"]}, {"b": [{"numeric": [">", 5]}]}]}, {"source": "aws.iam", "b": 6}, True),
    ({"source": ["aws.iam"], "$or": [{"a": ["x"]}, {"b": [{"numeric": [">", 5]}]}]}, {"source": "aws.iam", "b": 5}, False),
    ({"source": ["aws.iam"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"source": "aws.s3", "a": "x"}, False),
    ({"e": {"first": ["Ann"], "last": ["Lee"]}}, {"e": [{"first": "Ann", "last": "Roe"}, {"first": "Bob", "last": "Lee"}]}, False),
    ({"e": {"first": ["Ann"], "last": ["Lee"]}}, {"e": [{"first": "Bob"}, {"first": "Ann", "last": "Lee"}]}, True),
    ({"p": {"items": {"ranges": {"items": {"cidr": [{"suffix": "/0"}]}}}}},
     {"p": {"items": [{"ranges": {}}, {"ranges": {"items": [{"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"}]}}]}}, True),
]
VALUES = ["x", "X", "ab", "a/b", "10.0.0.7", "", 5, 5.5, -1, True, False, None, [], {}, ["x", 5], [{"b": "x"}, {"b": 5}],
          {"b": "x"}, {"b": {"c": "ab"}}, [[["ab"]]], [{"b": ["x", {"c": 1}]}]]
TESTS = ["x", 5, True, None, "", {"prefix": "a"}, {"suffix": "b"}, {"wildcard": "a*b"}, {"wildcard": "*"},
         {"exists": True}, {"exists": False}, {"anything-but": "x"}, {"anything-but": ["x", "ab"]},
         {"anything-but": [5]}, {"anything-but": {"prefix": "a"}}, {"anything-but": {"suffix": ["b", "x"]}},
         {"anything-but": {"wildcard": "a*"}}, {"numeric": [">", 1, "<", 6]}, {"cidr": "10.0.0.0/8"},
         {"equals-ignore-case": "x"}]


class Patterns(unittest.TestCase):
    def setUp(self):
        self.formatter = load()
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)

    def oracle(self, pattern, event):
        view = eventbridge._EventView({key: value for key, value in event.items() if key != "detail"},
                                      event.get("detail"))
        return eventbridge._matches_pattern_view(json.dumps(pattern), view)

    def test_documented_examples(self):
        for pattern, event, matches in EXAMPLES:
            with self.subTest(pattern=pattern, event=event):
                self.assertIs(bool(self.formatter.matches(pattern, event)), matches)
                self.assertIs(self.oracle({"detail": pattern}, {"detail": event}), matches, "ministack differs")

    def test_random_patterns_match_as_they_do_on_ministack(self):
        chance, matched = random.Random(7), 0

        def pattern(depth=0):
            if depth < 2 and chance.random() < 0.4:
                return {chance.choice("bc"): pattern(depth + 1)}
            return chance.sample(TESTS, chance.randint(1, 2))

        for number in range(4000):
            wanted = {key: pattern() for key in chance.sample("aed", chance.randint(1, 2))}
            if chance.random() < 0.3:
                wanted["$or"] = [{"f": chance.sample(TESTS, 1)}, {"g": pattern()}]
            event = {key: chance.choice(VALUES) for key in "abcdefg" if chance.random() < 0.8}
            with self.subTest(number, pattern=wanted, event=event):
                expected = self.oracle({"detail": wanted}, {"detail": event})
                self.assertIs(bool(self.formatter.matches({"detail": wanted}, {"detail": event})), expected)
                matched += expected
        self.assertGreater(matched, 400, "enough of both kinds")

    def test_wildcards_do_not_blow_up(self):
        pattern = {"a": [{"wildcard": "*a*a*a*a*a*a*a*a*b"}]}
        self.assertFalse(self.formatter.matches(pattern, {"a": "a" * 20_000}))
        self.assertFalse(self.formatter.like("*a*a*a*a*a*a*a*a*b", "a" * 20_000))
