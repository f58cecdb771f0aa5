"""The digest, what operators hear of, the status, and the webhooks."""

import hashlib
import hmac
import http.server
import json
import os
import threading

import boto3
import events
from support import Aws, always, create_user, load, numbered

DAY = 86400
WEBHOOK = "https://hooks.example.com/alerts"


class Daily(Aws):
    settings = {**Aws.settings, "suppress": [{"reason": "Terraform", "until": "2027-01-31", "principal": "*Build*"}]}

    def ask(self, what):
        return self.formatter.handler({"trailhunt": what}, None)

    def count_some(self):
        for number in range(3):
            self.send(numbered(events.SHAPES["terminate-by-service"], number))
        self.send(numbered(events.SHAPES["login"], 10))
        self.send(numbered(events.SHAPES["security-group"], 11))
        self.calls.clear()

    def test_the_digest_of_a_day_is_told_once_when_it_is_over(self):
        self.count_some()
        self.ask("digest")
        self.assertEqual(self.published(), [])
        self.now += DAY
        self.ask("digest")
        self.ask("digest")
        published, = self.published()
        document, = self.documents()
        self.assertEqual((document["kind"], document["severity"], document["count"]), ("digest", "digest", 4))
        self.assertEqual(published["MessageAttributes"]["severity"]["StringValue"], "digest")
        self.assertEqual(published["Subject"], "[DIGEST] 4 events on 2026-11-17")
        self.assertEqual(json.loads(published["Message"])["email"].split("\n"), [
            "[DIGEST] Digest of 2026-11-17", "Counted, not told one by one: 4. Suppressed: 1.", "",
            "3 x Instances terminated | AWSServiceRoleForAutoScaling/AutoScaling | "
            "i-0123456789abcdef0, i-0fedcba9876543210",
            "1 x Console login | alice | alice", "1 x Suppressed | Terraform"])

    def test_a_digest_that_failed_is_made_up_for(self):
        self.count_some()
        self.now += DAY
        self.failures["sns", "publish"] = always
        with self.assertRaises(RuntimeError):
            self.ask("digest")
        self.failures.clear()
        self.now += DAY
        self.ask("digest")
        self.assertEqual(len(self.published()), 1)

    def test_a_long_digest_is_cut_and_says_so(self):
        for number in range(130):
            self.formatter.count(f"console-login|user-{number}|x")
        self.now += DAY
        self.ask("digest")
        lines = json.loads(self.published()[0]["Message"])["email"].split("\n")
        self.assertEqual((len(lines), lines[-1]), (104, "... and 30 more lines."))

    def test_no_digest_is_too_large_to_be_told(self):
        for number in range(100):
            self.formatter.count(f"console-login|{number}|" + "\N{GRINNING FACE}\\\u00e9" * 300)
        self.now += DAY
        self.ask("digest")
        self.assertLess(len(self.published()[0]["Message"].encode()), 256 * 1024)

    def test_an_entry_of_the_digest_fits_a_sort_key(self):
        long = {"type": "IAMUser", "userName": "\u202e" * 300}
        self.assertEqual(self.send(events.call("iam", "AttachUserPolicy", {"userName": "한" * 300}, long)), [])
        self.assertTrue(any(pk.startswith("digest#") for pk, _ in self.table()))

    def test_operators_hear_of_dead_letters_in_every_region(self):
        self.set(**{**self.settings, "regions": ["eu-west-1", "us-east-1", "us-west-2"]})
        for region, letters in (("eu-west-1", 2), ("us-east-1", 0)):
            sqs = boto3.client("sqs", region)
            url = sqs.create_queue(QueueName="trailhunt-alerts-forwarder-dead-letters")["QueueUrl"]
            for _ in range(letters):
                sqs.send_message(QueueUrl=url, MessageBody="x")
        self.ask("digest")
        self.ask("digest")
        told, = self.published("OPERATIONS_TOPIC")
        self.assertEqual(told["Subject"], "[ALERTING] trailhunt alerts need attention")
        self.assertEqual([line.split(":")[0] for line in told["Message"].split("\n")], ["eu-west-1", "us-west-2"])
        self.assertIn("2 events could not be delivered", told["Message"])
        self.assertIn("us-west-2: could not look", told["Message"])

    def test_operators_hear_of_suppressions_that_end_within_a_week(self):
        entry = {"principal": "*"}
        self.set(**{**self.settings, "regions": [], "suppress": [
            {"reason": "gone", "until": "2026-11-16", **entry}, {"reason": "today", "until": "2026-11-17", **entry},
            {"reason": "soon", "until": "2026-11-24", **entry}, {"reason": "later", "until": "2026-11-25", **entry},
            {"reason": "odd", "until": "never", **entry}]})
        self.ask("digest")
        lines = self.published("OPERATIONS_TOPIC")[0]["Message"].split("\n")
        self.assertEqual([line.split('"')[1] for line in lines], ["gone", "today", "soon"])
        self.assertEqual(["expired" in line for line in lines], [True, False, False])

    def test_operators_hear_of_settings_that_cannot_be_read(self):
        boto3.client("ssm").delete_parameter(Name="/trailhunt/alerts/settings")
        self.ask("digest")
        self.assertIn("/trailhunt/alerts/settings cannot be read", self.published("OPERATIONS_TOPIC")[0]["Message"])

    def test_nothing_wrong_and_nothing_counted_is_nothing_said(self):
        self.set(**{**self.settings, "regions": []})
        self.ask("digest")
        self.assertEqual((self.published(), self.published("OPERATIONS_TOPIC")), ([], []))

    def test_status(self):
        self.assertEqual(self.ask("status"), {
            "schema_version": 1, "last_alert": None, "waiting": 0,
            "suppressions": {"active": 1, "expired": []}, "webhooks": {"slack": "not set", "webhook": "not set"}})
        self.send(create_user)
        self.count_some()
        self.set(**{**self.settings, "suppress": [{"reason": "old", "until": "2026-11-16", "rule": "x"}]})
        self.now += 61
        self.secret("SLACK_PARAMETER", "https://hooks.slack.com/services/x")
        os.environ["WEBHOOK_PARAMETER"] = "/secret/missing"
        answer = self.ask("status")
        self.assertEqual(answer["last_alert"]["rule"], "console-login")
        self.assertEqual(set(answer["last_alert"]), {"time", "rule", "severity", "actor", "event_id"})
        self.assertEqual((answer["waiting"], answer["suppressions"]), (3, {"active": 0, "expired": ["old"]}))
        self.assertEqual(answer["webhooks"], {"slack": "ok", "webhook": "error: ParameterNotFound"})
        json.dumps(answer)
        self.secret("SLACK_PARAMETER", "http://hooks.slack.com/services/x")
        self.assertEqual(self.ask("status")["webhooks"]["slack"], "error: ValueError")


class Webhooks(Aws):
    def test_a_webhook_is_signed(self):
        self.secret("WEBHOOK_PARAMETER", json.dumps({"url": WEBHOOK, "secret": "s3cret"}))
        self.send(create_user)
        (url, content, headers), = self.posts
        self.assertEqual((url, json.loads(content)), (WEBHOOK, self.documents()[0]))
        self.assertEqual(headers["X-Trailhunt-Timestamp"], str(self.now))
        signed = hmac.new(b"s3cret", f"{self.now}.".encode() + content, hashlib.sha256).hexdigest()
        self.assertEqual(headers["X-Trailhunt-Signature"], "sha256=" + signed)

    def test_a_webhook_that_fails_is_retried_and_repeats_nothing(self):
        self.secret("WEBHOOK_PARAMETER", json.dumps({"url": WEBHOOK, "secret": "s3cret"}))
        self.failures["post", WEBHOOK] = always
        self.assertEqual(self.send(create_user), ["message-0"])
        self.failures.clear()
        self.assertEqual(self.send(create_user), [])
        self.assertEqual((len(self.published()), len(self.posts)), (1, 1))

    def test_no_url_but_https(self):
        for value in ("http://hooks.example.com", "file:///etc/passwd", "{}", '{"url": 7}', "[", ""):
            self.secret("SLACK_PARAMETER", value or " ")
            self.formatter.secret.forget()
            with self.assertRaises(ValueError):
                self.formatter.post_slack(self.formatter.blank("selftest", title="", summary="", command=""))
        self.assertEqual(self.posts, [])

    def test_no_redirect_is_followed_and_no_error_names_the_url(self):
        asked = []

        class Redirects(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append(self.path)
                self.send_response(302)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_):
                pass

        server = http.server.HTTPServer(("127.0.0.1", 0), Redirects)
        self.addCleanup(server.server_close)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.shutdown)
        with self.assertRaisesRegex(RuntimeError, r"^HTTPError 302$"):
            load().post(f"http://127.0.0.1:{server.server_port}/secret", b"{}", {})
        self.assertEqual(asked, ["/secret"])
        with self.assertRaisesRegex(RuntimeError, r"^InvalidURL $"):
            load().post("https://hooks.example.com/secret path", b"{}", {})
