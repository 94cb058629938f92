#!/bin/sh
# Counts the instructions of a build of 1,000 generated articles with one thread. The number repeats,
# so watch it from commit to commit. Needs valgrind, which lacks the SHA instructions: hashing costs
# more here than in a real run.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo build --release --quiet --bin feedmill
python3 benches/corpus.py --articles 1000 --out "$work/in"
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/feedmill build "$work/in" \
        --out "$work/$1" --no-cache --jobs 1 --by topic --format "$2" --limit "$3" 2>&1 |
        sed -n 's/.*Collected : //p'
}
echo "instructions, 1,000 articles: $(count one rss 1) for the newest of each topic," \
    "$(count rss rss 50) for the newest 50, $(count all rss,atom,json 50) in three formats"
