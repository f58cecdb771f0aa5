"""Delivery: once, whatever fails, whatever dies and whatever is delivered again."""

import json
import os

import events
from support import Aws, Crash, always, crash, create_user, numbered

SLACK = "https://hooks.slack.com/services/T000/B000/secret"
LEASE = 180


class Delivery(Aws):
    def test_one_event_is_one_message_with_its_attributes(self):
        self.assertEqual(self.send(create_user), [])
        published, = self.published()
        attributes = {name: value["StringValue"] for name, value in published["MessageAttributes"].items()}
        self.assertEqual(attributes, {
            "severity": "high", "group": "HighRiskSecurityEvents", "rule": "user-created",
            "account": "123456789012", "region": "us-east-1"})
        self.assertEqual(published["Subject"], "[HIGH] CreateUser by alice (123456789012)")

    def test_departments_are_an_array_to_filter_on(self):
        self.set(**{**self.settings, "routes": [{"name": "finance", "event": "iam:*"}]})
        self.send(create_user)
        department = self.published()[0]["MessageAttributes"]["department"]
        self.assertEqual(department, {"DataType": "String.Array", "StringValue": '["finance"]'})

    def test_an_event_that_comes_again_is_told_once(self):
        self.assertEqual(self.send(create_user, create_user), [])
        self.assertEqual(self.send({**create_user, "id": "another-delivery"}), [])
        self.assertEqual(len(self.published()), 1)

    def test_of_a_batch_only_what_failed_is_retried(self):
        self.failures["sns", "publish"] = lambda given: "CreateAccessKey" in given["Subject"]
        key = numbered(events.SHAPES["create-access-key"], 2)
        self.assertEqual(self.send(create_user, key, numbered(events.SHAPES["security-group"], 3)), ["message-1"])
        self.assertEqual(len(self.published()), 2)

    def test_what_is_no_event_is_left_for_the_dead_letters(self):
        answer = self.formatter.handler({"Records": [
            {"messageId": "not-json", "body": "{"}, {"messageId": "no-object", "body": "[]"}]}, None)
        self.assertEqual([failure["itemIdentifier"] for failure in answer["batchItemFailures"]],
                         ["not-json", "no-object"])

    def test_sns_fails_then_the_claim_is_released_and_the_retry_tells_once(self):
        self.failures["sns", "publish"] = always
        self.assertEqual(self.send(create_user), ["message-0"])
        self.assertEqual(self.published(), [])
        self.assertEqual(self.table()["event#" + create_user["detail"]["eventID"], "event"]["lease_until"], 0)
        self.failures.clear()
        self.assertEqual(self.send(create_user), [])
        self.assertEqual(self.send(create_user), [])
        self.assertEqual(len(self.published()), 1)

    def test_what_failed_is_tried_again_soon_and_then_ever_later(self):
        self.failures["sns", "publish"] = always
        for self.tried in range(1, 6):
            self.assertEqual(self.send(create_user, {}), ["message-0"])
        asked = [given for service, name, given in self.calls if name == "change_message_visibility"]
        self.assertEqual([given["VisibilityTimeout"] for given in asked], [60, 120, 240, 480, 720])
        self.assertEqual({given["ReceiptHandle"] for given in asked}, {"receipt-0"})

    def test_slack_fails_after_sns_then_the_retry_tells_slack_alone(self):
        self.secret("SLACK_PARAMETER", SLACK)
        self.failures["post", SLACK] = always
        self.assertEqual(self.send(create_user), ["message-0"])
        self.assertEqual((len(self.published()), self.posts), (1, []))
        self.failures.clear()
        self.assertEqual(self.send(create_user), [])
        self.assertEqual((len(self.published()), len(self.posts)), (1, 1))

    def test_sns_fails_then_the_other_channels_are_told_all_the_same_and_once(self):
        self.secret("SLACK_PARAMETER", SLACK)
        self.failures["sns", "publish"] = always
        self.assertEqual(self.send(create_user), ["message-0"])
        self.failures.clear()
        self.assertEqual(self.send(create_user), [])
        self.assertEqual((len(self.published()), len(self.posts)), (1, 1))

    def test_a_crash_leaves_a_claim_that_others_respect_until_its_lease_runs_out(self):
        self.failures["sns", "publish"] = crash
        with self.assertRaises(Crash):
            self.send(create_user)
        self.failures.clear()
        self.now += LEASE
        self.assertEqual(self.send(create_user), ["message-0"], "claimed by a run that may still be at it")
        self.assertEqual(self.published(), [])
        self.now += 1
        self.assertEqual(self.send(create_user), [])
        self.assertEqual(len(self.published()), 1)

    def test_a_crash_between_two_channels_repeats_none(self):
        self.secret("SLACK_PARAMETER", SLACK)

        def die(*_):
            raise Crash
        self.formatter.post = die
        with self.assertRaises(Crash):
            self.send(create_user)
        self.formatter.post = self.post
        self.now += LEASE + 1
        self.assertEqual(self.send(create_user), [])
        self.assertEqual((len(self.published()), len(self.posts)), (1, 1))

    def test_no_table_no_message_and_a_retry(self):
        table = self.formatter.table

        class Gone:
            def __getattr__(self, name):
                raise RuntimeError("the table cannot be reached")
        self.formatter.table = Gone
        self.assertEqual(self.send(create_user), ["message-0"])
        self.formatter.table = table
        self.assertEqual(self.send(create_user), [])
        self.assertEqual(len(self.published()), 1)

    def test_what_is_below_the_threshold_goes_to_the_topic_and_the_digest_only(self):
        self.secret("SLACK_PARAMETER", SLACK)
        os.environ["CHAT_TOPIC"] = self.chat_topic
        self.send(events.SHAPES["terminate-by-service"])
        self.assertEqual((len(self.published()), len(self.published("CHAT_TOPIC")), self.posts), (1, 0, []))
        self.assertEqual(self.published()[0]["MessageAttributes"]["severity"]["StringValue"], "low")
        self.assertIn(("digest#2026-11-17", "instances-terminated|AWSServiceRoleForAutoScaling/AutoScaling|"
                       "i-0123456789abcdef0, i-0fedcba9876543210"), self.table())

    def test_what_is_suppressed_is_only_counted(self):
        self.set(**{**self.settings, "suppress": [{"reason": "Terraform", "until": "2027-01-31", "rule": "user-*"}]})
        self.assertEqual(self.send(create_user, create_user), [])
        self.assertEqual(self.published(), [])
        self.assertEqual(self.table()["digest#2026-11-17", "suppressed|Terraform"]["n"], 1)

    def test_several_findings_in_one_event_are_alerts_of_their_own(self):
        second = {**events.ASFF, "Id": "finding-2", "Title": "Another one"}
        both = events.envelope("securityhub", "Security Hub Findings - Imported", {"findings": [events.ASFF, second]})
        self.assertEqual(self.send(both), [])
        self.assertEqual(self.send(events.SHAPES["security-hub"]), [], "the first one again, alone")
        self.assertEqual(len({document["event_id"] for document in self.documents()}), 2)
        updated = {**events.ASFF, "UpdatedAt": "2026-11-18T06:50:00.000Z"}
        graver = {**updated, "Severity": {"Label": "CRITICAL"}}
        self.now += 86400
        for finding, told in ((updated, 2), (graver, 3)):
            self.send(events.envelope("securityhub", "Security Hub Findings - Imported", {"findings": [finding]}))
            self.assertEqual(len(self.documents()), told, "told again where it is graver, not at every update")

    def test_a_self_test_goes_to_the_topic_alone(self):
        self.secret("SLACK_PARAMETER", SLACK)
        os.environ["CHAT_TOPIC"] = self.chat_topic
        test = {"id": "e1", "source": "trailhunt.selftest", "detail-type": "trailhunt self-test",
                "account": "123456789012", "region": "eu-west-1",
                "detail": {"test_id": "7f3b", "region": "eu-west-1"}}
        self.assertEqual(self.send(test, test), [])
        document, = self.documents()
        self.assertEqual((document["kind"], document["severity"], document["test_id"], document["region"]),
                         ("selftest", "selftest", "7f3b", "eu-west-1"))
        self.assertEqual(self.published()[0]["MessageAttributes"]["severity"]["StringValue"], "selftest")
        self.assertEqual((self.published("CHAT_TOPIC"), self.posts), ([], []))
        self.assertEqual([key for key in self.table() if key[0] in ("last",) or key[0].startswith("storm")], [])


class Storms(Aws):
    def storm(self, more, event=create_user):
        for number in range(more + 1):
            self.assertEqual(self.send(numbered(event, number)), [])

    def end(self):
        """Ten minutes on, the message comes that the function sent itself."""
        ordered, = self.sent_messages()
        self.now += ordered["DelaySeconds"]
        return json.loads(ordered["MessageBody"])

    def test_the_first_is_told_and_the_others_are_counted(self):
        self.storm(41)
        self.assertEqual(len(self.published()), 1)
        ordered = self.end()
        self.assertEqual(self.send(ordered, ordered), [], "ordered once, and told once")
        told = self.documents()[1:]
        self.assertEqual([(document["kind"], document["count"]) for document in told], [("storm", 41)])
        published = self.published()[1]
        self.assertEqual(published["Subject"], "[HIGH] +41 CreateUser by alice (123456789012)")
        self.assertEqual(published["MessageAttributes"]["severity"]["StringValue"], "storm")
        self.assertTrue(json.loads(published["Message"])["email"].startswith("[HIGH] 41 more: New user\n"))

    def test_a_storm_below_the_threshold_does_not_reach_e_mail(self):
        self.secret("SLACK_PARAMETER", SLACK)
        self.storm(3, events.SHAPES["terminate-by-service"])
        self.send(self.end())
        self.assertEqual(self.published()[1]["MessageAttributes"]["severity"]["StringValue"], "low")
        self.assertEqual(self.posts, [])
        counts = [item["n"] for (pk, _), item in self.table().items() if pk.startswith("digest#")]
        self.assertEqual(counts, [4])

    def test_other_actors_targets_and_rules_are_no_part_of_it(self):
        self.storm(0)
        other = events.call("iam", "CreateUser", {"userName": "another"})
        self.send(numbered(other, 100))
        self.send(numbered(events.SHAPES["create-access-key"], 101))
        self.assertEqual(len(self.published()), 3)

    def test_a_new_storm_begins_after_ten_minutes(self):
        self.storm(1)
        self.now += 600
        self.send(numbered(create_user, 7))
        self.assertEqual(len(self.published()), 2)

    def test_an_event_that_comes_again_is_counted_once(self):
        self.storm(2)
        self.send(numbered(create_user, 2), numbered(create_user, 0))
        self.send(self.end())
        self.assertEqual(self.documents()[-1]["count"], 2)

    def test_the_first_fails_and_its_retry_still_tells_it(self):
        self.failures["sns", "publish"] = always
        self.assertEqual(self.send(create_user), ["message-0"])
        self.failures.clear()
        self.assertEqual(self.send(numbered(create_user, 2)), [], "counted: the first is to be told yet")
        self.now += 60
        self.assertEqual(self.send(create_user), [])
        self.assertEqual([document["kind"] for document in self.documents()], ["alert"])
        self.send(self.end())
        self.assertEqual(self.documents()[-1]["count"], 1)

    def test_the_order_fails_then_nothing_is_counted_until_the_retry(self):
        self.send(create_user)
        self.failures["sqs", "send_message"] = always
        self.assertEqual(self.send(numbered(create_user, 2)), ["message-0"])
        self.failures.clear()
        self.assertEqual(self.send(numbered(create_user, 2)), [])
        self.send(self.end())
        self.assertEqual(self.documents()[-1]["count"], 1)

    def test_telling_it_fails_then_the_retry_tells_the_same_count(self):
        self.storm(5)
        ordered = self.end()
        self.failures["sns", "publish"] = always
        self.assertEqual(self.send(ordered), ["message-0"])
        self.failures.clear()
        self.assertEqual(self.send(numbered(create_user, 50)), [], "the next storm's first, told at once")
        self.assertEqual(self.send(ordered), [])
        self.assertEqual([(document["kind"], document["count"]) for document in self.documents()],
                         [("alert", 1), ("alert", 1), ("storm", 5)])

    def test_an_order_for_which_nothing_was_counted_tells_nothing(self):
        self.assertEqual(self.send({"trailhunt": "storm", "key": "0" * 64 + "#1794899400"}), [])
        self.assertEqual(self.published(), [])
