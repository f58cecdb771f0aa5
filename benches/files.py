#!/usr/bin/env python3
"""What questions over trail files cost, in times of what unpacking them takes: CPU, and peak memory.

`cargo bench --bench corpus -- FOLDER` makes the files. Then `python3 benches/files.py FOLDER` prints a table: the best
of some runs, user and system time of all threads and children. Other programs are measured if they are installed.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
# of the demo, and so of the first telling of every corpus
KEY = "AKIARZPUZDIKDEMOFAKE"
EVENT_NAME = "RunInstances"

# complete, and answered with a gap: the demo's attacker stops the trail
ANSWERED = (0, 3)

QUESTIONS = [
    ("one key, to CSV", ["lookup", "--attribute", f"AccessKeyId={KEY}", "--format", "csv"]),
    ("one event name, to CSV", ["lookup", "--attribute", f"EventName={EVENT_NAME}", "--format", "csv"]),
    ("`changes iam`, to CSV", ["changes", "iam", "--format", "csv"]),
    ("`changes security-groups`, to CSV", ["changes", "security-groups", "--format", "csv"]),
    ("`logins`, to CSV", ["logins", "--format", "csv"]),
    ("`stopped-instances`, to CSV", ["stopped-instances", "--format", "csv"]),
    ("`trace-key` with its lineage, to JSON", ["trace-key", KEY, "--format", "json"]),
    ("`hunt` with all rules, to CSV", ["hunt", "--format", "csv"]),
]

# tuned: one object a file, only the fields that are asked for, no guessing of types
DUCKDB = """
COPY (
  SELECT r.eventTime, r.eventSource, r.eventName, r.awsRegion, r.userIdentity.accessKeyId,
    r.userIdentity.arn, r.sourceIPAddress, r.userAgent, r.errorCode, r.eventID
  FROM (
    SELECT unnest(Records) AS r
    FROM read_json('{folder}/**/*.json.gz', format = 'unstructured', maximum_object_size = 67108864,
      columns = {{Records: 'STRUCT(eventTime VARCHAR, eventSource VARCHAR, eventName VARCHAR, awsRegion VARCHAR,
        userIdentity STRUCT(accessKeyId VARCHAR, arn VARCHAR), sourceIPAddress VARCHAR, userAgent VARCHAR,
        errorCode VARCHAR, eventID VARCHAR)[]'}})
  )
  WHERE r.userIdentity.accessKeyId = '{key}'
) TO '/dev/stdout' (FORMAT csv, HEADER)
"""


class Cost:
    """The best CPU time of some runs, the highest memory, and the rows of the answer."""

    def __init__(self, argv, runs, rows, codes):
        self.seconds, self.kilobytes, self.rows = float("inf"), 0, 0
        # a child's peak is at least what this program had when it began it
        self.floor = run(["true"], subprocess.DEVNULL, subprocess.DEVNULL)[1].ru_maxrss
        for _ in range(runs):
            with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
                code, usage = run(argv, out, err)
                if code not in codes:
                    err.seek(0)
                    said = err.read().decode(errors="replace")
                    sys.exit(f"{shlex.join(argv)} ended with {code}:\n{said}")
                self.seconds = min(self.seconds, usage.ru_utime + usage.ru_stime)
                self.kilobytes = max(self.kilobytes, usage.ru_maxrss)
                self.rows = rows(out)


def run(argv, out, err):
    """The exit code, and what the program and its children used."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=err)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage


def no_rows(_out):
    return None


def lines(out):
    out.seek(0)
    return sum(1 for _ in out)


def rows_of_csv(out):
    return lines(out) - 1


def events_of_report(out):
    out.seek(0)
    return json.load(out)["summary"]["events"]


def built_reference(folder):
    """The project's own library, unpacking in one thread; cargo says where the program is."""
    build = ["cargo", "bench", "--bench", "corpus", "--no-run", "--locked", "--message-format=json"]
    said = subprocess.run(build, cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True).stdout
    for message in map(json.loads, said.splitlines()):
        if message.get("executable") and message["target"]["name"] == "corpus":
            return [message["executable"], folder, "--unpack"]
    sys.exit("cargo names no program for the bench `corpus`")


def over_files(folder, command):
    """`command` with all files as its last arguments, in as few runs of it as possible."""
    return f"find {shlex.quote(folder)} -name '*.json.gz' -print0 | xargs -0 {command}"


def others(folder):
    """What else can be measured: the program, what it does, how it is run, how its rows are counted."""
    select = shlex.quote(f'.Records[] | select(.userIdentity.accessKeyId == "{KEY}")')
    duckdb = DUCKDB.format(folder=folder.replace("'", "''"), key=KEY)
    return [
        ("libdeflate-gzip", "unpack", shell(over_files(folder, "libdeflate-gzip -dc") + " > /dev/null"), no_rows),
        ("gzip", "unpack", shell(over_files(folder, "gzip -dc") + " > /dev/null"), no_rows),
        ("rg", "one key, as text (`rg -z`)", ["rg", "-z", "-o", "-I", f'"accessKeyId":"{KEY}"', folder], lines),
        ("duckdb", "one key, to CSV", ["duckdb", "-c", duckdb], rows_of_csv),
        ("jq", "one key, to JSON lines", shell(over_files(folder, "gzip -dc") + f" | jq -c {select}"), lines),
    ]


def shell(script):
    return ["sh", "-c", script]


def machine():
    """The processor's name where the system tells it, and the cores that may be used."""
    name = "unknown processor"
    if Path("/proc/cpuinfo").exists():
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        name = found.group(1) if found else name
    return f"{name}, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", help="the folder of trail files")
    parser.add_argument("--binary", default=str(PROJECT / "target/release/trailhunt"), help="a release build")
    parser.add_argument("--runs", type=int, default=3, help="how often each is run")
    parser.add_argument("--quick", action="store_true", help="leave out the other programs")
    asked = parser.parse_args()

    library = Cost(built_reference(asked.corpus), asked.runs, no_rows, (0,))

    def show(program, work, cost):
        memory = f"{cost.kilobytes / 1024:.0f} MB"
        if cost.kilobytes <= cost.floor * 1.1:
            memory = f"under {cost.floor * 1.1 / 1024:.0f} MB"
        rows = "" if cost.rows is None else f"{cost.rows:,}"
        times = f"{cost.seconds / reference.seconds:.1f}"
        print(f"| {program} | {work} | {rows} | {cost.seconds:.2f} s | {times} | {memory} |", flush=True)

    measured, missing = [], []
    for program, work, argv, rows in [] if asked.quick else others(asked.corpus):
        if not shutil.which(program):
            missing.append(program)
            continue
        measured.append((program, work, Cost(argv, asked.runs, rows, (0,))))
    reference = next((cost for program, _, cost in measured if program == "libdeflate-gzip"), library)

    print(f"{machine()}, best of {asked.runs}")
    print("| program | work | rows | CPU | times unpacking | peak memory |\n|---|---|---|---|---|---|")
    show("libdeflate, as trailhunt has it", "unpack", library)
    for program, work, cost in measured:
        show(program, work, cost)
    for work, question in QUESTIONS:
        argv = [asked.binary, *question, "--from", asked.corpus]
        rows = events_of_report if question[-1] == "json" else rows_of_csv
        show("trailhunt", work, Cost(argv, asked.runs, rows, ANSWERED))
    if missing:
        print(f"not installed: {', '.join(missing)}")


if __name__ == "__main__":
    main()
