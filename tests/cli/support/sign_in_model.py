"""sign_in_model.py: prints what botocore's model says of the calls of AWS Sign-In that trailhunt makes: where they are
sent, what they take, answer and refuse. Documentation is left out, and every shape stands where it is used."""

import json

import botocore
import botocore.loaders
from botocore.endpoint_provider import EndpointProvider

CALLS = ["BatchRevokeSessions", "GetSession"]
KEPT = ["type", "required", "min", "max", "pattern", "enum", "error"]
REGIONS = [
    "us-east-1",
    "eu-west-1",
    "cn-north-1",
    "us-gov-west-1",
    "eusc-de-east-1",
    "us-iso-east-1",
    "us-isob-east-1",
    "eu-isoe-west-1",
    "us-isof-south-1",
]

loader = botocore.loaders.create_loader()
model = loader.load_service_model("signin", "service-2")
rules = loader.load_service_model("signin", "endpoint-rule-set-1")
endpoints = EndpointProvider(rules, loader.load_data("partitions"))


def shape(name):
    whole = model["shapes"][name]
    told = {key: whole[key] for key in KEPT if key in whole}
    if "members" in whole:
        told["members"] = {name: shape(member["shape"]) for name, member in whole["members"].items()}
    if "member" in whole:
        told["member"] = shape(whole["member"]["shape"])
    return told


def operation(name):
    whole = model["operations"][name]
    return {
        "http": whole["http"],
        "input": shape(whole["input"]["shape"]),
        "output": shape(whole["output"]["shape"]),
        "errors": {error["shape"]: shape(error["shape"]) for error in whole["errors"]},
    }


def endpoint(region):
    return endpoints.resolve_endpoint(Region=region, IsControlPlane=True, UseFIPS=False, UseDualStack=False).url


metadata = model["metadata"]
told = {
    "protocol": metadata["protocol"],
    "signingName": metadata["signingName"],
    "endpoints": {region: endpoint(region) for region in REGIONS},
    "operations": {name: operation(name) for name in CALLS},
}
print(json.dumps(told, indent=2))
