# shellcheck shell=bash disable=SC2154 # variables that the starter sets are not set here
# Starts processes on a leash: they are started, signalled and killed by name, and none is left behind. bin/launch
# sources this file.
#
# Each process runs under a guard. The standard input of the guard is the leash, a pipe whose other end only the starter
# holds. A line in this pipe is the name of a signal to pass on. The end of the pipe means stop; it is closed in any
# case when the starter ends, even after kill -9. Over ssh the leash is the input of ssh, so a lost connection also
# stops the remote process. (A pseudo-terminal, ssh -tt, would do this without a guard, but it cannot distinguish TERM
# from KILL, turns the line ends of the log into CR LF, and does not stop a process that ignores SIGHUP.) When a process
# ends, a line "NAME CODE" is written to one pipe for all processes, in the order in which they end. The starter reads
# these lines instead of waiting for each process.
#
# The starter defines: scratch (a folder), events (the descriptor of this pipe), logs (a folder), grace (seconds),
# interrupts (if 2 or more, finish kills at once), and watch, which reads one line within a second and calls forget.
# This file defines: command (an array, the command of the next start), and by name the descriptor of each leash and the
# process group.

command=()
declare -A leash=() group=()

# shellcheck disable=SC2016 # sh expands it
# Runs its arguments and obeys its standard input (see the head of this file). It is plain sh, and is joined to one line
# below.
guard='
grace=$1 idle=$2; shift 2; trap : HUP INT TERM; exec 3<&0;
"$@" 3<&- </dev/null & pid=$!;
{
    while read -r signal; do kill -s "$signal" "$pid"; done;
    left=$grace;
    while [ "$idle" ] && [ "$left" -gt 0 ] && [ "$(eval "$idle")" -gt 1 ]; do sleep 1; left=$((left - 1)); done;
    kill -s TERM "$pid";
    while [ "$grace" -gt 0 ] && kill -s 0 "$pid"; do sleep 1; grace=$((grace - 1)); done;
    kill -s KILL "$pid";
} <&3 >/dev/null 2>&1 & watcher=$!;
exec 3<&-;
while wait "$pid"; code=$?; kill -s 0 "$pid" 2>/dev/null; do :; done;
kill -s KILL "$watcher"; exit "$code"'
guard=${guard//$'\n'/ }

# Wraps the command in a guard; on the given host, if one is given. If the leash ends while the command $idle, if it is
# set, prints a number above 1, the process is left running, for the time of grace at most.
guarded() {
    command=(sh -c "$guard" guard "$grace" "${idle-}" "${command[@]}")
    [[ -n ${1-} ]] || return 0
    local line
    line="cd $(quote "$PWD") 2>/dev/null; exec $(quote "${command[@]}")"
    command=(ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=8 "$1" "$line")
}

# Prints words as one line, quoted so that any shell reads them back unchanged.
quote() {
    local word line='' quote="'\\''"
    for word in "$@"; do
        [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]] || word="'${word//\'/$quote}'"
        line+=" $word"
    done
    echo "${line# }"
}

# start NAME: runs the command in its own process group, so that Ctrl-C reaches only the starter. Its output goes to
# NAME.log.
start() {
    local name=$1 fd holder reader
    : >"$logs/$name.log" # at once, so that the log of an earlier run is not read
    mkfifo "$scratch/leash"
    exec {holder}<>"$scratch/leash"
    exec {reader}<"$scratch/leash"
    rm "$scratch/leash"
    leash[$name]=$holder
    set -m
    (
        trap : HUP INT TERM
        for fd in "${leash[@]}"; do exec {fd}>&-; done
        code=0
        "${command[@]}" <&"$reader" {reader}<&- {events}>&- >>"$logs/$name.log" 2>&1 || code=$?
        echo "$name $code" >&"$events"
    ) &
    group[$name]=$!
    set +m
    exec {reader}<&-
}

# Succeeds if a process runs whose name matches a pattern.
any() {
    local name
    for name in "${!leash[@]}"; do
        # shellcheck disable=SC2053 # it is a pattern
        [[ $name != $1 ]] || return 0
    done
    return 1
}

signal() {
    local name
    for name in "${!leash[@]}"; do
        # shellcheck disable=SC2053 # it is a pattern
        [[ $name != $2 ]] || echo "$1" >&"${leash[$name]}"
    done
}

forget() {
    local fd=${leash[$1]}
    exec {fd}>&-
    unset "leash[$1]" "group[$1]"
}

# Ends the processes whose names match: sends TERM, waits, sends KILL.
finish() {
    local deadline=$((SECONDS + grace)) name
    signal TERM "$1"
    while any "$1" && [[ $interrupts -lt 2 && $SECONDS -lt $deadline ]]; do watch; done
    any "$1" || return 0
    signal KILL "$1"
    deadline=$((SECONDS + 5))
    while any "$1" && [[ $SECONDS -lt $deadline ]]; do watch; done
    for name in "${!leash[@]}"; do # a process that KILL did not reach is an ssh whose host does not respond
        # shellcheck disable=SC2053 # it is a pattern
        [[ $name == $1 ]] || continue
        echo "$name does not answer and was given up; check that no process is left on its host." >&2
        kill -KILL -- "-${group[$name]}" || true
    done
}
