
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'trailhunt' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'trailhunt'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'trailhunt' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('trace-key', 'trace-key', [CompletionResultType]::ParameterValue, 'What an access key did, and everything that grew from it')
            [CompletionResult]::new('changes', 'changes', [CompletionResultType]::ParameterValue, 'Who changed what, in words, one change a line')
            [CompletionResult]::new('stopped-instances', 'stopped-instances', [CompletionResultType]::ParameterValue, 'Who stopped, rebooted or terminated instances, and through what')
            [CompletionResult]::new('logins', 'logins', [CompletionResultType]::ParameterValue, 'Console logins: MFA, failures, root, switched roles, new addresses')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a playbook, built in or your own')
            [CompletionResult]::new('hunt', 'hunt', [CompletionResultType]::ParameterValue, 'Run Sigma rules over any source, the built-in catalogue by default')
            [CompletionResult]::new('lookup', 'lookup', [CompletionResultType]::ParameterValue, 'Look up events by their attributes; all of them must hold')
            [CompletionResult]::new('playbooks', 'playbooks', [CompletionResultType]::ParameterValue, 'List, show and check playbooks')
            [CompletionResult]::new('respond', 'respond', [CompletionResultType]::ParameterValue, 'Act on an account, and take it back; without --apply a plan is only shown')
            [CompletionResult]::new('emit-alerts', 'emit-alerts', [CompletionResultType]::ParameterValue, 'Write the templates of the alerting stack, to deploy them by hand')
            [CompletionResult]::new('deploy-alerts', 'deploy-alerts', [CompletionResultType]::ParameterValue, 'Deploy alerts to an account, or bring them up to date: once, for all Regions')
            [CompletionResult]::new('alerts-status', 'alerts-status', [CompletionResultType]::ParameterValue, 'Whether alerts would arrive: Regions, subscriptions, rules, queues, trail')
            [CompletionResult]::new('test-alerts', 'test-alerts', [CompletionResultType]::ParameterValue, 'Prove that alerts arrive, from every Region')
            [CompletionResult]::new('backtest-alerts', 'backtest-alerts', [CompletionResultType]::ParameterValue, 'What the alerts would have told in the past, by rule and actor')
            [CompletionResult]::new('remove-alerts', 'remove-alerts', [CompletionResultType]::ParameterValue, 'Remove the alerting stack; the trail and its logs stay')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trailhunt;trace-key' {
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse to deactivate in any other account than this one')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Write the journal here [default: a file in ~/.local/state/trailhunt]')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--deactivate', '--deactivate', [CompletionResultType]::ParameterName, 'After the trace, deactivate the keys named here, and no others: shows the plan and asks')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;changes' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('security-groups', 'security-groups', [CompletionResultType]::ParameterValue, 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0')
            [CompletionResult]::new('iam', 'iam', [CompletionResultType]::ParameterValue, 'Users, roles, policies and keys, with policies compared statement by statement')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trailhunt;changes;security-groups' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;changes;iam' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;changes;help' {
            [CompletionResult]::new('security-groups', 'security-groups', [CompletionResultType]::ParameterValue, 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0')
            [CompletionResult]::new('iam', 'iam', [CompletionResultType]::ParameterValue, 'Users, roles, policies and keys, with policies compared statement by statement')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trailhunt;changes;help;security-groups' {
            break
        }
        'trailhunt;changes;help;iam' {
            break
        }
        'trailhunt;changes;help;help' {
            break
        }
        'trailhunt;stopped-instances' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;logins' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;run' {
            [CompletionResult]::new('access-key-trace', 'access-key-trace', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('bucket-exposure', 'bucket-exposure', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('data-exfiltration', 'data-exfiltration', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('iam-changes', 'iam-changes', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('ip-trace', 'ip-trace', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('logins', 'logins', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('off-hours-iam', 'off-hours-iam', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('persistence', 'persistence', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('principal-trace', 'principal-trace', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('resource-history', 'resource-history', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('root-activity', 'root-activity', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('security-group-changes', 'security-group-changes', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('stopped-instances', 'stopped-instances', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('trail-tampering', 'trail-tampering', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('unused-regions', 'unused-regions', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'A parameter of the playbook; give it again for a list')
            [CompletionResult]::new('--work-hours', '--work-hours', [CompletionResultType]::ParameterName, 'Working hours, for playbooks that ask for them: "Mon-Fri 09:00-18:00 Asia/Seoul"')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;hunt' {
            [CompletionResult]::new('--rules', '--rules', [CompletionResultType]::ParameterName, 'Sigma rules to run instead of the built-in ones: a file, or a folder of them')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;lookup' {
            [CompletionResult]::new('-a', '-a', [CompletionResultType]::ParameterName, 'What the events must have, for example EventName=StopLogging')
            [CompletionResult]::new('--attribute', '--attribute', [CompletionResultType]::ParameterName, 'What the events must have, for example EventName=StopLogging')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;playbooks' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the playbooks: built-in ones, and your own')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print a playbook, or the permissions that it needs')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check playbook files, without running them')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of playbook files')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trailhunt;playbooks;list' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;playbooks;show' {
            [CompletionResult]::new('access-key-trace', 'access-key-trace', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('bucket-exposure', 'bucket-exposure', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('data-exfiltration', 'data-exfiltration', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('iam-changes', 'iam-changes', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('ip-trace', 'ip-trace', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('logins', 'logins', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('off-hours-iam', 'off-hours-iam', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('persistence', 'persistence', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('principal-trace', 'principal-trace', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('resource-history', 'resource-history', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('root-activity', 'root-activity', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('security-group-changes', 'security-group-changes', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('stopped-instances', 'stopped-instances', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('trail-tampering', 'trail-tampering', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('unused-regions', 'unused-regions', [CompletionResultType]::ParameterValue, 'Built-in playbook')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--iam-policy', '--iam-policy', [CompletionResultType]::ParameterName, 'Print the IAM policy that running it live needs')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;playbooks;check' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;playbooks;schema' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;playbooks;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the playbooks: built-in ones, and your own')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print a playbook, or the permissions that it needs')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check playbook files, without running them')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of playbook files')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trailhunt;playbooks;help;list' {
            break
        }
        'trailhunt;playbooks;help;show' {
            break
        }
        'trailhunt;playbooks;help;check' {
            break
        }
        'trailhunt;playbooks;help;schema' {
            break
        }
        'trailhunt;playbooks;help;help' {
            break
        }
        'trailhunt;respond' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('deactivate-key', 'deactivate-key', [CompletionResultType]::ParameterValue, 'Deactivate an access key of a user')
            [CompletionResult]::new('revoke-sessions', 'revoke-sessions', [CompletionResultType]::ParameterValue, 'Deny every session of a role or user that was issued until now')
            [CompletionResult]::new('quarantine', 'quarantine', [CompletionResultType]::ParameterValue, 'Attach AWS''s quarantine policy, or a deny of everything, to a user')
            [CompletionResult]::new('contain', 'contain', [CompletionResultType]::ParameterValue, 'Contain all that grew from a traced key')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take back what a journal says was done')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch whether anything that grew from a key still works')
            [CompletionResult]::new('journals', 'journals', [CompletionResultType]::ParameterValue, 'List the journals of this machine: what they did, and whether it still holds')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trailhunt;respond;deactivate-key' {
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Write the journal here [default: a file in ~/.local/state/trailhunt]')
            [CompletionResult]::new('--journal-copy', '--journal-copy', [CompletionResultType]::ParameterName, 'Keep a second journal here')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions whose Event history is read: all (enabled ones), or a list')
            [CompletionResult]::new('--usage-within', '--usage-within', [CompletionResultType]::ParameterName, 'Spend at most this long on who used the credential lately: containment must not wait for a busy account')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--again-after', '--again-after', [CompletionResultType]::ParameterName, 'Put a deny of sessions again after this time, for those issued meanwhile')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Carry the plan out; without it, it is only shown')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--include-own-session', '--include-own-session', [CompletionResultType]::ParameterName, 'Act also on what may have opened your own session, where that is not known')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;respond;revoke-sessions' {
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Write the journal here [default: a file in ~/.local/state/trailhunt]')
            [CompletionResult]::new('--journal-copy', '--journal-copy', [CompletionResultType]::ParameterName, 'Keep a second journal here')
            [CompletionResult]::new('--again-after', '--again-after', [CompletionResultType]::ParameterName, 'Put a deny of sessions again after this time, for those issued meanwhile')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions whose Event history is read: all (enabled ones), or a list')
            [CompletionResult]::new('--usage-within', '--usage-within', [CompletionResultType]::ParameterName, 'Spend at most this long on who used the credential lately: containment must not wait for a busy account')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Carry the plan out; without it, it is only shown')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--include-own-session', '--include-own-session', [CompletionResultType]::ParameterName, 'Act also on what may have opened your own session, where that is not known')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;respond;quarantine' {
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Write the journal here [default: a file in ~/.local/state/trailhunt]')
            [CompletionResult]::new('--journal-copy', '--journal-copy', [CompletionResultType]::ParameterName, 'Keep a second journal here')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--again-after', '--again-after', [CompletionResultType]::ParameterName, 'Put a deny of sessions again after this time, for those issued meanwhile')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions whose Event history is read: all (enabled ones), or a list')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--usage-within', '--usage-within', [CompletionResultType]::ParameterName, 'Spend at most this long on who used the credential lately: containment must not wait for a busy account')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--deny-all', '--deny-all', [CompletionResultType]::ParameterName, 'Deny everything, instead of what AWS''s quarantine policy denies')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Carry the plan out; without it, it is only shown')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--include-own-session', '--include-own-session', [CompletionResultType]::ParameterName, 'Act also on what may have opened your own session, where that is not known')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;respond;contain' {
            [CompletionResult]::new('--from-trace', '--from-trace', [CompletionResultType]::ParameterName, 'Report of `trace-key --format json`')
            [CompletionResult]::new('--include', '--include', [CompletionResultType]::ParameterName, 'Act on what rests on these links too')
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Write the journal here [default: a file in ~/.local/state/trailhunt]')
            [CompletionResult]::new('--journal-copy', '--journal-copy', [CompletionResultType]::ParameterName, 'Keep a second journal here')
            [CompletionResult]::new('--again-after', '--again-after', [CompletionResultType]::ParameterName, 'Put a deny of sessions again after this time, for those issued meanwhile')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions whose Event history is read: all (enabled ones), or a list')
            [CompletionResult]::new('--usage-within', '--usage-within', [CompletionResultType]::ParameterName, 'Spend at most this long on who used the credential lately: containment must not wait for a busy account')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--scp', '--scp', [CompletionResultType]::ParameterName, 'Only print a service control policy that denies the users and roles of the lineage, for whoever may attach it')
            [CompletionResult]::new('--keep-sign-in', '--keep-sign-in', [CompletionResultType]::ParameterName, 'Only deny sign-in sessions of the lineage, and do not revoke them, which cannot be taken back')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Carry the plan out; without it, it is only shown')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--include-own-session', '--include-own-session', [CompletionResultType]::ParameterName, 'Act also on what may have opened your own session, where that is not known')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;respond;undo' {
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Write the journal here [default: a file in ~/.local/state/trailhunt]')
            [CompletionResult]::new('--journal-copy', '--journal-copy', [CompletionResultType]::ParameterName, 'Keep a second journal here')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--again-after', '--again-after', [CompletionResultType]::ParameterName, 'Put a deny of sessions again after this time, for those issued meanwhile')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions whose Event history is read: all (enabled ones), or a list')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--usage-within', '--usage-within', [CompletionResultType]::ParameterName, 'Spend at most this long on who used the credential lately: containment must not wait for a busy account')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--last', '--last', [CompletionResultType]::ParameterName, 'Take back what was changed last in this account, from this machine')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Lift a deny of sessions before the revoked sessions have expired')
            [CompletionResult]::new('--trust-journal', '--trust-journal', [CompletionResultType]::ParameterName, 'Act on a journal that is not as this machine wrote it')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Carry the plan out; without it, it is only shown')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('--include-own-session', '--include-own-session', [CompletionResultType]::ParameterName, 'Act also on what may have opened your own session, where that is not known')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;respond;watch' {
            [CompletionResult]::new('--for', '--for', [CompletionResultType]::ParameterName, 'How long to watch: 90s, 30m, 2h; 0s looks once')
            [CompletionResult]::new('--every', '--every', [CompletionResultType]::ParameterName, 'Least time from the start of one look to the next')
            [CompletionResult]::new('--contained-at', '--contained-at', [CompletionResultType]::ParameterName, 'When it was contained [default: what the journals say, or now]')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Trace the key from here on [default: 45 days ago]')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Journal of its containment')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions whose Event history is read: all (enabled ones), or a list')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--usage-within', '--usage-within', [CompletionResultType]::ParameterName, 'Spend at most this long on who used the credential lately: containment must not wait for a busy account')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;respond;journals' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;respond;help' {
            [CompletionResult]::new('deactivate-key', 'deactivate-key', [CompletionResultType]::ParameterValue, 'Deactivate an access key of a user')
            [CompletionResult]::new('revoke-sessions', 'revoke-sessions', [CompletionResultType]::ParameterValue, 'Deny every session of a role or user that was issued until now')
            [CompletionResult]::new('quarantine', 'quarantine', [CompletionResultType]::ParameterValue, 'Attach AWS''s quarantine policy, or a deny of everything, to a user')
            [CompletionResult]::new('contain', 'contain', [CompletionResultType]::ParameterValue, 'Contain all that grew from a traced key')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take back what a journal says was done')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch whether anything that grew from a key still works')
            [CompletionResult]::new('journals', 'journals', [CompletionResultType]::ParameterValue, 'List the journals of this machine: what they did, and whether it still holds')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trailhunt;respond;help;deactivate-key' {
            break
        }
        'trailhunt;respond;help;revoke-sessions' {
            break
        }
        'trailhunt;respond;help;quarantine' {
            break
        }
        'trailhunt;respond;help;contain' {
            break
        }
        'trailhunt;respond;help;undo' {
            break
        }
        'trailhunt;respond;help;watch' {
            break
        }
        'trailhunt;respond;help;journals' {
            break
        }
        'trailhunt;respond;help;help' {
            break
        }
        'trailhunt;emit-alerts' {
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Folder to write the templates to; made where it does not exist')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Folder to write the templates to; made where it does not exist')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region of the home stack')
            [CompletionResult]::new('--email', '--email', [CompletionResultType]::ParameterName, 'E-mail address; give it again for more')
            [CompletionResult]::new('--slack-webhook-parameter', '--slack-webhook-parameter', [CompletionResultType]::ParameterName, 'SSM SecureString with the URL of a Slack webhook')
            [CompletionResult]::new('--webhook-parameter', '--webhook-parameter', [CompletionResultType]::ParameterName, 'SSM SecureString with {"url": ..., "secret": ...} of a webhook, whose bodies are signed (HMAC-SHA256)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Least severity that is told at once; what is below waits for the daily digest')
            [CompletionResult]::new('--work-hours', '--work-hours', [CompletionResultType]::ParameterName, 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'What is suppressed until when, and which department hears of what: a YAML file')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to watch: all (enabled ones), or a list; those of global services and sign-in are always watched')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages')
            [CompletionResult]::new('--message-timezone', '--message-timezone', [CompletionResultType]::ParameterName, 'Time zone of the local times in messages [default: that of --work-hours, else UTC]')
            [CompletionResult]::new('--findings', '--findings', [CompletionResultType]::ParameterName, 'Findings of other services to alert on')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Overwrite files that differ')
            [CompletionResult]::new('--cis-metric-filters', '--cis-metric-filters', [CompletionResultType]::ParameterName, 'Write CloudWatch metric filters and alarms too, as the CIS benchmark words them')
            [CompletionResult]::new('--chat', '--chat', [CompletionResultType]::ParameterName, 'Make a topic for Amazon Q in chat applications (Slack, Teams)')
            [CompletionResult]::new('--read-events', '--read-events', [CompletionResultType]::ParameterName, 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'trailhunt;deploy-alerts' {
            [CompletionResult]::new('--email', '--email', [CompletionResultType]::ParameterName, 'E-mail address; give it again for more')
            [CompletionResult]::new('--slack-webhook-parameter', '--slack-webhook-parameter', [CompletionResultType]::ParameterName, 'SSM SecureString with the URL of a Slack webhook')
            [CompletionResult]::new('--webhook-parameter', '--webhook-parameter', [CompletionResultType]::ParameterName, 'SSM SecureString with {"url": ..., "secret": ...} of a webhook, whose bodies are signed (HMAC-SHA256)')
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Least severity that is told at once; what is below waits for the daily digest')
            [CompletionResult]::new('--work-hours', '--work-hours', [CompletionResultType]::ParameterName, 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'What is suppressed until when, and which department hears of what: a YAML file')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to watch: all (enabled ones), or a list; those of global services and sign-in are always watched')
            [CompletionResult]::new('--lang', '--lang', [CompletionResultType]::ParameterName, 'Language of the messages')
            [CompletionResult]::new('--message-timezone', '--message-timezone', [CompletionResultType]::ParameterName, 'Time zone of the local times in messages [default: that of --work-hours, else UTC]')
            [CompletionResult]::new('--findings', '--findings', [CompletionResultType]::ParameterName, 'Findings of other services to alert on')
            [CompletionResult]::new('--trail', '--trail', [CompletionResultType]::ParameterName, 'Trail that the events come from: one that suits or a new one, always a new one, or none of ours')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region of the home stack [default: us-east-1, or that of the partition]')
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--chat', '--chat', [CompletionResultType]::ParameterName, 'Make a topic for Amazon Q in chat applications (Slack, Teams)')
            [CompletionResult]::new('--read-events', '--read-events', [CompletionResultType]::ParameterName, 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would change, and change nothing')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'trailhunt;alerts-status' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region of the home stack [default: us-east-1, or that of the partition]')
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;test-alerts' {
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'How long to wait for the messages: 90s, 5m')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region of the home stack [default: us-east-1, or that of the partition]')
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--live', '--live', [CompletionResultType]::ParameterName, 'Make real, harmless events too: a user and a security group that are deleted at once, a trail updated to what it is')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;backtest-alerts' {
            [CompletionResult]::new('--severity', '--severity', [CompletionResultType]::ParameterName, 'Least severity that is told at once; what is below waits for the daily digest')
            [CompletionResult]::new('--work-hours', '--work-hours', [CompletionResultType]::ParameterName, 'Working hours, outside of which changes to IAM count one level higher: "Mon-Fri 09:00-18:00 Asia/Seoul"')
            [CompletionResult]::new('--settings', '--settings', [CompletionResultType]::ParameterName, 'What is suppressed until when, and which department hears of what: a YAML file')
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'Where to read: history, demo, a trail file, a folder of them, or - (stdin)')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Begin: 24h, 7d, a date, or RFC 3339')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'End: as --since; a date means to the end of that day')
            [CompletionResult]::new('--regions', '--regions', [CompletionResultType]::ParameterName, 'Regions to read: all (enabled ones), or a list')
            [CompletionResult]::new('--incident', '--incident', [CompletionResultType]::ParameterName, 'When the incident began; what the principal used before it is not new')
            [CompletionResult]::new('--timezone', '--timezone', [CompletionResultType]::ParameterName, 'Time zone of times without an offset, and of times shown')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region that AWS is first asked in')
            [CompletionResult]::new('--rate', '--rate', [CompletionResultType]::ParameterName, 'Most lookups a second per Region; the quota, 2, is shared with your colleagues')
            [CompletionResult]::new('--patience', '--patience', [CompletionResultType]::ParameterName, 'Give up what makes no progress for this long, and say what is missing')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer [default: what the ending of FILE says, or table]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the answer to a file')
            [CompletionResult]::new('--fail-on', '--fail-on', [CompletionResultType]::ParameterName, 'Exit with 10 where a finding is of this level or worse')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--read-events', '--read-events', [CompletionResultType]::ParameterName, 'Alert on calls that only read too (AssumeRole, GetSecretValue); costs more')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Answer yes to questions')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Replace the file if it exists')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Show every event in the table')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;remove-alerts' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the AWS configuration')
            [CompletionResult]::new('--region', '--region', [CompletionResultType]::ParameterName, 'Region of the home stack [default: us-east-1, or that of the partition]')
            [CompletionResult]::new('--expect-account', '--expect-account', [CompletionResultType]::ParameterName, 'Refuse any other account than this one')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Format of the answer')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('--delete-trail', '--delete-trail', [CompletionResultType]::ParameterName, 'Remove the trail too; its bucket, with the evidence in it, always stays')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;completions' {
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colour (NO_COLOR is respected)')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say what is asked where, and why')
            [CompletionResult]::new('--no-progress', '--no-progress', [CompletionResultType]::ParameterName, 'Draw no progress')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'trailhunt;help' {
            [CompletionResult]::new('trace-key', 'trace-key', [CompletionResultType]::ParameterValue, 'What an access key did, and everything that grew from it')
            [CompletionResult]::new('changes', 'changes', [CompletionResultType]::ParameterValue, 'Who changed what, in words, one change a line')
            [CompletionResult]::new('stopped-instances', 'stopped-instances', [CompletionResultType]::ParameterValue, 'Who stopped, rebooted or terminated instances, and through what')
            [CompletionResult]::new('logins', 'logins', [CompletionResultType]::ParameterValue, 'Console logins: MFA, failures, root, switched roles, new addresses')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run a playbook, built in or your own')
            [CompletionResult]::new('hunt', 'hunt', [CompletionResultType]::ParameterValue, 'Run Sigma rules over any source, the built-in catalogue by default')
            [CompletionResult]::new('lookup', 'lookup', [CompletionResultType]::ParameterValue, 'Look up events by their attributes; all of them must hold')
            [CompletionResult]::new('playbooks', 'playbooks', [CompletionResultType]::ParameterValue, 'List, show and check playbooks')
            [CompletionResult]::new('respond', 'respond', [CompletionResultType]::ParameterValue, 'Act on an account, and take it back; without --apply a plan is only shown')
            [CompletionResult]::new('emit-alerts', 'emit-alerts', [CompletionResultType]::ParameterValue, 'Write the templates of the alerting stack, to deploy them by hand')
            [CompletionResult]::new('deploy-alerts', 'deploy-alerts', [CompletionResultType]::ParameterValue, 'Deploy alerts to an account, or bring them up to date: once, for all Regions')
            [CompletionResult]::new('alerts-status', 'alerts-status', [CompletionResultType]::ParameterValue, 'Whether alerts would arrive: Regions, subscriptions, rules, queues, trail')
            [CompletionResult]::new('test-alerts', 'test-alerts', [CompletionResultType]::ParameterValue, 'Prove that alerts arrive, from every Region')
            [CompletionResult]::new('backtest-alerts', 'backtest-alerts', [CompletionResultType]::ParameterValue, 'What the alerts would have told in the past, by rule and actor')
            [CompletionResult]::new('remove-alerts', 'remove-alerts', [CompletionResultType]::ParameterValue, 'Remove the alerting stack; the trail and its logs stay')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'trailhunt;help;trace-key' {
            break
        }
        'trailhunt;help;changes' {
            [CompletionResult]::new('security-groups', 'security-groups', [CompletionResultType]::ParameterValue, 'Security groups rule by rule: + ingress tcp 22 from 0.0.0.0/0')
            [CompletionResult]::new('iam', 'iam', [CompletionResultType]::ParameterValue, 'Users, roles, policies and keys, with policies compared statement by statement')
            break
        }
        'trailhunt;help;changes;security-groups' {
            break
        }
        'trailhunt;help;changes;iam' {
            break
        }
        'trailhunt;help;stopped-instances' {
            break
        }
        'trailhunt;help;logins' {
            break
        }
        'trailhunt;help;run' {
            break
        }
        'trailhunt;help;hunt' {
            break
        }
        'trailhunt;help;lookup' {
            break
        }
        'trailhunt;help;playbooks' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the playbooks: built-in ones, and your own')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print a playbook, or the permissions that it needs')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Check playbook files, without running them')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON Schema of playbook files')
            break
        }
        'trailhunt;help;playbooks;list' {
            break
        }
        'trailhunt;help;playbooks;show' {
            break
        }
        'trailhunt;help;playbooks;check' {
            break
        }
        'trailhunt;help;playbooks;schema' {
            break
        }
        'trailhunt;help;respond' {
            [CompletionResult]::new('deactivate-key', 'deactivate-key', [CompletionResultType]::ParameterValue, 'Deactivate an access key of a user')
            [CompletionResult]::new('revoke-sessions', 'revoke-sessions', [CompletionResultType]::ParameterValue, 'Deny every session of a role or user that was issued until now')
            [CompletionResult]::new('quarantine', 'quarantine', [CompletionResultType]::ParameterValue, 'Attach AWS''s quarantine policy, or a deny of everything, to a user')
            [CompletionResult]::new('contain', 'contain', [CompletionResultType]::ParameterValue, 'Contain all that grew from a traced key')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Take back what a journal says was done')
            [CompletionResult]::new('watch', 'watch', [CompletionResultType]::ParameterValue, 'Watch whether anything that grew from a key still works')
            [CompletionResult]::new('journals', 'journals', [CompletionResultType]::ParameterValue, 'List the journals of this machine: what they did, and whether it still holds')
            break
        }
        'trailhunt;help;respond;deactivate-key' {
            break
        }
        'trailhunt;help;respond;revoke-sessions' {
            break
        }
        'trailhunt;help;respond;quarantine' {
            break
        }
        'trailhunt;help;respond;contain' {
            break
        }
        'trailhunt;help;respond;undo' {
            break
        }
        'trailhunt;help;respond;watch' {
            break
        }
        'trailhunt;help;respond;journals' {
            break
        }
        'trailhunt;help;emit-alerts' {
            break
        }
        'trailhunt;help;deploy-alerts' {
            break
        }
        'trailhunt;help;alerts-status' {
            break
        }
        'trailhunt;help;test-alerts' {
            break
        }
        'trailhunt;help;backtest-alerts' {
            break
        }
        'trailhunt;help;remove-alerts' {
            break
        }
        'trailhunt;help;completions' {
            break
        }
        'trailhunt;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
