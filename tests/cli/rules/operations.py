"""Prints, as JSON, the operations of each service of which CloudTrail's `eventSource` names the host.

Arguments: the first labels of the hosts (`iam` for `iam.amazonaws.com`). A host's label is the endpoint prefix, the
signing name or botocore's own name of a service; where several services share one, so they do in CloudTrail.
"""
import glob
import gzip
import json
import os
import re
import sys

import botocore

wanted = set(sys.argv[1:])
found = {}
for path in glob.glob(os.path.join(os.path.dirname(botocore.__file__), "data", "*", "*", "service-2.json.gz")):
    with gzip.open(path, "rt") as file:
        head = file.read(4096)
        names = {path.split(os.sep)[-3]}
        for key in ("endpointPrefix", "signingName"):
            names.update(name.removeprefix("api.") for name in re.findall(rf'"{key}"\s*:\s*"([^"]+)"', head))
        if names & wanted:
            operations = json.loads(head + file.read())["operations"]
            for name in names & wanted:
                found.setdefault(name, set()).update(operations)
json.dump({name: sorted(operations) for name, operations in found.items()}, sys.stdout)
