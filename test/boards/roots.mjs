// The roots of the boards: Debian as a fresh board has it.
import { debianRoot } from '../tools/debian-root.mjs';

/** What the images of Debian for servers and boards bring, as far as it matters here. */
const packages = [
  'ca-certificates',
  'curl',
  'dbus',
  'iproute2',
  'iputils-ping',
  'kmod',
  'libpam-systemd',
  'openssh-server',
  'openssl',
  'procps',
  'python3',
  'python3-apt',
  'sudo',
  'systemd',
  'systemd-sysv',
];

/** What the roles install: downloaded only, so that boards without a way to the internet install it themselves. */
const downloaded = [
  'avahi-daemon',
  'curl',
  'dnsmasq-base',
  'e2fsprogs',
  'git',
  'keepalived',
  'libpam-passwdqc',
  'nftables',
  'smartmontools',
  'syncthing',
  'systemd-timesyncd',
  'systemd-zram-generator',
  'tzdata',
  'udev',
  'unattended-upgrades',
  'util-linux',
  'wsdd2',
];

/** What makes the root a board that a person has flashed: the user `admin` with sudo. No key, no host key, no identity. */
const setup = `
set -eu
useradd --create-home --shell /bin/bash --groups sudo admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 0440 /etc/sudoers.d/admin
rm -f /etc/ssh/ssh_host_* /etc/machine-id /var/lib/dbus/machine-id
systemctl enable systemd-networkd
# Started by the lab's host when a board boots; a board has no console.
systemctl mask console-getty.service
apt-get update -qq
apt-get install -qq --yes --download-only ${downloaded.join(' ')}
`;

/**
 * The folder with the root of a board. Nothing may be written there: boards are layers above it.
 * @param {12 | 13} release of Debian
 * @returns {Promise<string>}
 */
export const boardRoot = (release) => debianRoot({ name: 'board', release, packages, setup });
