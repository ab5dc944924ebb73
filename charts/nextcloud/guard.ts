import { dataFolder, imageFolder, volumeFolder } from './paths.ts';

/**
 * Runs before anything can write to the volume, which it only reads: what the image has may take over what is installed,
 * or it says why not.
 *
 * Nextcloud goes up one major version at a time, and never down. Two versions are installed: that of the program and that
 * of the database, which stays behind when an upgrade is interrupted. The image looks at the first alone
 * (nextcloud/docker, docker-entrypoint.sh).
 */
export const guardScript = `set -eu
html=${volumeFolder}/html

refuse() {
  printf '%s\\n' "$@" >&2
  exit 1
}

# $OC_Version of a program: 34.0.3.2
program() {
  php -r 'require $argv[1]; echo implode(".", $OC_Version);' "$1/version.php"
}

older() {
  test "$1" != "$2" && test "$(printf '%s\\n' "$1" "$2" | sort -V | head -n 1)" = "$1"
}

image=$(program ${imageFolder})
case $image in
  [1-9]*.*) ;;
  *) refuse "The image does not say which version of Nextcloud it has: $image" ;;
esac

if test ! -f "$html/version.php"; then
  if test -f "$html/config/config.php" || test -n "$(ls -A ${dataFolder} 2> /dev/null)"; then
    refuse 'There are files of people or settings on the volume "nextcloud", and no Nextcloud.' \\
      'None is installed over them: restore the volume from its backup.'
  fi
  echo "Nextcloud $image will be installed on a new volume."
  exit 0
fi

installed=$(program "$html")
database=$(php -r 'if (is_file($argv[1])) { include $argv[1]; } echo $CONFIG["version"] ?? "";' "$html/config/config.php")
test -n "$database" || database=$installed

for version in "$installed" "$database"; do
  case $version in
    [1-9]*.*) ;;
    *) refuse "The volume \\"nextcloud\\" does not say which version is installed: $version" 'Restore it from its backup.' ;;
  esac
  if older "$image" "$version"; then
    refuse "Nextcloud $version is installed, and the image has the older $image: there is no way back." \\
      "Write versions: { nextcloud: { version: '\${version%.*}-apache' } } in homecloud.config.ts, or use the homecloud that you had before; then synth and push." \\
      'Nothing was changed.'
  fi
  next=$((\${version%%.*} + 1))
  if test "\${image%%.*}" -gt "$next"; then
    refuse "Nextcloud $version is installed, and the image has $image: it goes up one major version at a time." \\
      "Use the homecloud that has Nextcloud $next first, or the last version of $next as versions.nextcloud in homecloud.config.ts; synth, push, and wait until its page is there. Then go on." \\
      'Nothing was changed.'
  fi
done

if test "$database" = "$image"; then
  echo "Nextcloud $image is installed."
else
  echo "Nextcloud $database will become $image."
fi
`;
