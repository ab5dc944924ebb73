// The home of the tests: boards with disks and shares in the network of a lab, its tree, and its passwords.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { emptyHome, homecloud, openSops } from '../tools/secret-home.mjs';

/** @typedef {{ name: string, disks: readonly string[] }} BoardOfHome */

/** A network that may use the home as if it was there: a VPN. */
export const trustedNetwork = '10.8.0.0/24';

export class DnasHome {
  #home;
  #config;

  constructor(lab, home, config, passwords) {
    this.lab = lab;
    this.#home = home;
    this.#config = config;
    this.folder = home.folder;
    this.boards = config.boards;
    /** As the markers of its disks have them. */
    this.names = { home: config.home.name, domain: config.home.domain };
    this.passwords = passwords;
  }

  /** Writes another config, and its tree. */
  async change(edit) {
    this.#config = edit(this.#config);
    writeConfig(this.#home, this.#config);
    await homecloud(this.#home, 'synth');
  }

  /** @param {string} board */
  addressOf(board) {
    return this.lab.network.address(11 + this.boards.findIndex(({ name }) => name === board));
  }

  /** Files of the pod of a board. */
  manifestsOf(board) {
    const folder = join(this.folder, 'dist/kubernetes/apps/dnas', board);
    return {
      deployment: join(folder, `deployment-dnas-${board}.yaml`),
      configMap: join(folder, `configmap-dnas-${board}.yaml`),
      secrets: { 'dnas-users': this.passwords },
    };
  }
}

/**
 * Makes a home of boards whose disks all are for shares.
 * @param {import('../boards/lab.mjs').Lab} lab
 * @param {readonly BoardOfHome[]} boards
 * @param {(subnet: string) => object[]} shares
 * @param {object} [more] of the config
 */
export async function makeDnasHome(lab, boards, shares, more = {}) {
  const home = await emptyHome();
  const { address, subnet } = lab.network;
  const config = {
    home: { name: 'lab', domain: 'lab.example.org', admin: { email: 'admin@example.org' } },
    network: {
      ...{ subnet, gateway: address(1), nameservers: [address(1)], virtualIp: address(10) },
      firewall: { trusted: [trustedNetwork] },
    },
    people: ['alice', 'bob', 'carol'].map((name, index) => ({ name, uid: 2001 + index })),
    boards: boards.map(({ name, disks }, index) => ({
      name,
      address: address(11 + index),
      hardware: 'amd64',
      memory: '4GiB',
      role: index === 0 ? 'server' : 'agent',
      boot: 'ssd',
      disks: disks.map((disk) => ({ name: disk, device: `/dev/disk/by-id/usb-${name}-${disk}`, purpose: 'dnas' })),
    })),
    git: { url: 'https://git.example.org/admin/home.git', isPublic: true },
    shares: shares(subnet),
    ...more,
  };
  writeConfig(home, config);
  await homecloud(home, 'secrets', 'init');
  await homecloud(home, 'secrets', 'add');
  await homecloud(home, 'synth');
  const { stringData } = await openSops(home, 'secrets/kubernetes/dnas/dnas-users.sops.yaml', {
    SOPS_AGE_KEY_FILE: home.identity,
  });
  return new DnasHome(lab, home, config, stringData);
}

function writeConfig({ folder }, config) {
  writeFileSync(
    join(folder, 'homecloud.config.ts'),
    `import { defineConfig } from 'homecloud';\n\nexport default defineConfig(${JSON.stringify(config, null, 2)});\n`,
  );
}
