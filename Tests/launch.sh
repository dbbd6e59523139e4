#!/usr/bin/env bash
# Tests bin/launch by running it with fake tools that only pretend to train (below), a real Redis server, and a fake ssh
# that runs commands on this machine. Each test is one function; its name is the sentence that it verifies. A failed
# test reports the line and the expectation.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
launch=$root/bin/launch
work=$(mktemp -d)
export TMPDIR=$work DIST_LDA_BIN=$work/tools FAKE=$work/fake PATH=$work/ssh:$PATH
mkdir "$DIST_LDA_BIN" "$work/ssh"

# A fake tool that records its arguments and its process id, then runs until it is stopped or $FAKE/finish exists. If
# $FAKE/fail-NAME exists, it exits at once with the exit code in that file; if $FAKE/stubborn exists, it ignores TERM.
cat >"$DIST_LDA_BIN/dist-lda-shard" <<'END'
#!/usr/bin/env bash
name=listener
for word in "$@"; do case $word in --this-shard=*) name=shard-${word#*=} ;; esac; done
printf '%s\n' "$@" >"$FAKE/arguments-$name"
pwd >"$FAKE/folder-$name"
[[ ! -e $FAKE/stubborn ]] || trap 'echo TERM >>"$FAKE/asked-$name"' TERM
[[ -e $FAKE/stubborn ]] || trap 'echo "$name" >>"$FAKE/stopped"; exit 0' TERM
echo $$ >"$FAKE/id-$name"
if [[ -e $FAKE/fail-$name ]]; then
    echo "the store holds topics 50, this shard was given 100"
    exit "$(cat "$FAKE/fail-$name")"
fi
until [[ -e $FAKE/finish || -e $FAKE/finish-$name ]]; do sleep 0.02; done
END
cp "$DIST_LDA_BIN/dist-lda-shard" "$DIST_LDA_BIN/dist-lda-listener"
cat >"$DIST_LDA_BIN/dist-lda" <<'END'
#!/usr/bin/env bash
printf '%s\n' "$@" >"$FAKE/arguments-topics"
echo 'topic 0: words'
END

# A fake ssh that runs the command on this machine as sshd does: through a shell, with its own input and output.
cat >"$work/ssh/ssh" <<'END'
#!/usr/bin/env bash
printf '%s\n' "$@" >>"$FAKE/ssh-options"
while [[ $1 == -o ]]; do shift 2; done
[[ $1 != unreachable ]] || { echo "ssh: connect to host $1 port 22: No route to host" >&2; exit 255; }
exec sh -c "$2"
END
chmod +x "$DIST_LDA_BIN"/* "$work/ssh/ssh"

# ---- assertions

line_of_test() { echo "${BASH_LINENO[1]}"; }
differs() {
    echo "  line $1: $2" >&2
    if [[ -s $work/out ]]; then sed 's/^/  | /' "$work/out" >&2; fi
    exit 1
}
equal() { [[ $1 == "$2" ]] || differs "$(line_of_test)" "'$1' is not '$2'"; }
holds() { grep -qF -- "$2" "$1" || differs "$(line_of_test)" "$(basename "$1") does not hold '$2'"; }
lacks() { ! grep -qF -- "$2" "$1" || differs "$(line_of_test)" "$(basename "$1") holds '$2'"; }
# Waits up to a minute until a command succeeds.
until_true() {
    local tries
    for ((tries = 0; tries < 3000; tries++)); do
        if "$@" 2>/dev/null; then return; fi
        sleep 0.02
    done
    differs "$(line_of_test)" "this never came true: $*"
}
# Succeeds if no process is left: neither one with a path of these tests in its arguments (the tools, a guard), nor
# Redis (whose log begins with its process id).
none_left() { ! grep -qsaF "$work/" /proc/[0-9]*/cmdline && ! kill -0 "$(sed -n '1s/:.*//p' "$work/logs/redis.log")"; }

# Runs launch until it ends, and expects an exit code: run CODE ARGUMENTS...
run() {
    local code=0 expected=$1
    shift
    "$launch" "$@" >"$work/out" 2>&1 || code=$?
    [[ $code == "$expected" ]] || differs "$(line_of_test)" "launch ended with $code, not $expected"
}
# Starts launch in its own process group, with the default action for SIGINT as in a terminal, and waits until
# everything runs.
background() {
    set -m
    env --default-signal=INT "$launch" "$@" >"$work/out" 2>&1 &
    launched=$!
    set +m
    trap 'kill -KILL "$launched" 2>/dev/null || true' EXIT # its guards end the other processes
    until_true grep -q 'the listener runs' "$work/out"
    until_true test -e "$FAKE/id-listener"
    until_true test -e "$FAKE/id-shard-1"
}
gone() { ! kill -0 "$1"; }
# Expects that the launch started by background ends with an exit code.
ends_with() {
    local code=0
    until_true gone "$launched"
    wait "$launched" 2>/dev/null || code=$?
    [[ $code == "$1" ]] || differs "$(line_of_test)" "launch ended with $code, not $1"
}

base=(--local 2 --logs "$work/logs" --output "$work/model")
here=("${base[@]}" --redis 127.0.0.1:1) # no fake tool connects to that server
data=(-- --topics=50 --document=some/data.gz)

# ---- the tests

test_each_shard_gets_its_number_and_the_flags_as_they_are() {
    touch "$FAKE/finish"
    run 0 "${here[@]}" --write-every 3 --poll-interval=0.5 "${data[@]}" --redis_db=2 --redis-cacert ca.pem \
        --note "two words, a 'quote'"
    equal "$(cat "$FAKE/arguments-shard-1")" "--redis=127.0.0.1:1
--shards=2
--this-shard=1
--output=$work/logs
--cores=1
--topics=50
--document=some/data.gz
--redis_db=2
--redis-cacert
ca.pem
--note
two words, a 'quote'
--run=data.gz"
    equal "$(cat "$FAKE/arguments-listener")" "--redis=127.0.0.1:1
--run=data.gz
--output=$work/model
--write-every=3
--poll-interval=0.5
--redis-db=2
--redis-cacert=ca.pem"
}

test_the_words_after_a_second_separator_are_flags_of_the_listener() {
    touch "$FAKE/finish"
    run 0 "${here[@]}" --write dist_lda,csv "${data[@]}" -- --max-outage 5 --doc-topics-threshold=0.1
    equal "$(tail -n +4 "$FAKE/arguments-listener")" "--write=dist_lda,csv
--max-outage
5
--doc-topics-threshold=0.1"
    lacks "$FAKE/arguments-shard-0" --max-outage
    run 64 "${here[@]}" "${data[@]}" -- --output=x
    holds "$work/out" 'remove it from the listener flags'
}

test_topics_are_printed_at_the_end_unless_there_are_none_to_print() {
    touch "$FAKE/finish"
    run 0 "${here[@]}" "${data[@]}" --top-words=3 --redis-db=2
    holds "$work/out" 'topic 0: words'
    equal "$(cat "$FAKE/arguments-topics")" "store
topics
--redis=127.0.0.1:1
--run=data.gz
--top=3
--redis-db=2"
    run 0 "${here[@]}" "${data[@]}" --top-words 0
    lacks "$work/out" 'topic 0'
    rm "$FAKE/finish"
    echo 70 >"$FAKE/fail-shard-0"
    run 70 "${here[@]}" "${data[@]}"
    lacks "$work/out" 'topic 0'
}

test_it_ends_in_order_when_the_reader_of_its_output_has_ended() {
    mkfifo "$FAKE/pipe"
    cat "$FAKE/pipe" >"$work/read" &
    local reader=$!
    set -m
    env --default-signal=INT "$launch" "${base[@]}" "${data[@]}" >"$FAKE/pipe" 2>&1 &
    launched=$!
    set +m
    trap 'kill -KILL "$launched" 2>/dev/null || true' EXIT
    until_true grep -q 'the listener runs' "$work/read"
    until_true test -e "$FAKE/id-listener"
    until_true test -e "$FAKE/id-shard-1"
    { kill -KILL "$reader" && wait "$reader"; } 2>/dev/null || true
    kill -INT -- "-$launched"
    ends_with 130
    equal "$(sort "$FAKE/stopped" | tr '\n' ' ')" 'listener shard-0 shard-1 '
    holds "$work/logs/redis.log" 'Redis is now ready to exit'
    until_true none_left
}

test_the_server_of_a_launch_that_is_killed_waits_for_its_clients() {
    background "${base[@]}" "${data[@]}"
    local port client
    port=$(sed -n 's/.*redis-cli -p \([0-9]*\).*/\1/p' "$work/out")
    exec {client}<>"/dev/tcp/127.0.0.1/$port"
    { kill -KILL "$launched" && until_true gone "$launched"; } 2>/dev/null
    ends_with 137
    until_true test "$(wc -l <"$FAKE/stopped")" = 3 || true
    sleep 1.5
    equal "$(redis-cli -p "$port" ping)" PONG
    exec {client}>&-
    until_true none_left
}

test_cores_and_a_run_that_were_given_are_left_alone() {
    touch "$FAKE/finish"
    run 0 "${here[@]}" "${data[@]}" --cores 2 --run mine
    lacks "$FAKE/arguments-shard-0" --cores=1
    lacks "$FAKE/arguments-shard-0" --run=
    holds "$FAKE/arguments-listener" --run=mine
}

test_it_ends_with_0_when_all_have_ended() {
    background "${here[@]}" "${data[@]}"
    touch "$FAKE/finish-shard-0"
    until_true grep -q 'shard-0 has ended' "$work/out"
    lacks "$work/out" 'shard-1 has ended'
    touch "$work/model/MODEL_lda-data.gz-T50.json.gz"
    until_true grep -qF "new dump: $work/model/MODEL_lda-data.gz-T50.json.gz" "$work/out"
    touch "$FAKE/finish-shard-1"
    until_true grep -q 'all shards have ended' "$work/out"
    touch "$FAKE/finish-listener"
    ends_with 0
    until_true none_left
}

test_a_dead_shard_is_named_and_ends_the_run_with_its_code() {
    echo 78 >"$FAKE/fail-shard-1"
    run 78 "${here[@]}" "${data[@]}"
    holds "$work/out" 'shard-1 has ended with exit code 78'
    holds "$work/out" '    the store holds topics 50, this shard was given 100'
    until_true none_left
}

test_the_first_failure_gives_the_code() {
    touch "$FAKE/stubborn"
    background "${here[@]}" --keep-going "${data[@]}"
    kill -KILL "$(cat "$FAKE/id-shard-1")"
    until_true grep -qF 'shard-1 has ended with exit code 137 (signal KILL)' "$work/out"
    kill -USR1 "$(cat "$FAKE/id-shard-0")" # not HUP, which nohup ignores
    until_true grep -qF 'shard-0 has ended with exit code 138 (signal USR1)' "$work/out"
    touch "$FAKE/finish-listener"
    ends_with 137
}

test_with_keep_going_the_others_run_on() {
    echo 70 >"$FAKE/fail-shard-0"
    background "${here[@]}" --keep-going "${data[@]}"
    until_true grep -q 'shard-0 has ended with exit code 70' "$work/out"
    touch "$FAKE/finish-shard-1"
    ends_with 70
    holds "$work/out" 'shard-1 has ended.'
    equal "$(cat "$FAKE/stopped")" listener
}

test_a_dead_listener_is_named_too() {
    echo 73 >"$FAKE/fail-listener"
    run 73 "${here[@]}" "${data[@]}"
    holds "$work/out" 'listener has ended with exit code 73'
    until_true none_left
}

test_ctrl_c_ends_shards_then_listener_then_redis() {
    background "${base[@]}" "${data[@]}"
    kill -INT -- "-$launched"
    ends_with 130
    equal "$(sort "$FAKE/stopped" | tr '\n' ' ')" 'listener shard-0 shard-1 '
    equal "$(tail -n 1 "$FAKE/stopped")" listener
    holds "$work/out" 'redis has ended.'
    holds "$work/logs/redis.log" 'Redis is now ready to exit'
    until_true none_left
}

test_a_second_ctrl_c_kills() {
    touch "$FAKE/stubborn"
    background "${base[@]}" "${data[@]}"
    kill -INT -- "-$launched"
    until_true test -e "$FAKE/asked-shard-1"
    kill -INT -- "-$launched"
    ends_with 130
    holds "$work/out" 'shard-0 has ended with exit code 137 (signal KILL)'
    until_true none_left
}

test_who_does_not_end_in_the_time_of_grace_is_killed() {
    touch "$FAKE/stubborn"
    background "${here[@]}" --grace 1 "${data[@]}"
    kill -TERM "$launched"
    ends_with 143
    until_true none_left
}

test_nothing_survives_a_launch_that_is_killed() {
    background "${base[@]}" "${data[@]}"
    { kill -KILL "$launched" && until_true gone "$launched"; } 2>/dev/null # bash would report the killed job
    ends_with 137
    until_true none_left
    equal "$(wc -l <"$FAKE/stopped")" 3
}

test_the_servers_settings_are_those_of_redis_conf_and_a_taken_port_is_passed_over() {
    redis-server --port 6380 --bind 127.0.0.1 --save '' >"$work/other.log" &
    local other=$! port
    until_true grep -q 'Ready to accept\|Address already in use' "$work/other.log"
    background "${base[@]}" "${data[@]}"
    port=$(sed -n 's/.*redis-cli -p \([0-9]*\).*/\1/p' "$work/out")
    equal "$(redis-cli -p "$port" config get maxmemory-policy | tail -n 1)" noeviction
    equal "$(redis-cli -p "$port" config get appendonly | tail -n 1)" no
    equal "$(redis-cli -p "$port" config get save | tail -n 1)" ''
    equal "$(redis-cli -p "$port" config get lua-time-limit | tail -n 1)" 5000
    [[ $port -gt 6380 ]] || differs "$LINENO" "the server took port $port"
    holds "$FAKE/arguments-shard-0" "--redis=127.0.0.1:$port"
    kill -TERM "$other" 2>/dev/null || true
    kill -TERM "$launched"
    ends_with 143
    wait "$other" || true
}

test_a_dead_server_is_named_and_ends_the_run() {
    background "${base[@]}" "${data[@]}"
    kill -KILL "$(sed -n '1s/:.*//p' "$work/logs/redis.log")"
    ends_with 137
    holds "$work/out" 'redis has ended with exit code 137'
    until_true none_left
}

hosts_run() { here=(--hosts "$work/hosts" --redis server:6379 --logs "$work/logs" --output "$work/model"); }

test_hosts_are_read_with_folders_comments_and_blank_lines() {
    hosts_run
    printf '# two nodes\n\nnode-a %s # with a folder\r\n  user@node-b\t%s/' \
        "$DIST_LDA_BIN" "$DIST_LDA_BIN" >"$work/hosts"
    touch "$FAKE/finish"
    run 0 "${here[@]}" "${data[@]}" --note "two words, a 'quote' and \$HOME"
    equal "$(grep -cx 'node-a\|user@node-b' "$FAKE/ssh-options")" 2
    holds "$FAKE/ssh-options" BatchMode=yes
    holds "$FAKE/arguments-shard-1" "two words, a 'quote' and \$HOME"
    holds "$FAKE/arguments-shard-1" --shards=2
    lacks "$FAKE/arguments-shard-1" --cores
    equal "$(cat "$FAKE/folder-shard-1")" "$PWD"
}

test_ctrl_c_asks_the_shards_on_other_hosts_and_a_second_kills_them() {
    hosts_run
    printf 'a %s\nb %s\n' "$DIST_LDA_BIN" "$DIST_LDA_BIN" >"$work/hosts"
    background "${here[@]}" "${data[@]}"
    kill -INT -- "-$launched"
    ends_with 130
    equal "$(wc -l <"$FAKE/stopped")" 3
    until_true none_left
    rm "$FAKE"/*
    touch "$FAKE/stubborn"
    background "${here[@]}" "${data[@]}"
    kill -INT -- "-$launched"
    until_true test -e "$FAKE/asked-shard-1"
    kill -INT -- "-$launched"
    ends_with 130
    until_true none_left
}

test_a_host_that_ssh_does_not_reach_is_named() {
    hosts_run
    printf 'a %s\nunreachable\n' "$DIST_LDA_BIN" >"$work/hosts"
    run 69 "${here[@]}" "${data[@]}"
    holds "$work/out" 'shard-1 has ended with exit code 69 (ssh could not reach its host, or lost the connection)'
    holds "$work/out" 'No route to host'
    until_true none_left
}

test_a_dry_run_prints_a_port_that_is_free() {
    redis-server --port 6380 --bind 127.0.0.1 --save '' >"$work/other.log" &
    local other=$!
    until_true grep -q 'Ready to accept\|Address already in use' "$work/other.log"
    run 0 -n "${base[@]}" "${data[@]}"
    lacks "$work/out" '127.0.0.1:6380'
    holds "$work/out" '--redis=127.0.0.1:63'
    kill -TERM "$other" 2>/dev/null || true
    wait "$other" || true
}

test_a_dry_run_prints_commands_that_a_shell_reads_back() {
    run 0 -n "${base[@]}" "${data[@]}" --note "two words, a 'quote' and \$HOME"
    equal "$(wc -l <"$work/out")" 4
    lacks "$work/out" 'launch:'
    [[ ! -e $work/logs ]] || differs "$LINENO" 'a dry run made the folder of the logs'
    touch "$FAKE/finish"
    sh -c "$(sed -n 3p "$work/out")"
    holds "$FAKE/arguments-shard-1" "two words, a 'quote' and \$HOME"
    hosts_run
    printf 'a %s\nb %s\n' "$DIST_LDA_BIN" "$DIST_LDA_BIN" >"$work/hosts"
    run 0 -n "${here[@]}" "${data[@]}" --note "two words, a 'quote' and \$HOME"
    equal "$(wc -l <"$work/out")" 3
    mkfifo "$FAKE/leash" # held open, because end of file means stop
    sh -c "$(sed -n 1p "$work/out")" <>"$FAKE/leash"
    holds "$FAKE/arguments-shard-0" "two words, a 'quote' and \$HOME"
}

test_what_is_wrong_with_a_command_line_is_said() {
    hosts_run
    printf 'a\n-oProxyCommand=x\n' >"$work/hosts"
    run 65 "${here[@]}" "${data[@]}" && holds "$work/out" 'hosts:2 '
    printf '# none\n' >"$work/hosts"
    run 65 "${here[@]}" "${data[@]}" && holds "$work/out" 'names no host'
    rm "$work/hosts"
    run 66 "${here[@]}" "${data[@]}" && holds "$work/out" 'cannot be read'
    run 64 --local 2 && holds "$work/out" 'no shard flags'
    run 64 --local 0 "${data[@]}" && holds "$work/out" '--local is 0'
    run 64 --local "${data[@]}" && holds "$work/out" '--local needs a value'
    run 64 --locl 2 "${data[@]}" && holds "$work/out" '--locl is not an option'
    run 64 "${data[@]}" && holds "$work/out" '--local N or --hosts'
    run 64 --hosts "$work/hosts" "${data[@]}" && holds "$work/out" 'needs --redis'
    run 64 --local 2 "${data[@]}" --this_shard 0 && holds "$work/out" 'is set by launch'
    run 64 --local 2 -- --topics=2 && holds "$work/out" 'no --document'
    run 64 --local 2 -- '--document=data/*.gz' && holds "$work/out" '--run NAME'
    DIST_LDA_BIN=$work/nowhere run 69 --local 2 "${data[@]}" && holds "$work/out" 'DIST_LDA_BIN'
}

test_an_event_that_arrives_in_parts_is_not_lost() {
    local events name='' code='' pending=''
    eval "$(sed -n '/^next_event() {/,/^}/p' "$launch")"
    mkfifo "$FAKE/events"
    exec {events}<>"$FAKE/events"
    printf 'shard-0 1' >&"$events"
    ! next_event 0.05 || differs "$LINENO" "there was no whole line yet"
    printf '37\n' >&"$events"
    next_event 5 || differs "$LINENO" "the line is whole now"
    exec {events}>&-
    equal "$name $code" 'shard-0 137'
}

# ---- run all tests, one after the other

passed=0 failed=0
trap 'rm -rf "$work"' EXIT
for name in $(declare -F | awk '$3 ~ /^test_/ { print $3 }'); do
    rm -rf "$FAKE" "$work/out" "$work/logs" "$work/model"
    mkdir "$FAKE"
    code=0
    (set -e; "$name") || code=$?
    sentence=${name#test_}
    if [[ $code -eq 0 ]]; then
        passed=$((passed + 1))
        echo "ok      ${sentence//_/ }"
    else
        failed=$((failed + 1))
        echo "FAILED  ${sentence//_/ }"
    fi
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
