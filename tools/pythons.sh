#!/usr/bin/env bash
# The Pythons of this machine that the project supports, oldest first.
#   tools/pythons.sh list           "3.11.2 /usr/bin/python3", a line each
#   tools/pythons.sh test [WHAT]    installs and tests with each in an environment of its own
set -euo pipefail

list() {
    local candidate
    for candidate in $(type -ap python3 python3.{11..14}) /usr/bin/python3 \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3; do
        if [ -x "$candidate" ]; then
            "$candidate" -c '
import platform, sys
if sys.version_info >= (3, 11) and sys.prefix == sys.base_prefix:
    print(platform.python_version(), sys.executable)' 2>/dev/null || true
        fi
    done | sort --version-sort --unique --key=1,1
}

try_all() {
    local version python environment status=0
    while read -r version python; do
        environment=$(mktemp -d)
        echo "== Python $version"
        "$python" -m venv "$environment" \
            && "$environment/bin/pip" install --quiet --editable '.[dev]' \
            && "$environment/bin/python" -m pytest "$@" || status=1
        rm -rf "$environment"
    done < <(list)
    return $status
}

case "${1:-list}" in
    list) list ;;
    test) try_all "${@:2}" ;;
    *) echo "usage: tools/pythons.sh list | test [WHAT]" >&2; exit 2 ;;
esac
