//! How each call on the perimeter reads: a table of names and paths (facts: E1). Paths are of the request, else of the
//! answer; the first that holds anything wins.

use crate::report::ChangeAction::{self, Added, Modified, Removed};

/// One call.
#[derive(Debug)]
pub struct PerimeterCall {
    pub source: &'static str,
    pub name: &'static str,
    pub action: ChangeAction,
    /// What is changed: an id.
    pub target: Paths,
    /// What tells several things of one target apart.
    pub slot: Paths,
    /// Without any of these, the call is about something else.
    pub only_with: Paths,
    pub what: &'static str,
    /// Words and the values that follow them; left out where there are none.
    pub words: &'static [(&'static str, Paths)],
}

type Paths = &'static [&'static str];

const EC2: &str = "ec2.amazonaws.com";

const fn line(
    name: &'static str,
    action: ChangeAction,
    target: Paths,
    what: &'static str,
) -> PerimeterCall {
    PerimeterCall {
        source: EC2,
        name,
        action,
        target,
        slot: &[],
        only_with: &[],
        what,
        words: &[],
    }
}

impl PerimeterCall {
    const fn of(self, source: &'static str) -> Self {
        Self { source, ..self }
    }

    const fn at(self, slot: Paths) -> Self {
        Self { slot, ..self }
    }

    const fn only_with(self, only_with: Paths) -> Self {
        Self { only_with, ..self }
    }

    const fn saying(self, words: &'static [(&'static str, Paths)]) -> Self {
        Self { words, ..self }
    }
}

/// Groups of an instance or an interface, as launches and changes name them.
const GROUPS: Paths = &[
    "groupSet.groupId",
    "networkInterfaceSet.groupSet.groupId",
    "groupSet",
    "groups",
    "securityGroupIds",
    "securityGroupId",
    "securityGroups",
    "vpcSecurityGroupIds",
];
const ROUTE: Paths = &[
    "destinationCidrBlock",
    "destinationIpv6CidrBlock",
    "destinationPrefixListId",
];
const VIA: Paths = &[
    "gatewayId",
    "natGatewayId",
    "egressOnlyInternetGatewayId",
    "transitGatewayId",
    "vpcPeeringConnectionId",
    "networkInterfaceId",
    "instanceId",
    "vpcEndpointId",
    "localGatewayId",
    "carrierGatewayId",
    "coreNetworkArn",
];
const ROUTE_WORDS: &[(&str, Paths)] = &[("", ROUTE), ("via", VIA)];
/// Entries of network ACLs read like rules, not like the rest.
pub const ACL_ENTRY: &str = "entry";
const ENTRY: Paths = &["ruleNumber", "egress"];
const VPC: &[(&str, Paths)] = &[("in", &["vpcId"])];
const EXCLUSION: Paths = &["exclusionId", "vpcBlockPublicAccessExclusion.exclusionId"];
const EXCLUDED: &[(&str, Paths)] = &[
    ("of", &["subnetId", "vpcId"]),
    ("allowing", &["internetGatewayExclusionMode"]),
];

/// A call a line.
#[rustfmt::skip]
pub const LINES: &[PerimeterCall] = &[
    // attachments
    line("RunInstances", Added, &["instancesSet.instanceId"], "groups").only_with(GROUPS).saying(&[("", GROUPS)]),
    line("CreateNetworkInterface", Added, &["networkInterface.networkInterfaceId"], "groups").only_with(GROUPS).saying(&[("", GROUPS)]),
    line("ModifyInstanceAttribute", Modified, &["instanceId"], "groups").only_with(GROUPS).saying(&[("", GROUPS)]),
    line("ModifyNetworkInterfaceAttribute", Modified, &["networkInterfaceId"], "groups").only_with(GROUPS).saying(&[("", GROUPS)]),
    line("SetSecurityGroups", Modified, &["loadBalancerArn"], "groups").of("elasticloadbalancing.amazonaws.com").saying(&[("", GROUPS)]),
    line("ModifyDBInstance", Modified, &["dBInstanceIdentifier"], "groups").of("rds.amazonaws.com").only_with(&["vpcSecurityGroupIds"]).saying(&[("", &["vpcSecurityGroupIds"])]),
    line("ApplySecurityGroupsToClientVpnTargetNetwork", Modified, &["clientVpnEndpointId"], "groups").at(&["vpcId"]).saying(&[("", GROUPS), ("for the target network in", &["vpcId"])]),
    line("AssociateSecurityGroupVpc", Added, &["groupId"], "association").at(&["vpcId"]).saying(&[("with", &["vpcId"])]),
    line("DisassociateSecurityGroupVpc", Removed, &["groupId"], "association").at(&["vpcId"]).saying(&[("with", &["vpcId"])]),
    // network ACLs
    line("CreateNetworkAcl", Added, &["networkAcl.networkAclId"], "network ACL").saying(VPC),
    line("DeleteNetworkAcl", Removed, &["networkAclId"], "network ACL"),
    line("CreateNetworkAclEntry", Added, &["networkAclId"], ACL_ENTRY).at(ENTRY),
    line("ReplaceNetworkAclEntry", Modified, &["networkAclId"], ACL_ENTRY).at(ENTRY),
    line("DeleteNetworkAclEntry", Removed, &["networkAclId"], ACL_ENTRY).at(ENTRY),
    line("ReplaceNetworkAclAssociation", Modified, &["networkAclId"], "network ACL").at(&["associationId"]).saying(&[("for association", &["associationId"])]),
    // routes
    line("CreateRoute", Added, &["routeTableId"], "route").at(ROUTE).saying(ROUTE_WORDS),
    line("ReplaceRoute", Modified, &["routeTableId"], "route").at(ROUTE).saying(ROUTE_WORDS),
    line("DeleteRoute", Removed, &["routeTableId"], "route").at(ROUTE).saying(ROUTE_WORDS),
    line("CreateRouteTable", Added, &["routeTable.routeTableId"], "route table").saying(VPC),
    line("DeleteRouteTable", Removed, &["routeTableId"], "route table"),
    line("AssociateRouteTable", Added, &["associationId"], "route table").saying(&[("", &["routeTableId"]), ("for", &["subnetId", "gatewayId"])]),
    line("DisassociateRouteTable", Removed, &["associationId"], "route table"),
    line("ReplaceRouteTableAssociation", Modified, &["associationId"], "route table").saying(&[("", &["routeTableId"])]),
    line("CreateTransitGatewayRoute", Added, &["transitGatewayRouteTableId"], "route").at(ROUTE).saying(&[("", ROUTE), ("via", &["transitGatewayAttachmentId"])]),
    // gateways and addresses
    line("CreateInternetGateway", Added, &["internetGateway.internetGatewayId"], "internet gateway"),
    line("DeleteInternetGateway", Removed, &["internetGatewayId"], "internet gateway"),
    line("AttachInternetGateway", Added, &["internetGatewayId"], "internet gateway attached").at(&["vpcId"]).saying(&[("to", &["vpcId"])]),
    line("DetachInternetGateway", Removed, &["internetGatewayId"], "internet gateway attached").at(&["vpcId"]).saying(&[("to", &["vpcId"])]),
    line("CreateEgressOnlyInternetGateway", Added, &["egressOnlyInternetGateway.egressOnlyInternetGatewayId"], "egress-only internet gateway").saying(VPC),
    line("CreateNatGateway", Added, &["natGateway.natGatewayId"], "NAT gateway").saying(&[("in", &["subnetId"]), ("with connectivity", &["connectivityType"])]),
    line("DeleteNatGateway", Removed, &["natGatewayId"], "NAT gateway"),
    line("AssociateAddress", Added, &["allocationId", "publicIp"], "public address").saying(&[("for", &["instanceId", "networkInterfaceId"])]),
    line("ModifySubnetAttribute", Modified, &["subnetId"], "public addresses on launch").only_with(&["mapPublicIpOnLaunch.value", "assignIpv6AddressOnCreation.value"]).saying(&[("IPv4", &["mapPublicIpOnLaunch.value"]), ("IPv6", &["assignIpv6AddressOnCreation.value"])]),
    // ways into the network
    line("CreateVpcPeeringConnection", Added, &["vpcPeeringConnection.vpcPeeringConnectionId"], "peering").saying(&[("of", &["vpcId"]), ("with", &["peerVpcId"]), ("of account", &["peerOwnerId"]), ("in", &["peerRegion"])]),
    line("AcceptVpcPeeringConnection", Modified, &["vpcPeeringConnectionId"], "peering accepted"),
    line("CreateVpcEndpoint", Added, &["vpcEndpoint.vpcEndpointId"], "endpoint").saying(&[("of", &["serviceName"]), ("in", &["vpcId"]), ("with groups", GROUPS)]),
    line("ModifyVpcEndpoint", Modified, &["vpcEndpointId"], "endpoint").saying(&[("adding groups", &["addSecurityGroupIds", "addSecurityGroupId"]), ("removing groups", &["removeSecurityGroupIds", "removeSecurityGroupId"]), ("adding route tables", &["addRouteTableIds", "addRouteTableId"]), ("removing route tables", &["removeRouteTableIds", "removeRouteTableId"]), ("with the policy", &["policyDocument"])]),
    line("ModifyVpcBlockPublicAccessOptions", Modified, &["vpcBlockPublicAccessOptions.awsAccountId"], "public access to VPCs").saying(&[("blocked:", &["internetGatewayBlockMode"])]),
    line("CreateVpcBlockPublicAccessExclusion", Added, EXCLUSION, "exclusion from blocked public access").saying(EXCLUDED),
    line("ModifyVpcBlockPublicAccessExclusion", Modified, EXCLUSION, "exclusion from blocked public access").saying(EXCLUDED),
    line("DeleteVpcBlockPublicAccessExclusion", Removed, EXCLUSION, "exclusion from blocked public access"),
];
