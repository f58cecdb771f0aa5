"""The words: every shape of event, in both languages, as it is published. `UPDATE_SNAPSHOTS=1` rewrites them."""

import json
import os
import pathlib
import re

import events
from support import RULES, SOURCES, Aws

SNAPSHOTS = pathlib.Path(__file__).parent / "snapshots"


class Messages(Aws):
    def compare(self, name, text):
        path = SNAPSHOTS / name
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        self.assertEqual(text, path.read_text("utf-8"), f"differs from {path}")

    def test_every_shape(self):
        for language in ("en", "ko"):
            self.formatter = self.reload(language)
            for name, event in events.SHAPES.items():
                with self.subTest(name, language=language):
                    self.calls.clear()
                    said, rests = self.formatter.decode(event, "message-0")
                    self.formatter.decide(self.formatter.rules_met(event) or [RULES[0]], said, rests)
                    self.formatter.publish(said)
                    published, = self.published()
                    message = json.loads(published["Message"])
                    self.assertEqual(message["default"], message["email"])
                    self.compare(f"{name}.{language}.txt", f"{published['Subject']}\n\n{message['email']}\n")
                    if language == "en":
                        document = json.dumps(json.loads(message["sqs"]), indent=2) + "\n"
                        self.compare(f"{name}.json", document)

    def test_labels_of_both_languages_are_the_same_and_are_used(self):
        code = (SOURCES / "formatter.py").read_text("ascii")
        english, korean = (json.loads((SOURCES / f"text/labels.{language}.json").read_text("utf-8"))
                           for language in ("en", "ko"))
        self.assertEqual(list(english), list(korean))
        self.assertEqual(list(english), sorted(english))
        for key in english:
            fields = [set(re.findall(r"\{(\w+)\}", words[key])) for words in (english, korean)]
            self.assertEqual(*fields, key)
            used = key in code or key.startswith("subject_") and f"'{key[8:]}'" in code or (
                key.endswith("_failed") and f"'{key[:-7]}'" in code)
            self.assertTrue(used, f"{key} is never said")

    def test_a_mention_or_markup_never_reaches_a_chat(self):
        os.environ["CHAT_TOPIC"] = self.chat_topic
        self.secret("SLACK_PARAMETER", "https://hooks.slack.com/services/T/B/x")
        self.send(events.SHAPES["hostile"])
        slack, = [json.loads(content)["text"] for _, content, _ in self.posts]
        chat, = [json.loads(given["Message"]) for given in self.published("CHAT_TOPIC")]
        self.assertEqual((chat["version"], chat["source"], chat["content"]["textType"]),
                         ("1.0", "custom", "client-markdown"))
        self.compare("chat.hostile.json", json.dumps(chat, indent=2) + "\n")
        self.compare("slack.hostile.txt", slack + "\n")
        for said in (slack, chat["content"]["description"]):
            self.assertNotRegex(said, "[<>]")
            self.assertIn("&lt;!channel&gt;", said)
            inside = said.split("```")
            self.assertEqual(len(inside), 3, "one fence, which no value closes")
            self.assertNotIn("`", inside[1])

    def test_a_subject_is_ascii_and_short(self):
        self.send(events.call("iam", "CreateUser", {"userName": "x"}, {"type": "IAMUser", "userName": "한글" * 90}))
        subject, = [given["Subject"] for given in self.published()]
        self.assertEqual(subject, "[HIGH] CreateUser by " + "?" * 24 + ".. (123456789012)")

    def test_commands_hold_only_what_looks_as_it_must(self):
        evil = "$(id)"
        for event in (
                events.call("iam", "CreateUser", {"userName": evil}, awsRegion=evil, eventID=evil),
                events.call("iam", "CreateUser", {"userName": "--apply"}, awsRegion=evil, eventID=evil),
                events.call("ec2", "TerminateInstances", {"instancesSet": {"items": [{"instanceId": evil}]}},
                            awsRegion=evil, eventID=evil),
                events.call("iam", "CreateAccessKey", responseElements={"accessKey": {"accessKeyId": evil}},
                            eventID=evil)):
            said, rests = self.formatter.decode(event, "id")
            command = self.formatter.command(said, rests)
            self.assertRegex(command, r"^trailhunt [a-z-]+( |$)")
            self.assertNotIn("$", command)
            self.assertNotIn("--apply", command)

    def test_every_command_parses_without_a_shell_doing_anything(self):
        for name, event in events.SHAPES.items():
            command = self.formatter.command(*self.formatter.decode(event, "id"))
            self.assertRegex(command, r"^[A-Za-z0-9 _:/.@+=,-]+$", name)

    def test_no_zone_data_is_no_error(self):
        self.formatter.zone.cache_clear()
        self.formatter.zoneinfo = None  # as if Lambda had none: dateutil's own is used
        seoul = self.formatter.instant("2026-11-17T07:00:00Z").astimezone(self.formatter.zone("Asia/Seoul"))
        self.assertEqual(f"{seoul:%H:%M}", "16:00")
        self.assertIsNone(self.formatter.zone("Mars/Base"))

