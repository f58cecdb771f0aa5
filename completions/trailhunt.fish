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
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "run" -d 'Run a playbook, built in or your own'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "lookup" -d 'Look up events by their attributes; all of them must hold'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "playbooks" -d 'List, show and check playbooks'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "completions" -d 'Print a completion script for a shell'
complete -c trailhunt -n "__fish_trailhunt_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l from -d 'Where to read: history, demo, a trail file or a folder of them' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l rate -d 'Most calls a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l format -d 'Format of the answer' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -s o -l output -d 'Write the answer to a file' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l yes -d 'Answer yes to questions'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l force -d 'Replace the file if it exists'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l all -d 'Show every event in the table'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand trace-key" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l param -d 'A parameter of the playbook; give it again for a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l from -d 'Where to read: history, demo, a trail file or a folder of them' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l rate -d 'Most calls a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -l format -d 'Format of the answer' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -s o -l output -d 'Write the answer to a file' -r -F
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
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -s a -l attribute -d 'What the events must have, for example EventName=StopLogging' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l from -d 'Where to read: history, demo, a trail file or a folder of them' -r -F
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l since -d 'Begin: 24h, 7d, a date, or RFC 3339' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l until -d 'End: as --since; a date means to the end of that day' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l regions -d 'Regions to read: all (enabled ones), or a list' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l incident -d 'When the incident began; what the principal used before it is not new' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l timezone -d 'Time zone of times without an offset, and of times shown' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l profile -d 'Profile of the AWS configuration' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l region -d 'Region that AWS is first asked in' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l rate -d 'Most calls a second per Region; the quota, 2, is shared with your colleagues' -r
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -l format -d 'Format of the answer' -r -f -a "table\t''
csv\t''
json\t''
jsonl\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand lookup" -s o -l output -d 'Write the answer to a file' -r -F
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
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and not __fish_seen_subcommand_from list show check schema help" -f -a "list" -d 'List the built-in playbooks'
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
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "list" -d 'List the built-in playbooks'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "show" -d 'Print a playbook, or the permissions that it needs'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "check" -d 'Check playbook files, without running them'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "schema" -d 'Print the JSON Schema of playbook files'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -l color -d 'When to use colour (NO_COLOR is respected)' -r -f -a "auto\t''
always\t''
never\t''"
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -s q -l quiet -d 'Print nothing on stderr but errors'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -s v -l verbose -d 'Say what is asked where, and why'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -l no-progress -d 'Draw no progress'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand completions" -s h -l help -d 'Print help'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key run lookup playbooks completions help" -f -a "trace-key" -d 'What an access key did, and everything that grew from it'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key run lookup playbooks completions help" -f -a "run" -d 'Run a playbook, built in or your own'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key run lookup playbooks completions help" -f -a "lookup" -d 'Look up events by their attributes; all of them must hold'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key run lookup playbooks completions help" -f -a "playbooks" -d 'List, show and check playbooks'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key run lookup playbooks completions help" -f -a "completions" -d 'Print a completion script for a shell'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and not __fish_seen_subcommand_from trace-key run lookup playbooks completions help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from playbooks" -f -a "list" -d 'List the built-in playbooks'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from playbooks" -f -a "show" -d 'Print a playbook, or the permissions that it needs'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from playbooks" -f -a "check" -d 'Check playbook files, without running them'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand help; and __fish_seen_subcommand_from playbooks" -f -a "schema" -d 'Print the JSON Schema of playbook files'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand run" -a access-key-trace -d 'Built-in playbook'
complete -c trailhunt -n "__fish_trailhunt_using_subcommand playbooks; and __fish_seen_subcommand_from show" -a access-key-trace -d 'Built-in playbook'
