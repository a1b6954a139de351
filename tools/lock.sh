#!/bin/sh
# Pin every dependency with its hashes and without any address: `make lock`.
set -eu
bin=$1
"$bin/python" -m pip install --quiet "pip-tools>=7.5"
compile() {
  "$bin/pip-compile" --quiet --generate-hashes --allow-unsafe --strip-extras --no-header \
    --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-annotate "$@"
}
compile --extra build -o requirements.lock pyproject.toml
# The first file constrains the second, so that what is tested is what is shipped.
compile --extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
