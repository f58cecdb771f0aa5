//! How services say that a caller may not do what it asked for: one list, for `denied`, for findings and for the rules
//! in `playbooks/rules/` that speak of refused calls. Sigma cannot call Rust: a test holds them together.
//!
//! Where no other source is named, a spelling is an error shape of the service's model in botocore 1.43.

/// The spellings of `errorCode`, with `*` for whatever stands before or behind, and where each is from.
pub const DENIALS: [(&str, &str); 14] = [
    (
        "AccessDenied*",
        "IAM, STS, S3, CloudFront; AccessDeniedException of 243 services; AccessDeniedFault of DMS",
    ),
    (
        "*AccessDenied",
        "VpceAccessDenied of network activity (facts: J1); KMSAccessDenied of SNS, KmsAccessDenied of SQS; \
         DependentServiceAccessDenied of Redshift",
    ),
    (
        "*AccessDeniedException",
        "KMSAccessDeniedException of Lambda, Kinesis and SNS; EncryptionKeyAccessDeniedException of CodeCommit; \
         CloudHSM, Config, Neptune, Service Quotas, Step Functions, Systems Manager",
    ),
    (
        "*AccessDeniedFault",
        "KMSAccessDeniedFault and S3AccessDeniedFault of DMS",
    ),
    (
        "*UnauthorizedOperation",
        "Client.UnauthorizedOperation of EC2 (facts: C2); Redshift, Migration Hub",
    ),
    (
        "Unauthorized*",
        "UnauthorizedException of 26 services, such as AppSync and IoT; UnauthorizedClientException of Chime; \
         UnauthorizedError of Wickr; UnauthorizedOperationException of WorkDocs",
    ),
    (
        "AuthorizationError*",
        "AuthorizationError of SNS; AuthorizationErrorException of Application Discovery",
    ),
    ("AuthorizationException", "License Manager"),
    (
        "NotAuthorized*",
        "NotAuthorizedException of Cognito and Kinesis Video",
    ),
    (
        "Forbidden*",
        "ForbiddenException of 28 services, such as App Mesh and Chime; ForbiddenError of Wickr",
    ),
    ("AccessForbidden", "SageMaker Feature Store"),
    (
        "InsufficientPermissionsException",
        "Config, Directory Service",
    ),
    ("InsufficientPrivilegesException", "Elastic Beanstalk"),
    (
        "SNSNoAuthorization*",
        "RDS, DocumentDB, Neptune, Redshift, DMS: the caller may not publish to the topic",
    ),
];

/// Whether an `errorCode` says that the caller was refused for want of a permission. Case makes no difference, as in
/// Sigma.
pub fn is_denial(code: &str) -> bool {
    DENIALS.iter().any(|(spelling, _)| is_like(code, spelling))
}

fn is_like(code: &str, spelling: &str) -> bool {
    let begins = |name: &str| {
        let begin = code.as_bytes().get(..name.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(name.as_bytes()))
    };
    match (spelling.strip_prefix('*'), spelling.strip_suffix('*')) {
        (Some(name), _) => {
            let from = code.len().checked_sub(name.len());
            let end = from.and_then(|from| code.as_bytes().get(from..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
        }
        (None, Some(name)) => begins(name),
        (None, None) => code.eq_ignore_ascii_case(spelling),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_service_spells_it_its_own_way() {
        let codes = [
            "AccessDenied",
            "AccessDeniedException",
            "AccessDeniedByMetaException",
            "AccessDeniedForDependencyException",
            "VpceAccessDenied",
            "KMSAccessDenied",
            "KmsAccessDeniedException",
            "S3AccessDeniedFault",
            "DependentServiceAccessDeniedFault",
            "Client.UnauthorizedOperation",
            "UnauthorizedOperation",
            "UnauthorizedOperationException",
            "UnauthorizedException",
            "Unauthorized",
            "unauthorizedException",
            "AuthorizationError",
            "AuthorizationErrorException",
            "AuthorizationException",
            "NotAuthorized",
            "NotAuthorizedException",
            "Forbidden",
            "ForbiddenException",
            "AccessForbidden",
            "InsufficientPermissionsException",
            "InsufficientPrivilegesException",
            "SNSNoAuthorizationFault",
        ];
        for code in codes {
            assert!(is_denial(code), "{code}");
        }
    }

    #[test]
    fn what_only_sounds_like_it_is_another_error() {
        let codes = [
            "",
            "Denied",
            "AuthorizationNotFound",
            "AuthorizationAlreadyExists",
            "AuthorizationPendingException",
            "AuthorizationQuotaExceeded",
            "InvalidAuthorizationState",
            "EndpointAuthorizationNotFound",
            "InvalidAuthorizationMessageException",
            "OperationNotPermittedException",
            "PermissionAlreadyExistsException",
            "TrailNotFoundException",
            "ThrottlingException",
            "é",
        ];
        for code in codes {
            assert!(!is_denial(code), "{code}");
        }
    }
}
