#!/usr/bin/env bash
# Makes a corpus of real text from data that every Debian machine has: the English descriptions of its packages.
#
# The corpus has one document per package, in dist_lda's form: name TAB word:count TAB word:count ...
# A word consists of three or more of the letters a to z, in lower case. Words that occur in fewer than five documents,
# and words that do not indicate a subject (see the list below), are left out. A description that several packages share
# is used once.
# `bin/quickstart` trains on all descriptions; Examples/packages.lda has every 60th (see README.md in this folder).
set -euo pipefail
export LC_ALL=C

usage() {
    cat <<'END'
Usage: Examples/derive.sh [--every N] [--cache DIR] > packages.lda
Writes Debian's package descriptions as word counts, one package per line, to standard output.

  --every N     only every Nth description (default: 1, all of them)
  --cache DIR   the folder for downloaded lists, used if the lists of this machine have no long descriptions
                (default: $XDG_CACHE_HOME/dist-lda or ~/.cache/dist-lda; the machine's own lists are never changed)

Exit codes: 0, 64 (usage), 69 (no apt, or no lists available).
END
}

fail() {
    echo "derive.sh: $2" >&2
    exit "$1"
}

# Function words of English, and words that are common in package descriptions.
common_words="about above add added additional after again against all allow allowing allows along already also
although always among and another any anything are around available based basic because been before being below best
better between both but called can cannot choose common commonly complete containing contains could current currently
debian depends description designed different does done due during each easily easy either etc even every example few
files first following for from full further general get given gives great had has have help her here high his how
however http https implementation implements include included includes including install installed installing instead
intended into its itself just kind know large later like main make makes making many may means might more most much
must need needed needs new not note number off often old one ones only option optional options org other others our
out over own package packages part per please possible program programs project provide provided provides providing
purpose quite rather real requires same see set several she should similar simple simply since small software some
special specific still such support supported supporting supports take than that the their them then there these they
thing things this those three through thus together too two under unless unlike until upon usage use used useful user
users uses using usually various very via want was way ways well were what when where whether which while who whole
whose will with within without work works would write written www yet you your"

# Prints records with descriptions: from this machine's lists, otherwise from downloaded lists, otherwise the short
# descriptions.
descriptions() {
    local lists=(-o "Dir::State::lists=$cache/lists")
    mapfile -t files < <(translations)
    if [[ ${#files[@]} -eq 0 ]]; then
        mapfile -t files < <(translations "${lists[@]}")
    fi
    if [[ ${#files[@]} -eq 0 ]]; then
        echo "Fetching Debian's package descriptions (about 16 MB) into $cache/lists." >&2
        mkdir -p "$cache/lists/partial" "$cache/archives/partial"
        apt-get update -qq "${lists[@]}" -o "Dir::Cache=$cache" -o Acquire::Languages=en >&2 || true
        mapfile -t files < <(translations "${lists[@]}")
    fi
    if [[ ${#files[@]} -gt 0 ]]; then
        /usr/lib/apt/apt-helper cat-file "${files[@]}"
    else
        echo "No long descriptions are available; using the short ones." >&2
        apt-cache dumpavail
    fi
}

# Prints the existing files with English long descriptions; the arguments are options of apt.
translations() {
    local file
    # shellcheck disable=SC2016 # apt expands it
    apt-get indextargets -o Acquire::Languages=en "$@" --format '$(FILENAME)' 'Created-By: Translations' 2>/dev/null \
        | sort | while read -r file; do if [[ -r $file ]]; then echo "$file"; fi; done
}

# Converts descriptions to word counts. Uses only POSIX awk, because Debian's awk is mawk.
word_counts() {
    awk -v every="$every" -v common="$common_words" '
        BEGIN { n = split(common, list); for (i = 1; i <= n; i++) skip[list[i]] = 1 }
        /^Package:/ { name = $2 }
        /^Description(-en)?:/ { sub(/^[^:]*:/, ""); text = $0; inside = 1; next }
        inside && /^ / { text = text " " $0; next }
        inside { inside = 0; if (!(text in seen)) { seen[text] = 1; keep() } }
        END {
            if (inside && !(text in seen)) keep()
            for (i = 1; i <= documents; i++) put(i)
            if (!documents) exit 69
        }

        function keep() {
            if (++taken % every != 0) return
            documents++
            names[documents] = name
            text = tolower(text)
            gsub(/[^a-z]+/, " ", text)
            texts[documents] = text
            count = split(text, words, " ")
            for (w = 1; w <= count; w++)
                if (last[words[w]] != documents) { last[words[w]] = documents; held_by[words[w]]++ }
        }

        function put(i) {
            split("", counts)
            count = split(texts[i], words, " ")
            for (w = 1; w <= count; w++) counts[words[w]]++
            line = names[i]
            for (w = 1; w <= count; w++) {
                word = words[w]
                if (!(word in counts)) continue
                if (length(word) >= 3 && held_by[word] >= 5 && !(word in skip)) line = line "\t" word ":" counts[word]
                delete counts[word]
            }
            if (line != names[i]) print line
        }'
}

every=1
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/dist-lda
while [[ $# -gt 0 ]]; do
    case $1 in
        --every | --cache)
            [[ $# -gt 1 ]] || fail 64 "$1 needs a value; see --help."
            if [[ $1 == --every ]]; then every=$2; else cache=$2; fi
            shift 2 ;;
        -h | --help) usage; exit 0 ;;
        *) fail 64 "$1 is not an option; see --help." ;;
    esac
done
[[ $every =~ ^[1-9][0-9]{0,5}$ ]] || fail 64 "--every is $every; give a whole number from 1 to 999999."
command -v apt-get >/dev/null \
    || fail 69 "this machine has no apt; use Examples/packages.lda, which was made on a machine that has it."

descriptions | word_counts || fail 69 "this machine's apt knows no packages; run 'apt-get update' and start again."
