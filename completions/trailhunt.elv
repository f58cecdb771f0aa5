
use builtin;
use str;

set edit:completion:arg-completer[trailhunt] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'trailhunt'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'trailhunt'= {
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand trace-key 'What an access key did, and everything that grew from it'
            cand changes 'Who changed what, in words, one change a line'
            cand stopped-instances 'Who stopped, rebooted or terminated instances, and through what'
            cand logins 'Console logins: MFA, failures, root, switched roles, new addresses'
            cand run 'Run a playbook, built in or your own'
            cand hunt 'Run Sigma rules over any source, the built-in catalogue by default'
            cand lookup 'Look up events by their attributes; all of them must hold'
            cand playbooks 'List, show and check playbooks'
            cand respond 'Act on an account, and take it back; without --apply a plan is only shown'
            cand emit-alerts 'Write the templates of the alerting stack, to deploy them by hand'
            cand deploy-alerts 'Deploy alerts to an account, or bring them up to date: once, for all Regions'
            cand alerts-status 'Whether alerts would arrive: Regions, subscriptions, rules, queues, trail'
            cand test-alerts 'Prove that alerts arrive, from every Region'
            cand backtest-alerts 'What the alerts would have told in the past, by rule and actor'
            cand remove-alerts 'Remove the alerting stack; the trail and its logs stay'
            cand completions 'Print a completion script for a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trailhunt;trace-key'= {
            cand --expect-account 'Refuse to deactivate in any other account than this one'
            cand --journal 'Write the journal here [default: a file in ~/.local/state/trailhunt]'
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --deactivate 'After the trace, deactivate the keys named here, and no others: shows the plan and asks'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;changes'= {
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
            cand security-groups 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0'
            cand iam 'Users, roles, policies and keys, with policies compared statement by statement'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trailhunt;changes;security-groups'= {
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;changes;iam'= {
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;changes;help'= {
            cand security-groups 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0'
            cand iam 'Users, roles, policies and keys, with policies compared statement by statement'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trailhunt;changes;help;security-groups'= {
        }
        &'trailhunt;changes;help;iam'= {
        }
        &'trailhunt;changes;help;help'= {
        }
        &'trailhunt;stopped-instances'= {
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;logins'= {
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;run'= {
            cand access-key-trace 'Built-in playbook'
            cand bucket-exposure 'Built-in playbook'
            cand data-exfiltration 'Built-in playbook'
            cand iam-changes 'Built-in playbook'
            cand ip-trace 'Built-in playbook'
            cand logins 'Built-in playbook'
            cand off-hours-iam 'Built-in playbook'
            cand persistence 'Built-in playbook'
            cand principal-trace 'Built-in playbook'
            cand resource-history 'Built-in playbook'
            cand root-activity 'Built-in playbook'
            cand security-group-changes 'Built-in playbook'
            cand stopped-instances 'Built-in playbook'
            cand trail-tampering 'Built-in playbook'
            cand unused-regions 'Built-in playbook'
            cand --param 'A parameter of the playbook; give it again for a list'
            cand --work-hours 'Working hours, for playbooks that ask for them: "Mon-Fri 09:00-18:00 Asia/Seoul"'
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;hunt'= {
            cand --rules 'Sigma rules to run instead of the built-in ones: a file, or a folder of them'
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;lookup'= {
            cand -a 'What the events must have, for example EventName=StopLogging'
            cand --attribute 'What the events must have, for example EventName=StopLogging'
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;playbooks'= {
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
            cand list 'List the playbooks: built-in ones, and your own'
            cand show 'Print a playbook, or the permissions that it needs'
            cand check 'Check playbook files, without running them'
            cand schema 'Print the JSON Schema of playbook files'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trailhunt;playbooks;list'= {
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;playbooks;show'= {
            cand access-key-trace 'Built-in playbook'
            cand bucket-exposure 'Built-in playbook'
            cand data-exfiltration 'Built-in playbook'
            cand iam-changes 'Built-in playbook'
            cand ip-trace 'Built-in playbook'
            cand logins 'Built-in playbook'
            cand off-hours-iam 'Built-in playbook'
            cand persistence 'Built-in playbook'
            cand principal-trace 'Built-in playbook'
            cand resource-history 'Built-in playbook'
            cand root-activity 'Built-in playbook'
            cand security-group-changes 'Built-in playbook'
            cand stopped-instances 'Built-in playbook'
            cand trail-tampering 'Built-in playbook'
            cand unused-regions 'Built-in playbook'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --iam-policy 'Print the IAM policy that running it live needs'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;playbooks;check'= {
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;playbooks;schema'= {
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;playbooks;help'= {
            cand list 'List the playbooks: built-in ones, and your own'
            cand show 'Print a playbook, or the permissions that it needs'
            cand check 'Check playbook files, without running them'
            cand schema 'Print the JSON Schema of playbook files'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trailhunt;playbooks;help;list'= {
        }
        &'trailhunt;playbooks;help;show'= {
        }
        &'trailhunt;playbooks;help;check'= {
        }
        &'trailhunt;playbooks;help;schema'= {
        }
        &'trailhunt;playbooks;help;help'= {
        }
        &'trailhunt;respond'= {
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
            cand deactivate-key 'Deactivate an access key of a user'
            cand revoke-sessions 'Deny every session of a role or user that was issued until now'
            cand quarantine 'Attach AWS''s quarantine policy, or a deny of everything, to a user'
            cand contain 'Contain all that grew from a traced key'
            cand undo 'Take back what a journal says was done'
            cand watch 'Watch whether anything that grew from a key still works'
            cand journals 'List the journals of this machine: what they did, and whether it still holds'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trailhunt;respond;deactivate-key'= {
            cand --expect-account 'Refuse any other account than this one'
            cand --journal 'Write the journal here [default: a file in ~/.local/state/trailhunt]'
            cand --journal-copy 'Keep a second journal here'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --regions 'Regions whose Event history is read: all (enabled ones), or a list'
            cand --usage-within 'Spend at most this long on who used the credential lately: containment must not wait for a busy account'
            cand --format 'Format of the answer'
            cand --again-after 'Put a deny of sessions again after this time, for those issued meanwhile'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --apply 'Carry the plan out; without it, it is only shown'
            cand --yes 'Do not ask'
            cand --include-own-session 'Act also on what may have opened your own session, where that is not known'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;respond;revoke-sessions'= {
            cand --expect-account 'Refuse any other account than this one'
            cand --journal 'Write the journal here [default: a file in ~/.local/state/trailhunt]'
            cand --journal-copy 'Keep a second journal here'
            cand --again-after 'Put a deny of sessions again after this time, for those issued meanwhile'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --regions 'Regions whose Event history is read: all (enabled ones), or a list'
            cand --usage-within 'Spend at most this long on who used the credential lately: containment must not wait for a busy account'
            cand --format 'Format of the answer'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --apply 'Carry the plan out; without it, it is only shown'
            cand --yes 'Do not ask'
            cand --include-own-session 'Act also on what may have opened your own session, where that is not known'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;respond;quarantine'= {
            cand --expect-account 'Refuse any other account than this one'
            cand --journal 'Write the journal here [default: a file in ~/.local/state/trailhunt]'
            cand --journal-copy 'Keep a second journal here'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer'
            cand --again-after 'Put a deny of sessions again after this time, for those issued meanwhile'
            cand --regions 'Regions whose Event history is read: all (enabled ones), or a list'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --usage-within 'Spend at most this long on who used the credential lately: containment must not wait for a busy account'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --deny-all 'Deny everything, instead of what AWS''s quarantine policy denies'
            cand --apply 'Carry the plan out; without it, it is only shown'
            cand --yes 'Do not ask'
            cand --include-own-session 'Act also on what may have opened your own session, where that is not known'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;respond;contain'= {
            cand --from-trace 'Report of `trace-key --format json`'
            cand --include 'Act on what rests on these links too'
            cand --expect-account 'Refuse any other account than this one'
            cand --journal 'Write the journal here [default: a file in ~/.local/state/trailhunt]'
            cand --journal-copy 'Keep a second journal here'
            cand --again-after 'Put a deny of sessions again after this time, for those issued meanwhile'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --regions 'Regions whose Event history is read: all (enabled ones), or a list'
            cand --usage-within 'Spend at most this long on who used the credential lately: containment must not wait for a busy account'
            cand --format 'Format of the answer'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --scp 'Only print a service control policy that denies the users and roles of the lineage, for whoever may attach it'
            cand --keep-sign-in 'Only deny sign-in sessions of the lineage, and do not revoke them, which cannot be taken back'
            cand --apply 'Carry the plan out; without it, it is only shown'
            cand --yes 'Do not ask'
            cand --include-own-session 'Act also on what may have opened your own session, where that is not known'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;respond;undo'= {
            cand --expect-account 'Refuse any other account than this one'
            cand --journal 'Write the journal here [default: a file in ~/.local/state/trailhunt]'
            cand --journal-copy 'Keep a second journal here'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer'
            cand --again-after 'Put a deny of sessions again after this time, for those issued meanwhile'
            cand --regions 'Regions whose Event history is read: all (enabled ones), or a list'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --usage-within 'Spend at most this long on who used the credential lately: containment must not wait for a busy account'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --last 'Take back what was changed last in this account, from this machine'
            cand --force 'Lift a deny of sessions before the revoked sessions have expired'
            cand --trust-journal 'Act on a journal that is not as this machine wrote it'
            cand --apply 'Carry the plan out; without it, it is only shown'
            cand --yes 'Do not ask'
            cand --include-own-session 'Act also on what may have opened your own session, where that is not known'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;respond;watch'= {
            cand --for 'How long to watch: 90s, 30m, 2h; 0s looks once'
            cand --every 'Least time from the start of one look to the next'
            cand --contained-at 'When it was contained [default: what the journals say, or now]'
            cand --since 'Trace the key from here on [default: 45 days ago]'
            cand --journal 'Journal of its containment'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --regions 'Regions whose Event history is read: all (enabled ones), or a list'
            cand --format 'Format of the answer'
            cand --usage-within 'Spend at most this long on who used the credential lately: containment must not wait for a busy account'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;respond;journals'= {
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;respond;help'= {
            cand deactivate-key 'Deactivate an access key of a user'
            cand revoke-sessions 'Deny every session of a role or user that was issued until now'
            cand quarantine 'Attach AWS''s quarantine policy, or a deny of everything, to a user'
            cand contain 'Contain all that grew from a traced key'
            cand undo 'Take back what a journal says was done'
            cand watch 'Watch whether anything that grew from a key still works'
            cand journals 'List the journals of this machine: what they did, and whether it still holds'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trailhunt;respond;help;deactivate-key'= {
        }
        &'trailhunt;respond;help;revoke-sessions'= {
        }
        &'trailhunt;respond;help;quarantine'= {
        }
        &'trailhunt;respond;help;contain'= {
        }
        &'trailhunt;respond;help;undo'= {
        }
        &'trailhunt;respond;help;watch'= {
        }
        &'trailhunt;respond;help;journals'= {
        }
        &'trailhunt;respond;help;help'= {
        }
        &'trailhunt;emit-alerts'= {
            cand -o 'Folder to write the templates to; made where it does not exist'
            cand --output 'Folder to write the templates to; made where it does not exist'
            cand --region 'Region of the home stack'
            cand --email 'E-mail address; give it again for more'
            cand --slack-webhook-parameter 'SSM SecureString with the URL of a Slack webhook'
            cand --webhook-parameter 'SSM SecureString with {"url": ..., "secret": ...} of a webhook, whose bodies are signed (HMAC-SHA256)'
            cand --severity 'Least severity that is told at once; what is below waits for the daily digest'
            cand --work-hours 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"'
            cand --settings 'What is suppressed until when, and which department hears of what: a YAML file'
            cand --regions 'Regions to watch: all (enabled ones), or a list; those of global services and sign-in are always watched'
            cand --lang 'Language of the messages'
            cand --message-timezone 'Time zone of the local times in messages [default: that of --work-hours, else UTC]'
            cand --findings 'Findings of other services to alert on'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --force 'Overwrite files that differ'
            cand --cis-metric-filters 'Write CloudWatch metric filters and alarms too, as the CIS benchmark words them'
            cand --chat 'Make a topic for Amazon Q in chat applications (Slack, Teams)'
            cand --read-events 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'trailhunt;deploy-alerts'= {
            cand --email 'E-mail address; give it again for more'
            cand --slack-webhook-parameter 'SSM SecureString with the URL of a Slack webhook'
            cand --webhook-parameter 'SSM SecureString with {"url": ..., "secret": ...} of a webhook, whose bodies are signed (HMAC-SHA256)'
            cand --severity 'Least severity that is told at once; what is below waits for the daily digest'
            cand --work-hours 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"'
            cand --settings 'What is suppressed until when, and which department hears of what: a YAML file'
            cand --regions 'Regions to watch: all (enabled ones), or a list; those of global services and sign-in are always watched'
            cand --lang 'Language of the messages'
            cand --message-timezone 'Time zone of the local times in messages [default: that of --work-hours, else UTC]'
            cand --findings 'Findings of other services to alert on'
            cand --trail 'Trail that the events come from: one that suits or a new one, always a new one, or none of ours'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region of the home stack [default: us-east-1, or that of the partition]'
            cand --expect-account 'Refuse any other account than this one'
            cand --format 'Format of the answer'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --chat 'Make a topic for Amazon Q in chat applications (Slack, Teams)'
            cand --read-events 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more'
            cand --dry-run 'Show what would change, and change nothing'
            cand --yes 'Do not ask'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'trailhunt;alerts-status'= {
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region of the home stack [default: us-east-1, or that of the partition]'
            cand --expect-account 'Refuse any other account than this one'
            cand --format 'Format of the answer'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;test-alerts'= {
            cand --wait 'How long to wait for the messages: 90s, 5m'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region of the home stack [default: us-east-1, or that of the partition]'
            cand --expect-account 'Refuse any other account than this one'
            cand --format 'Format of the answer'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --live 'Make real, harmless events too: a user and a security group that are deleted at once, a trail updated to what it is'
            cand --yes 'Do not ask'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;backtest-alerts'= {
            cand --severity 'Least severity that is told at once; what is below waits for the daily digest'
            cand --work-hours 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"'
            cand --settings 'What is suppressed until when, and which department hears of what: a YAML file'
            cand --from 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)'
            cand --since 'Begin: 24h, 7d, a date, or RFC 3339'
            cand --until 'End: as --since; a date means to the end of that day'
            cand --regions 'Regions to read: all (enabled ones), or a list'
            cand --incident 'When the incident began; what the principal used before it is not new'
            cand --timezone 'Time zone of times without an offset, and of times shown'
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region that AWS is first asked in'
            cand --rate 'Most lookups a second per Region; the quota, 2, is shared with your colleagues'
            cand --patience 'Give up what makes no progress for this long, and say what is missing'
            cand --format 'Format of the answer [default: what the ending of FILE says, or table]'
            cand -o 'Write the answer to a file'
            cand --output 'Write the answer to a file'
            cand --fail-on 'Exit with 10 where a finding is of this level or worse'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --read-events 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more'
            cand --yes 'Answer yes to questions'
            cand --force 'Replace the file if it exists'
            cand --all 'Show every event in the table'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;remove-alerts'= {
            cand --profile 'Profile of the AWS configuration'
            cand --region 'Region of the home stack [default: us-east-1, or that of the partition]'
            cand --expect-account 'Refuse any other account than this one'
            cand --format 'Format of the answer'
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand --delete-trail 'Remove the trail too; its bucket, with the evidence in it, always stays'
            cand --yes 'Do not ask'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;completions'= {
            cand --color 'When to use colour (NO_COLOR is respected)'
            cand -q 'Print nothing on stderr but errors'
            cand --quiet 'Print nothing on stderr but errors'
            cand -v 'Say what is asked where, and why'
            cand --verbose 'Say what is asked where, and why'
            cand --no-progress 'Draw no progress'
            cand -h 'Print help'
            cand --help 'Print help'
        }
        &'trailhunt;help'= {
            cand trace-key 'What an access key did, and everything that grew from it'
            cand changes 'Who changed what, in words, one change a line'
            cand stopped-instances 'Who stopped, rebooted or terminated instances, and through what'
            cand logins 'Console logins: MFA, failures, root, switched roles, new addresses'
            cand run 'Run a playbook, built in or your own'
            cand hunt 'Run Sigma rules over any source, the built-in catalogue by default'
            cand lookup 'Look up events by their attributes; all of them must hold'
            cand playbooks 'List, show and check playbooks'
            cand respond 'Act on an account, and take it back; without --apply a plan is only shown'
            cand emit-alerts 'Write the templates of the alerting stack, to deploy them by hand'
            cand deploy-alerts 'Deploy alerts to an account, or bring them up to date: once, for all Regions'
            cand alerts-status 'Whether alerts would arrive: Regions, subscriptions, rules, queues, trail'
            cand test-alerts 'Prove that alerts arrive, from every Region'
            cand backtest-alerts 'What the alerts would have told in the past, by rule and actor'
            cand remove-alerts 'Remove the alerting stack; the trail and its logs stay'
            cand completions 'Print a completion script for a shell'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'trailhunt;help;trace-key'= {
        }
        &'trailhunt;help;changes'= {
            cand security-groups 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0'
            cand iam 'Users, roles, policies and keys, with policies compared statement by statement'
        }
        &'trailhunt;help;changes;security-groups'= {
        }
        &'trailhunt;help;changes;iam'= {
        }
        &'trailhunt;help;stopped-instances'= {
        }
        &'trailhunt;help;logins'= {
        }
        &'trailhunt;help;run'= {
        }
        &'trailhunt;help;hunt'= {
        }
        &'trailhunt;help;lookup'= {
        }
        &'trailhunt;help;playbooks'= {
            cand list 'List the playbooks: built-in ones, and your own'
            cand show 'Print a playbook, or the permissions that it needs'
            cand check 'Check playbook files, without running them'
            cand schema 'Print the JSON Schema of playbook files'
        }
        &'trailhunt;help;playbooks;list'= {
        }
        &'trailhunt;help;playbooks;show'= {
        }
        &'trailhunt;help;playbooks;check'= {
        }
        &'trailhunt;help;playbooks;schema'= {
        }
        &'trailhunt;help;respond'= {
            cand deactivate-key 'Deactivate an access key of a user'
            cand revoke-sessions 'Deny every session of a role or user that was issued until now'
            cand quarantine 'Attach AWS''s quarantine policy, or a deny of everything, to a user'
            cand contain 'Contain all that grew from a traced key'
            cand undo 'Take back what a journal says was done'
            cand watch 'Watch whether anything that grew from a key still works'
            cand journals 'List the journals of this machine: what they did, and whether it still holds'
        }
        &'trailhunt;help;respond;deactivate-key'= {
        }
        &'trailhunt;help;respond;revoke-sessions'= {
        }
        &'trailhunt;help;respond;quarantine'= {
        }
        &'trailhunt;help;respond;contain'= {
        }
        &'trailhunt;help;respond;undo'= {
        }
        &'trailhunt;help;respond;watch'= {
        }
        &'trailhunt;help;respond;journals'= {
        }
        &'trailhunt;help;emit-alerts'= {
        }
        &'trailhunt;help;deploy-alerts'= {
        }
        &'trailhunt;help;alerts-status'= {
        }
        &'trailhunt;help;test-alerts'= {
        }
        &'trailhunt;help;backtest-alerts'= {
        }
        &'trailhunt;help;remove-alerts'= {
        }
        &'trailhunt;help;completions'= {
        }
        &'trailhunt;help;help'= {
        }
    ]
    $completions[$command]
}
