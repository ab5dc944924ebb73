#!/bin/sh
# A stand-in for the start script of the image: as it does (nextcloud/docker, docker-entrypoint.sh), it brings the program of
# the image to the volume, its version last, and upgrades where another was there before.
set -eu
test "${NEXTCLOUD_UPDATE:-0}" = 1 || exec "$@"
html=/var/www/html
image=/usr/src/nextcloud
if ! cmp -s "$image/version.php" "$html/version.php"; then
  was=$(ls "$html/version.php" 2> /dev/null || true)
  for file in console.php occ commands.json; do cp "$image/$file" "$html/$file"; done
  mkdir -p "$html/config"
  cp "$image/version.php" "$html/version.php"
  test -z "$was" || php "$html/occ" upgrade
fi
exec "$@"
