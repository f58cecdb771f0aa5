"""Events of every shape, as EventBridge delivers them. All names, addresses and accounts are made up."""

ALICE = {"type": "IAMUser", "principalId": "AIDAEXAMPLEALICE", "arn": "arn:aws:iam::123456789012:user/alice",
         "accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "alice"}
BUILD = {"type": "AssumedRole", "arn": "arn:aws:sts::123456789012:assumed-role/Build/pipeline-17",
         "accountId": "123456789012", "principalId": "AROAEXAMPLE:pipeline-17",
         "sessionContext": {"sessionIssuer": {
             "type": "Role", "arn": "arn:aws:iam::123456789012:role/ci/Build", "userName": "Build"}}}
AUTO_SCALING = {"type": "AssumedRole", "invokedBy": "autoscaling.amazonaws.com", "accountId": "123456789012",
                "arn": "arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
                "sessionContext": {"sessionIssuer": {
                    "arn": "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/"
                           "AWSServiceRoleForAutoScaling", "userName": "AWSServiceRoleForAutoScaling"}}}
ROOT = {"type": "Root", "principalId": "123456789012", "arn": "arn:aws:iam::123456789012:root",
        "accountId": "123456789012"}


def envelope(source, kind, detail, **more):
    return {"version": "0", "id": "11111111-2222-4333-8444-555555555555", "detail-type": kind,
            "source": f"aws.{source}", "account": "123456789012", "time": "2026-11-17T07:00:05Z",
            "region": "us-east-1", "resources": [], "detail": detail, **more}


def call(service, name, request=None, who=None, kind="AWS API Call via CloudTrail", **more):
    """A CloudTrail record."""
    return envelope(service, kind, {
        "eventVersion": "1.11", "userIdentity": ALICE if who is None else who,
        "eventTime": "2026-11-17T06:59:58Z", "eventSource": f"{service}.amazonaws.com", "eventName": name,
        "awsRegion": "us-east-1", "sourceIPAddress": "203.0.113.9", "userAgent": "aws-cli/2.31.0",
        "requestParameters": request, "responseElements": None, "readOnly": False,
        "eventID": "0a1b2c3d-1111-4222-8333-444455556666", "eventType": "AwsApiCall",
        "managementEvent": True, "recipientAccountId": "123456789012", **more})


def login(kind, who, result, **more):
    return call("signin", "ConsoleLogin", None, who, kind, responseElements={"ConsoleLogin": result},
                additionalEventData={"LoginTo": "https://console.aws.amazon.com/", "MFAUsed": "No"}, **more)


ASFF = {"SchemaVersion": "2018-10-08", "ProductName": "Security Hub", "AwsAccountId": "123456789012",
        "Id": "arn:aws:securityhub:eu-west-1:123456789012:security-control/EC2.19/finding/1",
        "GeneratorId": "security-control/EC2.19", "Region": "eu-west-1",
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "Title": "Security groups should not allow unrestricted access to ports with high risk",
        "Severity": {"Label": "HIGH"}, "UpdatedAt": "2026-11-17T06:50:00.000Z",
        "Resources": [{"Type": "AwsEc2SecurityGroup",
                       "Id": "arn:aws:ec2:eu-west-1:123456789012:security-group/sg-0123456789abcdef0"}]}
OCSF = {"class_name": "Detection Finding", "severity": "Critical", "severity_id": 5, "time": 1794897000000,
        "cloud": {"account": {"uid": "123456789012"}, "region": "eu-west-1"},
        "finding_info": {"uid": "finding-1", "title": "Credential exfiltration from an instance",
                         "types": ["TTPs/Initial Access"], "modified_time_dt": "2026-11-17T06:30:00.000Z"},
        "evidences": [{"actor": {"user": {"name": "Build"}}, "src_endpoint": {"ip": "198.51.100.7"}}],
        "resources": [{"uid": "arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0"}]}
HOSTILE = "x\r\nSeverity: LOW\u202e\u200b\x1b[31m<!channel> *b* `rm -rf` & <https://evil.example|ok> ${IFS}'\"; \udc00 \U000e0041 é 한"

SHAPES = {
    "create-user": call("iam", "CreateUser", {"userName": "svc-backup"}),
    "create-user-denied": call("iam", "CreateUser", {"userName": "svc-backup"}, BUILD,
                               errorCode="AccessDenied", errorMessage="not authorized to perform: iam:CreateUser"),
    "create-access-key": call("iam", "CreateAccessKey", {"userName": "svc-backup"}, responseElements={
        "accessKey": {"userName": "svc-backup", "accessKeyId": "AKIAI44QH8DHBEXAMPLE", "status": "Active"}}),
    "attach-policy": call("iam", "AttachUserPolicy", {
        "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "userName": "svc-backup"}),
    "security-group": call("ec2", "AuthorizeSecurityGroupIngress", {
        "groupId": "sg-0123456789abcdef0", "ipPermissions": {"items": [{
            "ipProtocol": "tcp", "fromPort": 22, "toPort": 22,
            "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]}}, BUILD, awsRegion="eu-west-1"),
    "terminate-by-service": call("ec2", "TerminateInstances", {"instancesSet": {"items": [
        {"instanceId": "i-0123456789abcdef0"}, {"instanceId": "i-0fedcba9876543210"}]}}, AUTO_SCALING,
        sourceIPAddress="autoscaling.amazonaws.com"),
    "stop-logging": call("cloudtrail", "StopLogging", {
        "name": "arn:aws:cloudtrail:us-east-1:123456789012:trail/main"}, ROOT),
    "login": login("AWS Console Sign In via CloudTrail", ALICE, "Success"),
    "login-failed": login("AWS Console Signin via CloudTrail", {**ALICE, "arn": None}, "Failure",
                          errorMessage="Failed authentication"),
    "login-root": login("AWS Console Sign In via CloudTrail", ROOT, "Success"),
    "config": envelope("config", "Config Rules Compliance Change", {
        "configRuleName": "restricted-ssh", "resourceType": "AWS::EC2::SecurityGroup",
        "resourceId": "sg-0123456789abcdef0", "awsAccountId": "123456789012", "awsRegion": "us-east-1",
        "messageType": "ComplianceChangeNotification",
        "newEvaluationResult": {"complianceType": "NON_COMPLIANT"}}),
    "guardduty": envelope("guardduty", "GuardDuty Finding", {
        "schemaVersion": "2.0", "id": "1234567890abcdef", "severity": 8, "updatedAt": "2026-11-17T06:58:00Z",
        "type": "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        "title": "Credentials of an instance were used from an external address",
        "resource": {"resourceType": "AccessKey", "accessKeyDetails": {
            "accessKeyId": "ASIAIOSFODNN7EXAMPLE", "userName": "Build", "principalId": "AROAEXAMPLE:i-0"}},
        "service": {"action": {"actionType": "AWS_API_CALL", "awsApiCallAction": {
            "api": "ListBuckets", "remoteIpDetails": {"ipAddressV4": "198.51.100.7"}}}}}),
    "security-hub": envelope("securityhub", "Security Hub Findings - Imported", {"findings": [ASFF]}),
    "security-hub-v2": envelope("securityhub", "Findings Imported V2", {"findings": [OCSF]}),
    "of-no-rule": envelope("health", "AWS Health Event", {"service": "EC2"}),
    "missing": {"source": "aws.iam", "detail": {"eventName": "CreateUser", "userIdentity": None}},
    "empty": {},
    "hostile": call("iam", "CreateUser", {"userName": HOSTILE}, {
        "type": "IAMUser", "userName": HOSTILE, "arn": HOSTILE, "accountId": HOSTILE},
        sourceIPAddress=HOSTILE, userAgent=HOSTILE * 40, awsRegion=HOSTILE, eventID=HOSTILE,
        eventSource="iam.amazonaws.com", recipientAccountId=HOSTILE, eventTime=HOSTILE),
    "wrong-types": call("iam", "CreateUser", {"userName": {"a": [1]}}, ["alice"], eventTime=17,
                        sourceIPAddress={"ip": 1}, awsRegion=None, eventID=[], errorCode=False),
}
