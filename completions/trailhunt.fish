# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_trailhunt_global_optspecs
    string join \n color= q/quiet v/verbose no-progress h/help V/version
end

function __fish_trailhunt_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_trailhunt_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_trailhunt_using_subcommand
    set -l cmd (__fish_trailhunt_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c trailhunt -n "__fish_trailhunt_needs_command" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_needs_command" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -s V -l version -d 'Print version'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "trace-key" -d 'What an access key did, and everything that grew from it'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "changes" -d 'Who changed what, in words, one change a line'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "stopped-instances" -d 'Who stopped, rebooted or terminated instances, and through what'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "logins" -d 'Console logins: MFA, failures, root, switched roles, new addresses'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "run" -d 'Run a playbook, built in or your own'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "hunt" -d 'Run Sigma rules over any source, the built-in catalogue by default'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "lookup" -d 'Look up events by their attributes; all of them must hold'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "playbooks" -d 'List, show and check playbooks'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "respond" -d 'Act on an account, and take it back; without --apply a plan is only shown'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "emit-alerts" -d 'Write the templates of the alerting stack, to deploy them by hand'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "deploy-alerts" -d 'Deploy alerts to an account, or bring them up to date: once, for all Regions'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "alerts-status" -d 'Whether alerts would arrive: Regions, subscriptions, rules, queues, trail'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "test-alerts" -d 'Prove that alerts arrive, from every Region'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "backtest-alerts" -d 'What the alerts would have told in the past, by rule and actor'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "remove-alerts" -d 'Remove the alerting stack; the trail and its logs stay'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l expect-account -d 'Refuse to deactivate in any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l journal -d 'Write the journal here [default: a file in ~/.local/state/trailhunt]' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l deactivate -d 'After the trace, deactivate the keys named here, and no others: shows the plan and asks'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and not __fish_seen_subcommand_from security-groups iam help" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and not __fish_seen_subcommand_from security-groups iam help" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and not __fish_seen_subcommand_from security-groups iam help" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and not __fish_seen_subcommand_from security-groups iam help" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and not __fish_seen_subcommand_from security-groups iam help" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and not __fish_seen_subcommand_from security-groups iam help" -f -a "security-groups" -d 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and not __fish_seen_subcommand_from security-groups iam help" -f -a "iam" -d 'Users, roles, policies and keys, with policies compared statement by statement'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and not __fish_seen_subcommand_from security-groups iam help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from security-groups" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from iam" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from help" -f -a "security-groups" -d 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from help" -f -a "iam" -d 'Users, roles, policies and keys, with policies compared statement by statement'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand changes; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand stopped-instances" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand logins" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l param -d 'A parameter of the playbook; give it again for a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l work-hours -d 'Working hours, for playbooks that ask for them: "Mon-Fri 09:00-18:00 Asia/Seoul"' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l rules -d 'Sigma rules to run instead of the built-in ones: a file, or a folder of them' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand hunt" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -s a -l attribute -d 'What the events must have, for example EventName=StopLogging' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -f -a "list" -d 'List the playbooks: built-in ones, and your own'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -f -a "show" -d 'Print a playbook, or the permissions that it needs'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -f -a "check" -d 'Check playbook files, without running them'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -f -a "schema" -d 'Print the JSON Schema of playbook files'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from list" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from list" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -l iam-policy -d 'Print the IAM policy that running it live needs'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from check" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from check" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from schema" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from schema" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from schema" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from schema" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the playbooks: built-in ones, and your own'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print a playbook, or the permissions that it needs'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check playbook files, without running them'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Print the JSON Schema of playbook files'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -f -a "deactivate-key" -d 'Deactivate an access key of a user'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -f -a "revoke-sessions" -d 'Deny every session of a role or user that was issued until now'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -f -a "quarantine" -d 'Attach AWS\'s quarantine policy, or a deny of everything, to a user'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -f -a "contain" -d 'Contain all that grew from a traced key'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -f -a "undo" -d 'Take back what a journal says was done'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -f -a "watch" -d 'Watch whether anything that grew from a key still works'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -f -a "journals" -d 'List the journals of this machine: what they did, and whether it still holds'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and not __fish_seen_subcommand_from deactivate-key revoke-sessions quarantine contain undo watch journals help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l journal -d 'Write the journal here [default: a file in ~/.local/state/trailhunt]' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l journal-copy -d 'Keep a second journal here' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l regions -d 'Regions whose Event history is read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l usage-within -d 'Spend at most this long on who used the credential lately: containment must not wait for a busy account' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l again-after -d 'Put a deny of sessions again after this time, for those issued meanwhile' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l apply -d 'Carry the plan out; without it, it is only shown'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l yes -d 'Do not ask'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l include-own-session -d 'Act also on what may have opened your own session, where that is not known'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from deactivate-key" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l journal -d 'Write the journal here [default: a file in ~/.local/state/trailhunt]' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l journal-copy -d 'Keep a second journal here' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l again-after -d 'Put a deny of sessions again after this time, for those issued meanwhile' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l regions -d 'Regions whose Event history is read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l usage-within -d 'Spend at most this long on who used the credential lately: containment must not wait for a busy account' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l apply -d 'Carry the plan out; without it, it is only shown'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l yes -d 'Do not ask'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l include-own-session -d 'Act also on what may have opened your own session, where that is not known'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from revoke-sessions" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l journal -d 'Write the journal here [default: a file in ~/.local/state/trailhunt]' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l journal-copy -d 'Keep a second journal here' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l again-after -d 'Put a deny of sessions again after this time, for those issued meanwhile' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l regions -d 'Regions whose Event history is read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l usage-within -d 'Spend at most this long on who used the credential lately: containment must not wait for a busy account' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l deny-all -d 'Deny everything, instead of what AWS\'s quarantine policy denies'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l apply -d 'Carry the plan out; without it, it is only shown'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l yes -d 'Do not ask'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l include-own-session -d 'Act also on what may have opened your own session, where that is not known'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from quarantine" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l from-trace -d 'Report of `trace-key --format json`' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l include -d 'Act on what rests on these links too' -r -f -a "role-session\t''
console-login\t''
compute\t''
inferred\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l journal -d 'Write the journal here [default: a file in ~/.local/state/trailhunt]' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l journal-copy -d 'Keep a second journal here' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l again-after -d 'Put a deny of sessions again after this time, for those issued meanwhile' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l regions -d 'Regions whose Event history is read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l usage-within -d 'Spend at most this long on who used the credential lately: containment must not wait for a busy account' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l scp -d 'Only print a service control policy that denies the users and roles of the lineage, for whoever may attach it'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l keep-sign-in -d 'Only deny sign-in sessions of the lineage, and do not revoke them, which cannot be taken back'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l apply -d 'Carry the plan out; without it, it is only shown'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l yes -d 'Do not ask'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l include-own-session -d 'Act also on what may have opened your own session, where that is not known'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from contain" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l journal -d 'Write the journal here [default: a file in ~/.local/state/trailhunt]' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l journal-copy -d 'Keep a second journal here' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l again-after -d 'Put a deny of sessions again after this time, for those issued meanwhile' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l regions -d 'Regions whose Event history is read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l usage-within -d 'Spend at most this long on who used the credential lately: containment must not wait for a busy account' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l last -d 'Take back what was changed last in this account, from this machine'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l force -d 'Lift a deny of sessions before the revoked sessions have expired'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l trust-journal -d 'Act on a journal that is not as this machine wrote it'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l apply -d 'Carry the plan out; without it, it is only shown'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l yes -d 'Do not ask'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l include-own-session -d 'Act also on what may have opened your own session, where that is not known'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l for -d 'How long to watch: 90s, 30m, 2h; 0s looks once' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l every -d 'Least time from the start of one look to the next' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l contained-at -d 'When it was contained [default: what the journals say, or now]' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l since -d 'Trace the key from here on [default: 45 days ago]' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l journal -d 'Journal of its containment' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l regions -d 'Regions whose Event history is read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l usage-within -d 'Spend at most this long on who used the credential lately: containment must not wait for a busy account' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from watch" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from journals" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from help" -f -a "deactivate-key" -d 'Deactivate an access key of a user'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from help" -f -a "revoke-sessions" -d 'Deny every session of a role or user that was issued until now'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from help" -f -a "quarantine" -d 'Attach AWS\'s quarantine policy, or a deny of everything, to a user'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from help" -f -a "contain" -d 'Contain all that grew from a traced key'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from help" -f -a "undo" -d 'Take back what a journal says was done'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from help" -f -a "watch" -d 'Watch whether anything that grew from a key still works'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from help" -f -a "journals" -d 'List the journals of this machine: what they did, and whether it still holds'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand respond; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -s o -l output -d 'Folder to write the templates to; made where it does not exist' -r -f -a "(__fish_complete_directories)"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l region -d 'Region of the home stack' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l email -d 'E-mail address; give it again for more' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l slack-webhook-parameter -d 'SSM SecureString with the URL of a Slack webhook' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l webhook-parameter -d 'SSM SecureString with {"url": ..., "secret": ...} of a webhook, whose bodies are signed (HMAC-SHA256)' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l severity -d 'Least severity that is told at once; what is below waits for the daily digest' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l work-hours -d 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l settings -d 'What is suppressed until when, and which department hears of what: a YAML file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l regions -d 'Regions to watch: all (enabled ones), or a list; those of global services and sign-in are always watched' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l lang -d 'Language of the messages' -r -f -a "en\t''
ko\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l message-timezone -d 'Time zone of the local times in messages [default: that of --work-hours, else UTC]' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l findings -d 'Findings of other services to alert on' -r -f -a "guardduty\t'GuardDuty findings'
security-hub\t'Findings that Security Hub CSPM imports'
security-hub-v2\t'Findings of the new Security Hub (OCSF)'"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l force -d 'Overwrite files that differ'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l cis-metric-filters -d 'Write CloudWatch metric filters and alarms too, as the CIS benchmark words them'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l chat -d 'Make a topic for Amazon Q in chat applications (Slack, Teams)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l read-events -d 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand emit-alerts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l email -d 'E-mail address; give it again for more' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l slack-webhook-parameter -d 'SSM SecureString with the URL of a Slack webhook' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l webhook-parameter -d 'SSM SecureString with {"url": ..., "secret": ...} of a webhook, whose bodies are signed (HMAC-SHA256)' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l severity -d 'Least severity that is told at once; what is below waits for the daily digest' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l work-hours -d 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l settings -d 'What is suppressed until when, and which department hears of what: a YAML file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l regions -d 'Regions to watch: all (enabled ones), or a list; those of global services and sign-in are always watched' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l lang -d 'Language of the messages' -r -f -a "en\t''
ko\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l message-timezone -d 'Time zone of the local times in messages [default: that of --work-hours, else UTC]' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l findings -d 'Findings of other services to alert on' -r -f -a "guardduty\t'GuardDuty findings'
security-hub\t'Findings that Security Hub CSPM imports'
security-hub-v2\t'Findings of the new Security Hub (OCSF)'"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l trail -d 'Trail that the events come from: one that suits or a new one, always a new one, or none of ours' -r -f -a "auto\t'Use a trail that suits; where there surely is none, make one'
create\t'Make one of our own whatever else there is; a second copy of events is charged'
none\t'Make none'"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l region -d 'Region of the home stack [default: us-east-1, or that of the partition]' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l chat -d 'Make a topic for Amazon Q in chat applications (Slack, Teams)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l read-events -d 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l dry-run -d 'Show what would change, and change nothing'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l yes -d 'Do not ask'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand deploy-alerts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -l region -d 'Region of the home stack [default: us-east-1, or that of the partition]' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand alerts-status" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l wait -d 'How long to wait for the messages: 90s, 5m' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l region -d 'Region of the home stack [default: us-east-1, or that of the partition]' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l live -d 'Make real, harmless events too: a user and a security group that are deleted at once, a trail updated to what it is'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l yes -d 'Do not ask'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand test-alerts" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l severity -d 'Least severity that is told at once; what is below waits for the daily digest' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l work-hours -d 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l settings -d 'What is suppressed until when, and which department hears of what: a YAML file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l from -d 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l rate -d 'Most lookups a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l patience -d 'Give up what makes no progress for this long, and say what is missing' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l format -d 'Format of the answer [default: what the ending of FILE says, or table]' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l fail-on -d 'Exit with 10 where a finding is of this level or worse' -r -f -a "informational\t''
low\t''
medium\t''
high\t''
critical\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l read-events -d 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand backtest-alerts" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -l region -d 'Region of the home stack [default: us-east-1, or that of the partition]' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -l expect-account -d 'Refuse any other account than this one' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -l format -d 'Format of the answer' -r -f -a "table\t''
json\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -l delete-trail -d 'Remove the trail too; its bucket, with the evidence in it, always stays'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -l yes -d 'Do not ask'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand remove-alerts" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "trace-key" -d 'What an access key did, and everything that grew from it'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "changes" -d 'Who changed what, in words, one change a line'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "stopped-instances" -d 'Who stopped, rebooted or terminated instances, and through what'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "logins" -d 'Console logins: MFA, failures, root, switched roles, new addresses'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "run" -d 'Run a playbook, built in or your own'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "hunt" -d 'Run Sigma rules over any source, the built-in catalogue by default'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "lookup" -d 'Look up events by their attributes; all of them must hold'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "playbooks" -d 'List, show and check playbooks'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "respond" -d 'Act on an account, and take it back; without --apply a plan is only shown'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "emit-alerts" -d 'Write the templates of the alerting stack, to deploy them by hand'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "deploy-alerts" -d 'Deploy alerts to an account, or bring them up to date: once, for all Regions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "alerts-status" -d 'Whether alerts would arrive: Regions, subscriptions, rules, queues, trail'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "test-alerts" -d 'Prove that alerts arrive, from every Region'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "backtest-alerts" -d 'What the alerts would have told in the past, by rule and actor'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "remove-alerts" -d 'Remove the alerting stack; the trail and its logs stay'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key changes stopped-instances logins run hunt lookup playbooks respond emit-alerts deploy-alerts alerts-status test-alerts backtest-alerts remove-alerts completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from changes" -f -a "security-groups" -d 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from changes" -f -a "iam" -d 'Users, roles, policies and keys, with policies compared statement by statement'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from playbooks" -f -a "list" -d 'List the playbooks: built-in ones, and your own'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from playbooks" -f -a "show" -d 'Print a playbook, or the permissions that it needs'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from playbooks" -f -a "check" -d 'Check playbook files, without running them'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from playbooks" -f -a "schema" -d 'Print the JSON Schema of playbook files'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from respond" -f -a "deactivate-key" -d 'Deactivate an access key of a user'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from respond" -f -a "revoke-sessions" -d 'Deny every session of a role or user that was issued until now'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from respond" -f -a "quarantine" -d 'Attach AWS\'s quarantine policy, or a deny of everything, to a user'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from respond" -f -a "contain" -d 'Contain all that grew from a traced key'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from respond" -f -a "undo" -d 'Take back what a journal says was done'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from respond" -f -a "watch" -d 'Watch whether anything that grew from a key still works'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from respond" -f -a "journals" -d 'List the journals of this machine: what they did, and whether it still holds'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a access-key-trace -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a bucket-exposure -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a data-exfiltration -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a iam-changes -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a ip-trace -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a logins -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a off-hours-iam -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a persistence -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a principal-trace -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a resource-history -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a root-activity -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a security-group-changes -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a stopped-instances -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a trail-tampering -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a unused-regions -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a access-key-trace -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a bucket-exposure -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a data-exfiltration -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a iam-changes -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a ip-trace -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a logins -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a off-hours-iam -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a persistence -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a principal-trace -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a resource-history -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a root-activity -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a security-group-changes -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a stopped-instances -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a trail-tampering -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a unused-regions -d 'Built-in playbook'
