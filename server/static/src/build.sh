#!/bin/sh
# Compiles yishi.scss to the one committed stylesheet. Run it after a change of
# the source; node is needed here only, never to build or run Yishi.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tools=${YISHI_CSS_TOOLS:-$(mktemp -d)}
cd "$tools"
[ -d node_modules/govuk-frontend ] || npm install --no-audit --no-fund --silent govuk-frontend@6.6.0 sass@1.108.2
./node_modules/.bin/sass --style=compressed --no-source-map --quiet-deps \
  --load-path=node_modules/govuk-frontend/dist "$here/yishi.scss" "$here/../yishi.css"
