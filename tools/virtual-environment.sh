#!/bin/sh
# Make the virtual environment and install the pinned dependencies and the project into it.
# Usage: virtual-environment.sh PYTHON VENV LOCKFILE
set -eu
python=$1 venv=$2 lock=$3

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "Intake needs Python 3.11 or newer; '$python' is not. Set PYTHON=/path/to/python3.11." >&2
  exit 1
}
# An environment without a pip that runs was left half made, or its Python is gone.
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
  rm -rf "$venv"
  "$python" -m venv "$venv" 2>/dev/null || {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
      rm -rf "$venv"
      "$python" -m venv "$venv"
    elif rm -rf "$venv" && "$python" -m pip --version >/dev/null 2>&1 \
      && "$python" -m venv --without-pip "$venv" 2>/dev/null; then
      # Debian without python3-venv lacks the pip that a new environment gets, and no more.
      "$python" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check pip
    elif command -v uv >/dev/null; then
      uv venv --quiet --seed --python "$python" "$venv"
    else
      echo "Python's venv module is missing, and so are pip and uv, which could stand in for it." >&2
      echo "On Debian: sudo apt-get install python3-venv" >&2
      exit 1
    fi
  }
fi
echo "Installing Intake's dependencies (a few minutes, the first time) ..."
# The lock file is complete: nothing is left to resolve, and an older pip, left to it, takes a
# newer release for a dependency with an extra ("coverage[toml]") than the one that is pinned.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
  -r "$lock"
# The build backend is installed from the lock; an isolated build would fetch one unpinned.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
# Where Python writes no bytecode of its own (PYTHONDONTWRITEBYTECODE, as in many containers), each
# command would compile us anew: half a second of its start.
"$venv/bin/python" -m compileall -q diagnostics intake
