//! How services say that a caller may not do what it asked for: one list, for `denied`, for findings and for the rules
//! in `playbooks/rules/` that speak of refused calls. Sigma cannot call Rust: a test holds them together.
//!
//! Where no other source is named, a spelling is an error shape of the service's model in botocore 1.43.

/// The spellings of `errorCode`, with `*` for whatever stands before or behind, and where each is from.
pub const DENIALS: [(&str, &str); 7] = [
    (
        "*AccessDenied*",
        "AccessDenied of IAM, STS, S3, CloudFront; AccessDeniedException of 243 services; VpceAccessDenied of network \
         activity (facts: J1); KMSAccessDenied of SNS, KmsAccessDenied of SQS; KMSAccessDeniedException of Lambda and \
         Kinesis; S3AccessDeniedFault of DMS; DependentServiceAccessDenied of Redshift; EncryptionKeyAccessDeniedException \
         of CodeCommit; CloudHSM, Config, Neptune, Service Quotas, Step Functions, Systems Manager",
    ),
    (
        "*Unauthorized*",
        "Client.UnauthorizedOperation of EC2 (facts: C2); UnauthorizedOperation of Redshift and Migration Hub; \
         UnauthorizedException of 26 services, such as AppSync and Amplify; UnauthorizedClientException of Chime; \
         UnauthorizedError of Wickr; UnauthorizedResourceAccessException of WorkDocs",
    ),
    (
        "AuthorizationE*",
        "AuthorizationError of SNS; AuthorizationErrorException of Application Discovery; AuthorizationException of \
         License Manager",
    ),
    (
        "NotAuthorized*",
        "NotAuthorizedException of Cognito and Kinesis Video",
    ),
    (
        "*Forbidden*",
        "ForbiddenException of 28 services, such as App Mesh and Chime; ForbiddenError of Wickr; AccessForbidden of \
         SageMaker Feature Store",
    ),
    (
        "InsufficientP*",
        "InsufficientPermissionsException of Config and Directory Service; InsufficientPrivilegesException of Elastic \
         Beanstalk",
    ),
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
    let (code, name) = (code.to_ascii_lowercase(), spelling.to_ascii_lowercase());
    let name = name.as_str();
    match (name.strip_prefix('*'), name.strip_suffix('*')) {
        (Some(name), Some(_)) => code.contains(name.trim_end_matches('*')),
        (Some(name), None) => code.ends_with(name),
        (None, Some(name)) => code.starts_with(name),
        (None, None) => code == name,
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
            "InsufficientInstanceCapacity",
            "TrailNotFoundException",
            "ThrottlingException",
            "é",
        ];
        for code in codes {
            assert!(!is_denial(code), "{code}");
        }
    }
}
