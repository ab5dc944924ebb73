// The home of the checks of one board: two disks, and a share of each kind.

import { Nfs, Smb } from './clients.mjs';
import { FileServer } from './file-server.mjs';
import { makeDnasHome, trustedNetwork } from './home.mjs';
import { Machine } from './machine.mjs';

/** Shares by the disk that holds them. */
const shares = (subnet) => [
  {
    name: 'photos',
    on: ['oak/data'],
    people: ['alice', 'bob'],
    nfs: { clients: [subnet] },
    recycleBin: { days: 30 },
  },
  { name: 'backups', on: ['oak/data'], people: ['bob'], timeMachine: { size: '100MiB' } },
  { name: 'films', on: ['oak/more'], people: ['alice'], nfs: { clients: [subnet], readOnly: true } },
  { name: 'music', on: ['oak/more'], people: ['bob'], guests: true },
];

export class SmallHome {
  /** @param {import('../boards/lab.mjs').Lab} lab */
  static async make(lab) {
    const home = new SmallHome();
    home.dnas = await makeDnasHome(lab, [{ name: 'oak', disks: ['data', 'more'] }], shares);
    home.oak = new FileServer(home.dnas, 'oak');
    await home.oak.make(['data', 'more']);
    home.laptop = new Machine(lab, 'laptop', lab.network.address(50));
    // On the same cable, and of another network.
    home.stranger = new Machine(lab, 'stranger', '198.51.100.7');
    home.away = new Machine(lab, 'away', trustedNetwork.replace('.0/24', '.5'));
    for (const machine of [home.laptop, home.stranger, home.away]) await machine.plugIn();
    await home.oak.startPod();
    await home.oak.until(true);
    return home;
  }

  async stop() {
    await this.oak.stopPod();
  }

  /** A person at the laptop. @param {string} user */
  smb(share, user, options = {}) {
    const { password = this.dnas.passwords[user], machine = this.laptop, ...others } = options;
    return new Smb(machine, { address: this.oak.address, share, user, password, ...others });
  }

  /** Whoever is at home. */
  guest(share, options = {}) {
    return new Smb(options.machine ?? this.laptop, { address: this.oak.address, share });
  }

  nfs(options = {}) {
    return new Nfs(options.machine ?? this.laptop, this.oak.address, options);
  }
}
