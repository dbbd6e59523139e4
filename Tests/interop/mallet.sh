#!/usr/bin/env bash
# Lets MALLET continue from dist-lda's state, and dist-lda from MALLET's.
#
# MALLET is the program DIST_LDA_MALLET, otherwise the `mallet` that is installed. Without it, the check is skipped and
# prints the reason. The other programs are those in DIST_LDA_BIN, otherwise those of the debug build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

mallet=${DIST_LDA_MALLET:-$(type -P mallet || true)}
if [[ -z $mallet ]]; then
    echo "skipped: MALLET is not installed (DIST_LDA_MALLET can name its program)"
    exit 0
fi

programs=${DIST_LDA_BIN:-$(swift build --show-bin-path)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
run() {
    if ! "$@" >"$folder/log" 2>&1; then
        cat "$folder/log" >&2
        echo "failed: $*" >&2
        exit 1
    fi
}

# Prints `document position type-index topic` of each token of a state.
tokens() { gzip -dc "$1" | grep -v '^#' | cut -d ' ' -f 1,3,4,6; }

# Checks that two states have the same tokens.
same() {
    if ! cmp <(tokens "$1") <(tokens "$2"); then
        echo "failed: the tokens of $1 and $2 differ" >&2
        exit 1
    fi
}

# Imports documents whose words are separated by spaces.
import() {
    run "$mallet" import-file --input "$1" --output "$2" --keep-sequence --token-regex '\S+' --preserve-case
}

head -n 400 Examples/packages.lda >"$folder/small.lda"
printf '%s\n' $'odd\tnew york:2\tnew_york:1\tna\xc3\xafve:3\t\xe6\x97\xa5\xe6\x9c\xac:1\t%b:1\t,c:2' \
    empty >>"$folder/small.lda"
run "$programs/dist-lda-shard" --document="$folder/small.lda" --topics=8 --iterations=50 --cores=2 \
    --output="$folder/model" --write=state
run "$programs/dist-lda" convert --model="$folder/model/state.gz" --to=mallet --output="$folder"
import "$folder/state.mallet" "$folder/instances"
run "$mallet" train-topics --input "$folder/instances" --num-topics 8 --num-iterations 0 \
    --input-state "$folder/model/state.gz" --output-state "$folder/same.gz"
same "$folder/model/state.gz" "$folder/same.gz"
run "$mallet" train-topics --input "$folder/instances" --num-topics 8 --num-iterations 20 \
    --input-state "$folder/model/state.gz" --output-state "$folder/further.gz"
echo "MALLET continues from a state of dist-lda."

# A state of MALLET for the text that it imports itself, in lower case.
cat >"$folder/text.mallet" <<'END'
d1 x The harbour was full of ships, and the ships were full of cotton.
d2 x ΟΔΥΣΣΕΥΣ ΚΑΙ ΠΗΝΕΛΟΠΗ: Η ΟΔΟΣ ΤΗΣ ΙΘΑΚΗΣ
d3 x Don't stop the ship-owners' CAFÉ in İzmir
END
run "$mallet" import-file --input "$folder/text.mallet" --output "$folder/text" --keep-sequence
run "$mallet" train-topics --input "$folder/text" --num-topics 3 --num-iterations 20 \
    --output-state "$folder/text.gz"
run "$programs/dist-lda-shard" --document="$folder/text.mallet" --input-format=mallet --tokens=mallet --lowercase \
    --topics=3 --iterations=5 --from="$folder/text.gz" --output="$folder/text-model"
echo "dist-lda continues from a state of MALLET."
