"""Which rule leads, how severe an alert is, what is suppressed, and whom it concerns."""

import datetime

import boto3
import events
from support import Aws, call, create_user, load, rule


class Decisions(Aws):
    def decide(self, event, **settings):
        """The document, and the reason why it is suppressed."""
        self.set(**{**self.settings, **settings})
        self.formatter.settings.forget()
        said, rests = self.formatter.decode(event, "message-0")
        suppressed = self.formatter.decide(self.formatter.rules_met(event), said, rests)
        return said, suppressed

    def test_a_suppression_without_a_date_that_is_one_does_not_hold(self):
        for until in (None, "", "never", "2026-13-01", 20991231, ["2099-01-01"]):
            entry = {"reason": "known", "until": until, "event": "*"}
            self.assertEqual(self.decide(create_user, suppress=[entry])[1], None, until)
            self.formatter.settings.forget()
            self.assertEqual(self.formatter.status()["suppressions"], {"active": 0, "expired": ["known"]})

    def suppressed(self, event, /, **conditions):
        entry = {"reason": "known", "until": "2026-12-31", **conditions}
        return self.decide(event, suppress=[entry])[1] == "known"

    def test_the_most_severe_rule_leads_and_the_others_are_named(self):
        said, _ = self.decide(create_user)
        self.assertEqual((said.rule, said.severity, said.also), ("user-created", "high", ["iam-write"]))

    def test_of_equals_the_first_of_the_catalogue_leads(self):
        self.formatter.catalogue()["rules"].insert(0, rule("first", "high", "G", call("iam", "CreateUser")))
        self.assertEqual(self.decide(create_user)[0].also, ["user-created", "iam-write"])

    def test_informational_is_low(self):
        self.assertEqual(self.decide(events.SHAPES["attach-policy"])[0].severity, "low")

    def test_what_no_rule_asks_for_is_not_told(self):
        for event in (events.SHAPES["of-no-rule"], events.call("iam", "ListUsers", {}), {}):
            self.assertEqual(self.send(event), [])
        self.assertEqual(self.published(), [])

    def test_what_services_do_by_themselves_is_low_unless_critical(self):
        by_service = {"type": "AWSService", "invokedBy": "config.amazonaws.com"}
        for who in (by_service, events.AUTO_SCALING):
            said, _ = self.decide(events.call("ec2", "CreateSecurityGroup", {"groupName": "x"}, who))
            self.assertEqual(said.severity, "low")
            self.assertEqual(self.decide(events.call("cloudtrail", "StopLogging", {}, who))[0].severity, "critical")
        through = {**events.BUILD, "invokedBy": "cloudformation.amazonaws.com"}
        said, _ = self.decide(events.call("ec2", "CreateSecurityGroup", {"groupName": "x"}, through))
        self.assertEqual(said.severity, "high", "a person's own call through a service is the person's")

    HOURS = {"days": ["Mon", "Tue", "Wed", "Thu", "Fri"], "from": "09:00", "until": "18:00"}

    def off(self, time, zone="Asia/Seoul", event=create_user):
        event = {**event, "detail": {**event["detail"], "eventTime": time}}
        said, _ = self.decide(event, work_hours={**self.HOURS, "timezone": zone})
        return said.off_hours, said.severity

    def test_off_hours_raises_by_one_level(self):
        day = [("2026-11-16T23:59:59Z", True), ("2026-11-17T00:00:00Z", False),  # 09:00 in Seoul
               ("2026-11-17T08:59:59Z", False), ("2026-11-17T09:00:00Z", True),  # 18:00
               ("2026-11-21T03:00:00Z", True),  # Saturday noon
               ("2026-11-22T23:59:59Z", True), ("2026-11-23T00:00:00Z", False)]  # Monday, which is Sunday in UTC
        for time, off in day:
            self.assertEqual(self.off(time), (off, "critical" if off else "high"), time)

    def test_off_hours_follow_daylight_saving(self):
        # New York: UTC-4 until 1 November 2026, UTC-5 after it
        self.assertEqual(self.off("2026-10-30T13:00:00Z", "America/New_York")[0], False)
        self.assertEqual(self.off("2026-10-30T12:59:59Z", "America/New_York")[0], True)
        self.assertEqual(self.off("2026-11-02T13:59:59Z", "America/New_York")[0], True)
        self.assertEqual(self.off("2026-11-02T14:00:00Z", "America/New_York")[0], False)

    def test_off_hours_are_about_writing_to_iam_and_never_exceed_critical(self):
        night = "2026-11-17T15:00:00Z"
        self.assertEqual(self.off(night, event=events.SHAPES["security-group"]), (False, "high"))
        reads = events.call("iam", "CreateUser", {}, readOnly=True)
        self.assertEqual(self.off(night, event=reads), (False, "high"))
        self.formatter.catalogue()["rules"].append(rule("worst", "critical", "G", call("iam", "CreateUser")))
        self.assertEqual(self.off(night), (True, "critical"))
        message = self.formatter.body(self.decide(create_user)[0])
        self.assertNotIn("Off hours", message)

    def test_the_message_says_off_hours(self):
        night = {**create_user, "detail": {**create_user["detail"], "eventTime": "2026-11-17T15:00:00Z"}}
        said, _ = self.decide(night, work_hours={**self.HOURS, "timezone": "Asia/Seoul"})
        self.assertIn("\nOff hours: outside of work hours", self.formatter.body(said))

    def test_a_suppression_holds_to_the_end_of_its_day(self):
        last = datetime.datetime(2026, 12, 31, 23, 59, 59, tzinfo=datetime.timezone.utc)
        self.now = int(last.timestamp())
        self.assertTrue(self.suppressed(create_user, rule="user-created"))
        self.now += 1
        self.assertFalse(self.suppressed(create_user, rule="user-created"))

    def test_every_condition(self):
        build = events.call("ec2", "AuthorizeSecurityGroupIngress", {"groupId": "sg-0123456789abcdef0"}, events.BUILD)
        for holds, condition in [
                (True, {"principal": "arn:aws:iam::*:role/CI/Buil?"}), (True, {"principal": "build/*"}),
                (False, {"principal": "arn:aws:iam::*:role/other*"}), (False, {"principal": "build"[:4]}),
                (True, {"event": "ec2:*SecurityGroup*"}), (True, {"event": "authorizesecuritygroupingress"}),
                (False, {"event": "iam:*"}), (True, {"source_ip": "203.0.113.0/24"}),
                (False, {"source_ip": "203.0.114.0/24"}), (False, {"source_ip": "2001:db8::/32"}),
                (True, {"user_agent": "aws-cli/*"}), (False, {"user_agent": "aws-cli"}),
                (True, {"resource": "sg-0123*"}), (True, {"resource": "arn:aws:ec2:*:security-group/sg-0123*"}),
                (False, {"resource": "[sg]*"}), (True, {"rule": "security-group-*"}), (False, {"rule": "user-*"}),
                (False, {}), (False, {"rule": None}), (False, {"tag": "x"}), (False, {"rule": "*", "event": 7}),
                (True, {"rule": "*", "event": "ec2:*", "source_ip": "203.0.113.9/32"}),
                (False, {"rule": "*", "event": "iam:*", "source_ip": "203.0.113.9/32"})]:
            with self.subTest(condition):
                self.assertEqual(self.suppressed(build, **condition), holds)

    def test_what_has_no_address_is_in_no_network(self):
        event = events.call("iam", "CreateUser", sourceIPAddress="cloudformation.amazonaws.com")
        self.assertFalse(self.suppressed(event, source_ip="0.0.0.0/0"))

    def test_critical_is_never_suppressed_not_even_when_off_hours_made_it_so(self):
        self.assertFalse(self.suppressed(events.SHAPES["stop-logging"], rule="*"))
        night = {**create_user, "detail": {**create_user["detail"], "eventTime": "2026-11-17T15:00:00Z"}}
        _, reason = self.decide(night, work_hours={**self.HOURS, "timezone": "Asia/Seoul"},
                                suppress=[{"reason": "known", "until": "2099-01-01", "rule": "*"}])
        self.assertIsNone(reason)

    def test_tags_of_users_and_roles(self):
        iam = boto3.client("iam")
        iam.create_user(UserName="alice", Tags=[{"Key": "Department", "Value": "Finance"}])
        iam.create_role(RoleName="Build", Path="/ci/", AssumeRolePolicyDocument="{}",
                        Tags=[{"Key": "Department", "Value": "Platform"}])
        iam.create_user(UserName="svc-backup", Tags=[{"Key": "Owner", "Value": "ops"}])
        finance = {"tag": {"key": "Department", "value": "fin*"}}
        platform = {"tag": {"key": "department", "value": "Platform"}}
        self.assertTrue(self.suppressed(create_user, **finance))
        self.assertFalse(self.suppressed(create_user, **platform))
        self.assertTrue(self.suppressed(create_user, tag={"key": "Owner", "value": "ops"}), "of the user acted on")
        self.assertTrue(self.suppressed(events.SHAPES["security-group"], **platform))
        elsewhere = {**events.ALICE, "arn": "arn:aws:iam::210987654321:user/alice", "accountId": "210987654321"}
        self.formatter.tags_of.forget()
        self.assertFalse(self.suppressed(events.call("ec2", "CreateSecurityGroup", {}, elsewhere), **finance),
                         "a user of another account is not the one of that name here")

    def test_tags_of_resources_are_asked_for_in_their_region_and_remembered(self):
        group = "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0"
        ireland = self.tagging["eu-west-1"]
        ireland.tags[group] = {"Department": "Finance"}
        route = {"name": "finance", "tag": {"key": "Department", "value": "Finance"}}
        for _ in range(2):
            said, _ = self.decide(events.SHAPES["security-group"], routes=[route])
            self.assertEqual(said.departments, ["finance"])
        self.assertEqual(ireland.asked.count(group), 1)
        self.assertEqual(list(self.tagging), ["eu-west-1"])
        self.now += 301
        self.decide(events.SHAPES["security-group"], routes=[route])
        self.assertEqual(ireland.asked.count(group), 2)

    def test_tags_that_cannot_be_read_hold_nothing(self):
        self.failures["iam", "list_user_tags"] = lambda _: True
        self.assertFalse(self.suppressed(create_user, tag={"key": "*", "value": "*"}))

    def test_routes_name_every_department_concerned(self):
        routes = [{"name": "finance", "principal": "*alice"}, {"name": "platform", "event": "iam:*"},
                  {"name": "data", "event": "s3:*"}, {"name": "nobody"}]
        self.assertEqual(self.decide(create_user, routes=routes)[0].departments, ["finance", "platform"])

    def test_settings_that_cannot_be_read_hide_nothing(self):
        for value in ("{", "[]", '"x"', '{"suppress": []}'):
            boto3.client("ssm").put_parameter(Name="/trailhunt/alerts/settings", Value=value, Type="String",
                                              Overwrite=True)
            self.formatter.settings.forget()
            self.assertEqual(self.formatter.settings(), {"severity": "medium", "unread": True}, value)

    def test_settings_are_read_again_after_a_minute(self):
        self.assertEqual(self.formatter.settings()["severity"], "medium")
        self.set(**{**self.settings, "severity": "high"})
        self.now += 59
        self.assertEqual(self.formatter.settings()["severity"], "medium")
        self.now += 2
        self.assertEqual(self.formatter.settings()["severity"], "high")

    def test_every_time_zone_that_settings_may_name_is_known(self):
        self.assertIsNotNone(load().zone("America/Argentina/Buenos_Aires"))
