# Shared by scripts/demo and scripts/test: everything that a bare Debian 12 or Ubuntu lacks.
# Sourced by bash; expects `set -euo pipefail` and ROOT, the checkout.

VENV="$ROOT/.venv"
PYTHON="$VENV/bin/python"

say() { printf '%s\n' "$*" >&2; }

is_root() { [ "$(id -u)" -eq 0 ]; }

# need_packages WHY PACKAGE...: install system packages as root; as an ordinary user print the one command and stop.
need_packages() {
    local why=$1
    shift
    if ! command -v apt-get >/dev/null; then
        say "$why. Install these with your system's package manager, then run this again: $*"
        exit 3
    fi
    if ! is_root; then
        say "$why. Run this once, then run this script again:  sudo apt-get update && sudo apt-get install -y $*"
        exit 3
    fi
    say "Installing: $*"
    quietly apt-get update
    DEBIAN_FRONTEND=noninteractive quietly apt-get install -y --no-install-recommends "$@"
}

# quietly COMMAND...: show the output only when the command fails.
quietly() {
    local log status=0
    log=$(mktemp)
    "$@" >"$log" 2>&1 </dev/null || status=$?
    [ "$status" -eq 0 ] || cat "$log" >&2
    rm -f "$log"
    return "$status"
}

find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$candidate"
            return
        fi
    done
}

ensure_venv() {
    [ -x "$PYTHON" ] && "$PYTHON" -m pip --version >/dev/null 2>&1 && return
    local python
    python=$(find_python)
    if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        need_packages "Python 3.11 or newer with venv is needed" python3 python3-venv
        python=$(find_python)
    fi
    if [ -z "$python" ]; then
        say "This system's own Python is older than 3.11. Install Python 3.11 or newer, then run this again."
        exit 3
    fi
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
}

# ensure_installed LOCKFILE: the locked dependencies, then this checkout in place; nothing when both are there.
ensure_installed() {
    local lock=$1 stamp="$VENV/.installed-$1" wanted
    wanted=$(cat "$ROOT/$lock" "$ROOT/pyproject.toml" | cksum)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && return
    say "Installing the Python packages ($lock)"
    quietly "$PYTHON" -m pip install --require-hashes -r "$ROOT/$lock"
    quietly "$PYTHON" -m pip install --no-deps -e "$ROOT"
    "$PYTHON" -m compileall -q "$ROOT/core" "$ROOT/plugins"
    printf '%s' "$wanted" >"$stamp"
}

has_browser() { "$PYTHON" -m complain browser find >/dev/null 2>&1; }

ensure_browser() {
    has_browser || install_browser
    has_browser || { say "No Chromium could be installed. Install Chromium, Chrome or Edge, then run this again."; exit 3; }
    if ! fc-list :lang=zh 2>/dev/null | grep -q .; then
        need_packages "A font with Chinese characters is needed" fontconfig fonts-noto-cjk
    fi
}

install_browser() {
    # Ubuntu's package is only a pointer to a snap, which containers cannot run.
    if grep -q '^ID=debian' /etc/os-release 2>/dev/null; then
        need_packages "Chromium is needed" chromium fontconfig fonts-noto-cjk
    elif is_root; then
        quietly "$PYTHON" -m playwright install --with-deps chromium
    else
        quietly "$PYTHON" -m playwright install chromium ||
            { say "Chromium is needed. Run this once, then run this script again:  sudo \"$PYTHON\" -m playwright install --with-deps chromium"; exit 3; }
    fi
}
