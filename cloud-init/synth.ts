import { prefixLength } from '../model/addresses.ts';
import type { Board } from '../model/facts/boards.ts';
import type { Model } from '../model/model.ts';
import { type Tree, TreeBuilder } from '../tree/tree.ts';
import { toYaml } from '../tree/yaml.ts';

/**
 * All files of `dist/cloud-init/`: a folder for each board, with what its freshly flashed card is set up by. They go into
 * the first partition of a card with Raspberry Pi OS (since Trixie) or Ubuntu for the Raspberry Pi, or onto a medium
 * with the label CIDATA for any other image with cloud-init (its data source NoCloud, which names the three files).
 * There is no secret in them.
 * @returns nothing without a key of the admin: nobody could log in.
 */
export function cloudInit(model: Model): Tree {
  const tree = new TreeBuilder();
  if (model.home.admin.sshKeys.length === 0) return tree.build();
  for (const board of model.boards) {
    tree
      .add(`${board.name}/user-data`, `#cloud-config\n${comment}${toYaml(userData(model, board))}`)
      .add(`${board.name}/meta-data`, `${comment}${toYaml(metaData(model, board))}`)
      .add(`${board.name}/network-config`, `${comment}${toYaml(networkConfig(model, board))}`);
  }
  return tree.build();
}

const comment = '# Written by homecloud from homecloud.config.ts: changes here are lost.\n';

/**
 * The account of Ansible, and no way in without a key.
 *
 * `user` changes the account that the image has by default, which keeps its groups; in `users` it would be one without
 * them. A Raspberry Pi starts its SSH server only when told to (rpi-imager, customization_generator.cpp).
 */
function userData({ home }: Model, { name, ssh }: Board) {
  return {
    hostname: name,
    // `sudo` looks the name up.
    manage_etc_hosts: 'localhost',
    user: {
      name: ssh.user,
      shell: '/bin/bash',
      lock_passwd: true,
      sudo: 'ALL=(ALL) NOPASSWD:ALL',
      ssh_authorized_keys: home.admin.sshKeys,
    },
    ssh_pwauth: false,
    disable_root: true,
    write_files: [
      anyWire,
      ...(ssh.port === 22
        ? []
        : [{ path: '/etc/ssh/sshd_config.d/10-homecloud-port.conf', content: `Port ${ssh.port}\n` }]),
    ],
    runcmd: [...(ssh.port === 22 ? [] : otherPort), ['systemctl', 'enable', '--now', 'ssh'], publishHostKey],
  };
}

/**
 * A board with two wired ports starts without waiting for a cable in both. Not netplan's `optional`, which is for each
 * port: where none is left to wait for, systemd waits in vain (systemd issue 29388), or for nothing (netplan, pull request
 * 456). The name comes after that of netplan's own, which lists all ports.
 */
const anyWire = {
  path: '/etc/systemd/system/systemd-networkd-wait-online.service.d/90-homecloud.conf',
  content:
    '[Service]\nExecStart=\nExecStart=/usr/lib/systemd/systemd-networkd-wait-online --any --operational-state=routable\n',
};

/** Where systemd listens for the SSH server (Ubuntu), it reads the port when it is told to. */
const otherPort = [
  ['systemctl', 'daemon-reload'],
  ['sh', '-c', 'systemctl try-restart ssh.socket; systemctl try-restart ssh.service || true'],
];

/** The public host key, where whoever holds the card can read it: what `ssh` shows at the first contact is compared with it. */
const publishHostKey = [
  'sh',
  '-c',
  'if [ -d /boot/firmware ]; then cp /etc/ssh/ssh_host_ed25519_key.pub /boot/firmware/; fi',
];

/**
 * The identity is that of the board for ever: with another one cloud-init would take the card for that of a new machine,
 * and give it new host keys.
 */
function metaData({ home }: Model, { name }: Board) {
  return { 'instance-id': `homecloud-${home.name}-${name}`, 'local-hostname': name };
}

/**
 * Version 2, without the outer key `network` (cloud-init, NoCloud). Images call the one wired interface `eth0`, `end0` or
 * `enp1s0`; netplan matches all of them, with systemd-networkd and with NetworkManager (netplan, `match`). Of a board with
 * two ports, the one with the cable has the address.
 */
function networkConfig({ network }: Model, { address }: Board) {
  return {
    version: 2,
    ethernets: {
      wired: {
        match: { name: 'e*' },
        dhcp4: false,
        addresses: [`${address}/${prefixLength(network.subnet)}`],
        routes: [{ to: 'default', via: network.gateway }],
        nameservers: { addresses: network.nameservers },
      },
    },
  };
}
