# shellcheck shell=bash disable=SC2154 # what the starter gives is not set here
# Processes on a leash: started together, asked and killed by name, and never left behind. For bin/launch, which reads this file.
#
# Each process runs under a guard whose standard input is its leash, a pipe of which the starter alone holds the other end. A line in it
# is a signal to pass on; its end, which comes by itself however the starter ends, kill -9 included, means stop. Through ssh the leash is
# ssh's own input, so a lost connection stops the remote process too. (A pseudo-terminal, ssh -tt, would do that without a guard, but
# cannot tell asking from killing, turns the log's line ends into CR LF, and lets a process that ignores SIGHUP live on.)
# The end of a process is a line "NAME CODE" in one common pipe, in the order of the ends: the starter reads lines, it does not wait.
#
# The starter gives: scratch (a folder), events (the common pipe's descriptor), logs (a folder), grace (seconds), interrupts (from 2 on,
# finish kills at once), and watch, which reads one such line within a second and calls forget.
# Here live: command (an array, what the next start runs), and by name the descriptor of each leash and the process group.

command=()
declare -A leash=() group=()

# shellcheck disable=SC2016 # sh expands it
# Runs its arguments and does what its standard input says (see the head of this file). Plain sh, and one line once it is used.
guard='
grace=$1; shift; trap : HUP INT TERM; exec 3<&0;
"$@" 3<&- </dev/null & pid=$!;
{
    while read -r signal; do kill -s "$signal" "$pid"; done;
    kill -s TERM "$pid";
    while [ "$grace" -gt 0 ] && kill -s 0 "$pid"; do sleep 1; grace=$((grace - 1)); done;
    kill -s KILL "$pid";
} <&3 >/dev/null 2>&1 & watcher=$!;
exec 3<&-;
while wait "$pid"; code=$?; kill -s 0 "$pid" 2>/dev/null; do :; done;
kill -s KILL "$watcher"; exit "$code"'
guard=${guard//$'\n'/ }

# Makes the command one that obeys its leash; on the given host if there is one.
guarded() {
    command=(sh -c "$guard" guard "$grace" "${command[@]}")
    [[ -n ${1-} ]] || return 0
    local line
    line="cd $(quote "$PWD") 2>/dev/null; exec $(quote "${command[@]}")"
    command=(ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=15 -o ServerAliveCountMax=8 "$1" "$line")
}

# Prints words as one line that any shell reads back as they are.
quote() {
    local word line='' quote="'\\''"
    for word in "$@"; do
        [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]] || word="'${word//\'/$quote}'"
        line+=" $word"
    done
    echo "${line# }"
}

# start NAME: runs the command in a process group of its own, so that Ctrl-C reaches the starter alone, with NAME.log for what it says.
start() {
    local name=$1 fd holder reader
    : >"$logs/$name.log" # now, so that nobody reads an earlier run's
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

# Whether a process runs whose name matches a pattern.
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

# Ends the processes whose names match: asks, waits, kills.
finish() {
    local deadline=$((SECONDS + grace)) name
    signal TERM "$1"
    while any "$1" && [[ $interrupts -lt 2 && $SECONDS -lt $deadline ]]; do watch; done
    any "$1" || return 0
    signal KILL "$1"
    deadline=$((SECONDS + 5))
    while any "$1" && [[ $SECONDS -lt $deadline ]]; do watch; done
    for name in "${!leash[@]}"; do # what even that did not reach is an ssh whose host is gone
        # shellcheck disable=SC2053 # it is a pattern
        [[ $name == $1 ]] || continue
        echo "$name does not answer and was let go; see that nothing is left on its host." >&2
        kill -KILL -- "-${group[$name]}" || true
    done
}
