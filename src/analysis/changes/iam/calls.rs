//! One line for each call that holds no policy document: what it is about, and what it does there, in words
//! (facts: E2). The words are templates of `template`.

use super::history::{Content, Known};
use super::template::fill;
use crate::event::Event;
use Verb::{Adds, Creates, Deletes, Removes, Renames, Sets};

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// The target comes into being: it holds nothing but what stands in [`originals`].
    Creates,
    /// The target is gone, and all that it held.
    Deletes,
    /// The target gets a property.
    Adds,
    /// The target loses one.
    Removes,
    /// A property of the target gets another value.
    Sets,
    /// The target is known by the name in `property` from now on.
    Renames,
}

impl Verb {
    /// What a failed call tried.
    pub fn attempt_words(self) -> &'static str {
        match self {
            Self::Creates => "tried to create",
            Self::Deletes => "tried to delete",
            Self::Adds => "tried to add",
            Self::Removes => "tried to remove",
            Self::Sets => "tried to set",
            Self::Renames => "tried to change to",
        }
    }
}

/// How a call is told.
#[derive(Debug)]
pub struct IamCall {
    /// `eventName`.
    pub name: &'static str,
    pub verb: Verb,
    pub target: &'static str,
    /// What the words are the value of; empty where an earlier value cannot be compared.
    pub property: &'static str,
    pub words: &'static str,
}

/// The call that an event is, if it is among the known.
pub fn find(event_source: &str, event_name: &str) -> Option<&'static IamCall> {
    let (_, calls) = SOURCES.iter().find(|(source, _)| *source == event_source)?;
    calls.iter().find(|call| call.name == event_name)
}

/// What comes with a thing that `event` creates: its permissions boundary, where it has one.
pub fn originals(event: &Event) -> Vec<(String, Known<Content>)> {
    let boundary = fill(event, BOUNDARY_WORDS);
    let content = boundary
        .is_complete
        .then_some(Content::Words(boundary.text));
    let property = |content| (BOUNDARY.to_owned(), Known::Is(content));
    content.map(property).into_iter().collect()
}

/// Every event source, and its calls.
pub const SOURCES: [(&str, &[IamCall]); 4] = [
    ("iam.amazonaws.com", IAM),
    ("ec2.amazonaws.com", EC2),
    ("rolesanywhere.amazonaws.com", ROLES_ANYWHERE),
    ("sts.amazonaws.com", STS),
];

const fn call(
    name: &'static str,
    verb: Verb,
    target: &'static str,
    property: &'static str,
    words: &'static str,
) -> IamCall {
    IamCall {
        name,
        verb,
        target,
        property,
        words,
    }
}

const ACCOUNT: &str = "account {account}";
const ANCHOR: &str = "trust anchor {=trustAnchor.name|name|trustAnchorId}";
const BOUNDARY: &str = "permissions boundary";
const BOUNDARY_WORDS: &str = "permissions boundary {permissionsBoundary}";
const CERTIFICATE: &str = "server certificate {serverCertificateName}";
const CRL: &str = "revocation list {=crl.name|name|crlId}";
const DELEGATION: &str = "delegation request {delegationRequestId|=delegationRequestId}";
const GROUP: &str = "group {groupName}";
const INSTANCE: &str =
    "instance {instanceId|=iamInstanceProfileAssociation.instanceId|associationId}";
const MFA: &str = "MFA device {=virtualMFADevice.serialNumber|serialNumber|virtualMFADeviceName}";
const OIDC: &str = "identity provider {openIDConnectProviderArn|=openIDConnectProviderArn|url}";
const ORGANIZATION: &str = "organization {=organizationId|account}";
const POLICY: &str = "policy {policyArn}";
const PROFILE: &str = "instance profile {instanceProfileName}";
const ROLE: &str = "role {roleName}";
const ROLES_PROFILE: &str = "Roles Anywhere profile {=profile.name|name|profileId}";
const SAML: &str = "identity provider {sAMLProviderArn|=sAMLProviderArn|name}";
/// Without a name in the request, the caller's own is meant (facts: D3).
const USER: &str = "user {userName|=accessKey.userName|=loginProfile.userName|caller}";

const KEY: &str = "access key {accessKeyId|=accessKey.accessKeyId}";
const SERVICE_CREDENTIAL: &str = "service credential {serviceSpecificCredentialId|=serviceSpecificCredential.serviceSpecificCredentialId}";
const SIGNING_CERTIFICATE: &str = "signing certificate {certificateId|=certificate.certificateId}";
const SSH_KEY: &str = "SSH key {sSHPublicKeyId|=sSHPublicKey.sSHPublicKeyId}";
const INSTANCE_PROFILE: &str = "instance profile \
     {=iamInstanceProfileAssociation.iamInstanceProfile.arn|iamInstanceProfile.arn|iamInstanceProfile.name}";

#[rustfmt::skip] // a table: one call, one line
const IAM: &[IamCall] = &[
    // users and groups
    call("CreateUser", Creates, USER, "", "user {userName}[, permissions boundary {permissionsBoundary}]"),
    call("DeleteUser", Deletes, USER, "", USER),
    call("UpdateUser", Renames, USER, "user {newUserName}", "user {newUserName|userName}[ at path {newPath}]"),
    call("CreateGroup", Creates, GROUP, "", GROUP),
    call("DeleteGroup", Deletes, GROUP, "", GROUP),
    call("UpdateGroup", Renames, GROUP, "group {newGroupName}", "group {newGroupName|groupName}[ at path {newPath}]"),
    call("AddUserToGroup", Adds, USER, "group {groupName}", "member of group {groupName}"),
    call("RemoveUserFromGroup", Removes, USER, "group {groupName}", "member of group {groupName}"),
    // managed policies and boundaries
    call("AttachUserPolicy", Adds, USER, POLICY, "policy {policyArn} attached"),
    call("AttachGroupPolicy", Adds, GROUP, POLICY, "policy {policyArn} attached"),
    call("AttachRolePolicy", Adds, ROLE, POLICY, "policy {policyArn} attached"),
    call("DetachUserPolicy", Removes, USER, POLICY, "policy {policyArn} attached"),
    call("DetachGroupPolicy", Removes, GROUP, POLICY, "policy {policyArn} attached"),
    call("DetachRolePolicy", Removes, ROLE, POLICY, "policy {policyArn} attached"),
    call("PutUserPermissionsBoundary", Sets, USER, BOUNDARY, BOUNDARY_WORDS),
    call("PutRolePermissionsBoundary", Sets, ROLE, BOUNDARY, BOUNDARY_WORDS),
    call("DeleteUserPermissionsBoundary", Removes, USER, BOUNDARY, "permissions boundary"),
    call("DeleteRolePermissionsBoundary", Removes, ROLE, BOUNDARY, "permissions boundary"),
    // roles and instance profiles
    call("UpdateRole", Sets, ROLE, "", "settings[: sessions of {maxSessionDuration} s][, description {description}]"),
    call("UpdateRoleDescription", Sets, ROLE, "", "description[ {description}]"),
    call("DeleteServiceLinkedRole", Removes, ROLE, "", "role {roleName}, whose deletion was asked for"),
    call("CreateInstanceProfile", Creates, PROFILE, "", "instance profile {instanceProfileName}"),
    call("DeleteInstanceProfile", Deletes, PROFILE, "", PROFILE),
    call("AddRoleToInstanceProfile", Adds, PROFILE, ROLE, ROLE),
    call("RemoveRoleFromInstanceProfile", Removes, PROFILE, ROLE, ROLE),
    // credentials
    call("CreateAccessKey", Adds, USER, KEY, "access key {=accessKey.accessKeyId}[ {=accessKey.status}]"),
    call("UpdateAccessKey", Sets, USER, KEY, "access key {accessKeyId} {status}"),
    call("DeleteAccessKey", Removes, USER, KEY, KEY),
    call("CreateLoginProfile", Adds, USER, "", "console password"),
    call("UpdateLoginProfile", Sets, USER, "", "new console password or settings of it"),
    call("DeleteLoginProfile", Removes, USER, "", "console password"),
    call("ChangePassword", Sets, "user {caller}", "", "new console password, set by the user"),
    call("CreateServiceSpecificCredential", Adds, USER, SERVICE_CREDENTIAL,
         "service credential {=serviceSpecificCredential.serviceSpecificCredentialId}[ for {serviceName}]"),
    call("UpdateServiceSpecificCredential", Sets, USER, SERVICE_CREDENTIAL, "service credential {serviceSpecificCredentialId} {status}"),
    call("ResetServiceSpecificCredential", Sets, USER, "", "service credential {serviceSpecificCredentialId} with a new password"),
    call("DeleteServiceSpecificCredential", Removes, USER, SERVICE_CREDENTIAL, SERVICE_CREDENTIAL),
    call("UploadSSHPublicKey", Adds, USER, SSH_KEY, "SSH key {=sSHPublicKey.sSHPublicKeyId}[ {=sSHPublicKey.status}]"),
    call("UpdateSSHPublicKey", Sets, USER, SSH_KEY, "SSH key {sSHPublicKeyId} {status}"),
    call("DeleteSSHPublicKey", Removes, USER, SSH_KEY, SSH_KEY),
    call("UploadSigningCertificate", Adds, USER, SIGNING_CERTIFICATE,
         "signing certificate {=certificate.certificateId}[ {=certificate.status}]"),
    call("UpdateSigningCertificate", Sets, USER, SIGNING_CERTIFICATE, "signing certificate {certificateId} {status}"),
    call("DeleteSigningCertificate", Removes, USER, SIGNING_CERTIFICATE, SIGNING_CERTIFICATE),
    call("UploadServerCertificate", Creates, CERTIFICATE, "", CERTIFICATE),
    call("UpdateServerCertificate", Renames, CERTIFICATE, "server certificate {newServerCertificateName}",
         "server certificate {newServerCertificateName|serverCertificateName}[ at path {newPath}]"),
    call("DeleteServerCertificate", Deletes, CERTIFICATE, "", CERTIFICATE),
    // MFA
    call("CreateVirtualMFADevice", Creates, MFA, "", "virtual MFA device, not yet in use"),
    call("EnableMFADevice", Adds, USER, "MFA device {serialNumber}", "MFA device {serialNumber}"),
    call("DeactivateMFADevice", Removes, USER, "MFA device {serialNumber}", "MFA device {serialNumber}"),
    call("DeleteVirtualMFADevice", Deletes, MFA, "", "virtual MFA device"),
    call("ResyncMFADevice", Sets, USER, "", "MFA device {serialNumber} synchronised again"),
    // federation
    call("CreateSAMLProvider", Creates, SAML, "", "SAML provider {name}"),
    call("UpdateSAMLProvider", Sets, SAML, "", "SAML provider with other metadata or keys"),
    call("DeleteSAMLProvider", Deletes, SAML, "", "SAML provider"),
    call("CreateOpenIDConnectProvider", Creates, OIDC, "", "OpenID Connect provider {url}[ for clients {clientIDList}]"),
    call("UpdateOpenIDConnectProviderThumbprint", Sets, OIDC, "", "certificate thumbprints {thumbprintList}"),
    call("AddClientIDToOpenIDConnectProvider", Adds, OIDC, "", "client {clientID}"),
    call("RemoveClientIDFromOpenIDConnectProvider", Removes, OIDC, "", "client {clientID}"),
    call("DeleteOpenIDConnectProvider", Deletes, OIDC, "", "OpenID Connect provider"),
    call("EnableOutboundWebIdentityFederation", Adds, ACCOUNT, "", "outbound web identity federation[ as {=issuerIdentifier}]"),
    call("DisableOutboundWebIdentityFederation", Removes, ACCOUNT, "", "outbound web identity federation"),
    // delegation and the organization
    call("CreateDelegationRequest", Adds, DELEGATION, "", "delegation request[ to account {ownerAccountId}][: {description}]"),
    call("AssociateDelegationRequest", Sets, DELEGATION, "", "taken up by the caller"),
    call("UpdateDelegationRequest", Sets, DELEGATION, "", "updated[, notes {notes}]"),
    call("AcceptDelegationRequest", Sets, DELEGATION, "", "accepted: its permissions can be given"),
    call("SendDelegationToken", Adds, DELEGATION, "", "token sent: the requester can act here"),
    call("RejectDelegationRequest", Sets, DELEGATION, "", "rejected[, notes {notes}]"),
    call("EnableOrganizationsRootSessions", Adds, ORGANIZATION, "root sessions", "root sessions in member accounts"),
    call("DisableOrganizationsRootSessions", Removes, ORGANIZATION, "root sessions", "root sessions in member accounts"),
    call("EnableOrganizationsRootCredentialsManagement", Adds, ORGANIZATION, "root credentials", "central management of root credentials"),
    call("DisableOrganizationsRootCredentialsManagement", Removes, ORGANIZATION, "root credentials", "central management of root credentials"),
    // the account
    call("UpdateAccountPasswordPolicy", Sets, ACCOUNT, "password policy",
         "password policy[: at least {minimumPasswordLength} characters][, symbols {requireSymbols}][, numbers {requireNumbers}]\
          [, upper case {requireUppercaseCharacters}][, lower case {requireLowercaseCharacters}]\
          [, expiry after {maxPasswordAge} days][, no reuse of {passwordReusePrevention}][, hard expiry {hardExpiry}]\
          [, users may change theirs {allowUsersToChangePassword}]"),
    call("DeleteAccountPasswordPolicy", Removes, ACCOUNT, "password policy", "password policy"),
    call("CreateAccountAlias", Adds, ACCOUNT, "alias {accountAlias}", "alias {accountAlias}"),
    call("DeleteAccountAlias", Removes, ACCOUNT, "alias {accountAlias}", "alias {accountAlias}"),
    call("SetSecurityTokenServicePreferences", Sets, ACCOUNT, "", "tokens of the global STS endpoint: {globalEndpointTokenVersion}"),
    // tags, which policies may ask for
    call("TagUser", Sets, USER, "", "tags {tags}"),
    call("UntagUser", Removes, USER, "", "tags {tagKeys}"),
    call("TagRole", Sets, ROLE, "", "tags {tags}"),
    call("UntagRole", Removes, ROLE, "", "tags {tagKeys}"),
    call("TagPolicy", Sets, POLICY, "", "tags {tags}"),
    call("UntagPolicy", Removes, POLICY, "", "tags {tagKeys}"),
    call("TagInstanceProfile", Sets, PROFILE, "", "tags {tags}"),
    call("UntagInstanceProfile", Removes, PROFILE, "", "tags {tagKeys}"),
    call("TagMFADevice", Sets, MFA, "", "tags {tags}"),
    call("UntagMFADevice", Removes, MFA, "", "tags {tagKeys}"),
    call("TagSAMLProvider", Sets, SAML, "", "tags {tags}"),
    call("UntagSAMLProvider", Removes, SAML, "", "tags {tagKeys}"),
    call("TagOpenIDConnectProvider", Sets, OIDC, "", "tags {tags}"),
    call("UntagOpenIDConnectProvider", Removes, OIDC, "", "tags {tagKeys}"),
    call("TagServerCertificate", Sets, CERTIFICATE, "", "tags {tags}"),
    call("UntagServerCertificate", Removes, CERTIFICATE, "", "tags {tagKeys}"),
];

#[rustfmt::skip]
const EC2: &[IamCall] = &[
    call("AssociateIamInstanceProfile", Adds, INSTANCE, "instance profile", INSTANCE_PROFILE),
    call("ReplaceIamInstanceProfileAssociation", Sets, INSTANCE, "instance profile", INSTANCE_PROFILE),
    call("DisassociateIamInstanceProfile", Removes, INSTANCE, "instance profile", INSTANCE_PROFILE),
];

#[rustfmt::skip]
const ROLES_ANYWHERE: &[IamCall] = &[
    call("CreateTrustAnchor", Adds, ANCHOR, "", "trust anchor[, enabled {enabled}]: holders of its certificates can get role credentials"),
    call("UpdateTrustAnchor", Sets, ANCHOR, "", "another name or certificate authority"),
    call("EnableTrustAnchor", Sets, ANCHOR, "", "enabled"),
    call("DisableTrustAnchor", Sets, ANCHOR, "", "disabled"),
    call("DeleteTrustAnchor", Removes, ANCHOR, "", "trust anchor"),
    call("CreateProfile", Adds, ROLES_PROFILE, "", "profile for {roleArns}[, enabled {enabled}]"),
    call("UpdateProfile", Sets, ROLES_PROFILE, "", "profile[ for {=profile.roleArns|roleArns}][, policies {managedPolicyArns}]"),
    call("EnableProfile", Sets, ROLES_PROFILE, "", "enabled"),
    call("DisableProfile", Sets, ROLES_PROFILE, "", "disabled"),
    call("DeleteProfile", Removes, ROLES_PROFILE, "", "profile[ for {=profile.roleArns}]"),
    call("PutAttributeMapping", Sets, ROLES_PROFILE, "", "mapping of certificate field {certificateField}"),
    call("DeleteAttributeMapping", Removes, ROLES_PROFILE, "", "mapping of certificate field {certificateField}"),
    call("ImportCrl", Adds, CRL, "", "revocation list[ of {trustAnchorArn}]"),
    call("UpdateCrl", Sets, CRL, "", "another revocation list"),
    call("EnableCrl", Sets, CRL, "", "enabled"),
    call("DisableCrl", Sets, CRL, "", "disabled: certificates that it revokes work again"),
    call("DeleteCrl", Removes, CRL, "", "revocation list"),
];

#[rustfmt::skip]
const STS: &[IamCall] = &[
    call("AssumeRoot", Adds, "root of {targetPrincipal}", "",
         "root session[ {=credentials.accessKeyId}][ with {taskPolicyArn.arn|taskPolicyArn}]"),
    call("GetDelegatedAccessToken", Adds, "user {caller}", "", "delegated credentials[ {=credentials.accessKeyId}][ of {=assumedPrincipal}]"),
    call("GetWebIdentityToken", Adds, "user {caller}", "", "web identity token[ for {audience}]"),
];
