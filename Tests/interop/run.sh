#!/usr/bin/env bash
# Reads dist-lda's files with the tools that they are made for: numpy, scipy, pandas, gensim and pyLDAvis, in a virtual
# environment with packages from PyPI.
#
# The environment is made once, in DIST_LDA_INTEROP_VENV or .build/interop-venv. If it cannot be made, the check is
# skipped and prints the reason. The programs are those in DIST_LDA_BIN, otherwise those of the debug build.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

skip() {
    echo "skipped: $*"
    exit 0
}

type -P python3 >/dev/null || skip "python3 is not installed"
environment=${DIST_LDA_INTEROP_VENV:-$PWD/.build/interop-venv}
if ! [[ -e $environment/complete ]]; then
    rm -rf "$environment"
    python3 -m venv "$environment" >/dev/null 2>&1 \
        || skip "python3 cannot make a virtual environment (python3-venv is missing?)"
    timeout 300 "$environment/bin/pip" --quiet install --only-binary :all: \
        --requirement Tests/interop/requirements.txt \
        || skip "the packages of Tests/interop/requirements.txt cannot be installed"
    touch "$environment/complete"
fi

programs=${DIST_LDA_BIN:-$(swift build --show-bin-path)}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
log=$folder/log
run() {
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        echo "failed: $*" >&2
        exit 1
    fi
}

head -n 400 Examples/packages.lda >"$folder/small.lda"
printf 'none\n=odd name, "quoted"\t=sum(1):2\ta"b:1\t%b\tNA:1\tnull:2\n' \
    'na\xc3\xafve:3\t\xe6\x97\xa5\xe6\x9c\xac:1' >>"$folder/small.lda"
run "$programs/dist-lda-shard" --document="$folder/small.lda" --topics=8 --iterations=100 --cores=2 \
    --output="$folder/model" \
    --write=dist_lda,state,keys,doc-topics,word-topic-counts,topic-word-weights,diagnostics,ldavis,numpy,csv
for format in lda_c uci matrix_market svmlight mallet jsonl; do
    run "$programs/dist-lda" convert --document="$folder/small.lda" --to="$format" --output="$folder/corpora"
done
PYTHONWARNINGS=ignore "$environment/bin/python" -B Tests/interop/read.py "$folder"
mkdir "$folder/page"
cd "$folder/page"
PATH=$programs:$PATH PYTHONWARNINGS=ignore \
    "$environment/bin/python" -B "$OLDPWD/Tests/interop/page.py" "$OLDPWD/docs/coming-from.md"
