#!/bin/sh
# The programs in which the tests look at reports: a browser, an office, and what reads a PDF. Installs what is missing
# where apt-get can (as root, on Debian and its like); elsewhere says in one line what to install, and fails no build:
# the tests that need it say so themselves.
set -eu

missing=
for pair in chromium:chromium soffice:libreoffice-writer pdftotext:poppler-utils; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing$missing, in which the tests look at reports"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # each is a word of its own
    if said=$({ apt-get update && apt-get install --yes --no-install-recommends $missing; } 2>&1); then
        exit 0
    fi
    echo "$said" | tail -n 5 >&2
fi
echo "the tests of the formats need$missing: say 'sudo apt-get install$missing', or install what is like it here" >&2
