#!/bin/sh
# Plays keys.txt to the workbench in tmux, 80 columns by 24 rows, slowly enough to watch:
#   tests/it/triage/play.sh target/debug/jikenbo && tmux -L triage attach
set -eu
program=$1
here=$(dirname "$0")
book=$(mktemp -d)/cases.db
"$program" --db "$book" ingest "$here/notices.txt"
while read -r key tag; do "$program" --db "$book" tags key "$tag" "$key"; done < "$here/tags.txt"
tmux -L triage new-session -d -x 80 -y 24 "$program --db $book"
sleep 1
grep -v '^#' "$here/keys.txt" | sed 's/  .*//' | while read -r line; do
    printf '%s' "$line" | grep -o '<[^>]*>\|.' | while read -r key; do
        case $key in
            '<Enter>') tmux -L triage send-keys Enter ;;
            '<Esc>') tmux -L triage send-keys Escape ;;
            '<^u>') tmux -L triage send-keys C-u ;;
            *) tmux -L triage send-keys -l -- "$key" ;;
        esac
        sleep 0.3
    done
done
