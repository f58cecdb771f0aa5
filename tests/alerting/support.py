"""What the tests of the formatter share: a copy of it with a small catalogue, the AWS that it talks to, a clock."""

import base64
import collections
import functools
import importlib.util
import json
import os
import pathlib
import types
import unittest
import zlib

import boto3
import botocore.session
from botocore.exceptions import ClientError
from moto import mock_aws

import events

# every test has a session of its own; what it reads of the services' models is the same
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

SOURCES = pathlib.Path(__file__).parents[2] / "src/alerting"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1", "TABLE": "trailhunt-alerts", "CHAT_TOPIC": "",
    "SLACK_PARAMETER": "", "WEBHOOK_PARAMETER": "",
    "SETTINGS_PARAMETER": "/trailhunt/alerts/settings",
}


def rule(name, level, group, pattern, title=None, attack=()):
    return {"name": name, "title": title or name.replace("-", " ").capitalize(), "level": level,
            "meaning": f"The meaning of {name}.", "group": group, "attack": list(attack),
            "patterns": [pattern]}


def call(source, *names, **more):
    return {"source": [f"aws.{source}"], "detail": {"eventName": list(names), **more}}


RULES = [
    rule("user-created", "high", "HighRiskSecurityEvents",
         call("iam", "CreateUser", errorCode=[None, {"exists": False}]), "New user", ["T1136.003"]),
    rule("iam-write", "medium", "HighRiskSecurityEvents", call("iam", "CreateUser", "CreateAccessKey")),
    rule("access-key-created", "high", "HighRiskSecurityEvents", call("iam", "CreateAccessKey"),
         "New access key", ["T1098.001"]),
    rule("policy-attached", "informational", "HighRiskSecurityEvents", call("iam", "AttachUserPolicy")),
    rule("security-group-opened", "high", "InfraProvisioningEvents",
         call("ec2", "AuthorizeSecurityGroupIngress", "CreateSecurityGroup"),
         "Security group opened to the world", ["T1562.007"]),
    rule("instances-launched", "low", "InfraProvisioningEvents", call("ec2", "RunInstances")),
    rule("instances-terminated", "low", "InfraProvisioningEvents", call("ec2", "TerminateInstances")),
    rule("bucket-policy-changed", "medium", "InfraProvisioningEvents", call("s3", "PutBucketPolicy")),
    rule("trail-stopped", "critical", "CloudTrailChanges", call("cloudtrail", "StopLogging"),
         "Trail stopped", ["T1562.008", "T1685.002"]),
    rule("console-login", "low", "ConsoleLogins", call("signin", "ConsoleLogin")),
    rule("root-login", "high", "ConsoleLogins",
         call("signin", "ConsoleLogin", userIdentity={"type": ["Root"]}), "Root signed in"),
    rule("config-noncompliant", "medium", "ConfigComplianceChanges",
         {"source": ["aws.config"], "detail-type": ["Config Rules Compliance Change"],
          "detail": {"newEvaluationResult": {"complianceType": ["NON_COMPLIANT"]}}}, "Not compliant"),
    rule("guardduty-finding-high", "high", "Findings",
         {"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7, "<", 9]}]}},
         "GuardDuty: high"),
    rule("security-hub-finding-high", "high", "Findings",
         {"source": ["aws.securityhub"], "detail-type": ["Security Hub Findings - Imported"],
          "detail": {"findings": {"Severity": {"Label": ["HIGH", "CRITICAL"]}}}}, "Security Hub: high"),
    rule("security-hub-v2-finding-critical", "critical", "Findings",
         {"source": ["aws.securityhub"], "detail-type": ["Findings Imported V2"],
          "detail": {"findings": {"severity": ["Critical"]}}}, "Security Hub: critical"),
]
KOREAN = {"user-created": ("새 사용자 생성", "IAM 사용자가 생성되었습니다.")}


def load(language="en", timezone="Asia/Seoul"):
    """The formatter as the template puts it together, afresh: nothing is cached."""
    labels = json.loads((SOURCES / f"text/labels.{language}.json").read_text("utf-8"))
    rules = [dict(known) for known in RULES]
    for known in rules:
        if language == "ko" and known["name"] in KOREAN:
            known["title"], known["meaning"] = KOREAN[known["name"]]
    catalogue = json.dumps({"language": language, "timezone": timezone, "labels": labels, "rules": rules})
    spec = importlib.util.spec_from_file_location("formatter", SOURCES / "formatter.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.CATALOGUE = base64.b64encode(zlib.compress(catalogue.encode("ascii"))).decode()
    return module


class Crash(BaseException):
    """The function dies: no handler of its own runs."""


class Watched:
    """A client of moto's AWS whose calls are noted, and fail when they are told to."""

    def __init__(self, service, real, calls, failures):
        self.service, self.real, self.calls, self.failures = service, real, calls, failures

    def __getattr__(self, name):
        def call(**given):
            failure = self.failures.get((self.service, name))
            if failure and failure(given):
                if failure is crash:
                    raise Crash
                error = {"Error": {"Code": "InternalError", "Message": "made to fail"}}
                raise ClientError(error, name)
            self.calls.append((self.service, name, given))
            return getattr(self.real, name)(**given)
        return call


def always(_):
    return True


def crash(_):
    return True


class Tagging:
    """The tagging API, which moto cannot load here: tags by ARN, and what was asked for."""

    def __init__(self):
        self.tags, self.asked = {}, []

    def get_resources(self, ResourceARNList):
        self.asked += ResourceARNList
        return {"ResourceTagMappingList": [
            {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in self.tags[arn].items()]}
            for arn in ResourceARNList if arn in self.tags]}


class Aws(unittest.TestCase):
    """A test with the formatter's table, queue, topics and settings in moto, and a clock that stands still."""

    tried = 1  # how often a message was received
    settings = {"severity": "medium", "work_hours": None, "suppress": [], "routes": [],
                "regions": ["us-east-1"]}
    now = 1794898800  # 2026-11-17 07:00 UTC, a Tuesday; 16:00 in Seoul

    def setUp(self):
        kept = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(kept)))
        os.environ.update(ENVIRONMENT)
        aws = mock_aws()
        aws.start()
        self.addCleanup(aws.stop)
        boto3.client("dynamodb").create_table(
            TableName="trailhunt-alerts", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}])
        sns, self.sqs = boto3.client("sns"), boto3.client("sqs")
        os.environ["QUEUE_URL"] = self.sqs.create_queue(QueueName="trailhunt-alerts")["QueueUrl"]
        for name in ("alerts", "operations"):
            os.environ[f"{name.upper()}_TOPIC"] = sns.create_topic(Name=f"trailhunt-{name}")["TopicArn"]
        self.chat_topic = sns.create_topic(Name="trailhunt-alerts-chat")["TopicArn"]
        self.set(**self.settings)
        self.calls, self.failures, self.posts = [], {}, []
        self.tagging = collections.defaultdict(Tagging)  # by Region
        self.formatter = self.reload()

    def reload(self, language="en"):
        """The formatter in a new execution environment."""
        module = load(language)
        real = module.client
        module.client = lambda service, region=None: (
            self.tagging[region] if service == "resourcegroupstaggingapi"
            else Watched(service, real(service, region), self.calls, self.failures))
        module.time = types.SimpleNamespace(time=lambda: self.now)
        module.post = self.post
        return module

    def post(self, url, content, headers):
        failure = self.failures.get(("post", url))
        if failure and failure(url):
            raise RuntimeError("HTTPError 500")
        self.posts.append((url, content, headers))

    def set(self, **settings):
        boto3.client("ssm").put_parameter(Name="/trailhunt/alerts/settings", Type="String",
                                          Value=json.dumps(settings), Overwrite=True)

    def secret(self, environment, value):
        name = f"/secret/{environment.lower()}"
        boto3.client("ssm").put_parameter(Name=name, Type="SecureString", Value=value, Overwrite=True)
        os.environ[environment] = name

    def send(self, *bodies):
        """Hands events to the function as its queue does; the ids of the messages that are left for a retry."""
        records = [{"messageId": f"message-{number}", "receiptHandle": f"receipt-{number}", "body": json.dumps(body),
                    "attributes": {"ApproximateReceiveCount": str(self.tried)}}
                   for number, body in enumerate(bodies)]
        answer = self.formatter.handler({"Records": records}, None)
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def published(self, topic="ALERTS_TOPIC"):
        """What was published, as calls of SNS."""
        wanted = os.environ.get(topic, topic)
        return [given for service, name, given in self.calls
                if (service, name) == ("sns", "publish") and given["TopicArn"] == wanted]

    def documents(self):
        return [json.loads(json.loads(given["Message"])["sqs"]) for given in self.published()]

    def sent_messages(self):
        return [given for service, name, given in self.calls if (service, name) == ("sqs", "send_message")]

    def table(self):
        items = boto3.resource("dynamodb").Table("trailhunt-alerts").scan()["Items"]
        return {(item["pk"], item["sk"]): item for item in items}


def numbered(event, number):
    """The same event under another id."""
    return {**event, "detail": {**event["detail"], "eventID": f"00000000-0000-4000-8000-{number:012}"}}


create_user = events.call("iam", "CreateUser", {"userName": "svc-backup"})
