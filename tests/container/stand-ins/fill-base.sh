#!/bin/sh
# Puts into the Debian in $1 what the published Node.js image has beside it: node, npm, and a user without rights. And the
# authorities that this machine trusts, because a package mirror may be behind one of its own.
set -eu
install -D "$NODE_PROGRAM" "$1/usr/local/bin/node"
mkdir -p "$1/usr/local/lib/node_modules" "$1/etc/ssl/certs"
cp -RL "$NPM_FOLDER" "$1/usr/local/lib/node_modules/npm"
for program in npm npx; do
  ln -s "../lib/node_modules/npm/bin/$program-cli.js" "$1/usr/local/bin/$program"
done
chroot "$1" useradd --uid 1000 --create-home --shell /bin/bash node
cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/ca-certificates.crt"
