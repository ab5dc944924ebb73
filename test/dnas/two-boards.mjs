// Two boards that hold the same shares, each as at home: its disks, its pod and the real Syncthing, all at its own address.
import { succeed } from '../tools/process.mjs';
import { Nfs, Smb } from './clients.mjs';
import { Computer } from './computer.mjs';
import { FileServer, runAsOwner } from './file-server.mjs';
import { makeDnasHome } from './home.mjs';
import { Machine } from './machine.mjs';
import { MeshLab } from './mesh-lab.mjs';

/** As the home of the mesh has them (mesh-lab.mjs), served by both protocols, and shown in Nextcloud. */
const shares = (subnet) =>
  [
    { name: 'photos', on: ['oak/data', 'elm/data'], people: ['alice', 'bob'] },
    { name: 'films', on: ['oak/data', 'elm/archive'], people: ['alice'] },
  ].map((share) => ({ ...share, nfs: { clients: [subnet] }, nextcloud: true, nextcloudBoard: 'oak' }));

const boards = [
  { name: 'oak', disks: ['data'] },
  { name: 'elm', disks: ['archive', 'data'] },
];

export class TwoBoards {
  /** @type {Record<string, FileServer>} by the name of the board */
  servers = {};
  /** @type {Promise<Computer> | undefined} */
  #computer;

  /**
   * @param {import('../boards/lab.mjs').Lab} lab
   * @param {string} syncthing its program
   * @param {number} [megabytes] of each disk
   */
  static async make(lab, syncthing, megabytes) {
    const home = new TwoBoards();
    home.dnas = await makeDnasHome(lab, boards, shares, { nextcloud: { enabled: true } });
    home.laptop = new Machine(lab, 'laptop2', lab.network.address(50));
    home.console = new Machine(lab, 'console', lab.network.address(51));
    const phone = new Machine(lab, 'phone', lab.network.address(21));
    for (const machine of [home.laptop, home.console, phone]) await machine.plugIn();
    const places = { phone: { namespace: phone.namespace } };
    for (const { name, disks } of boards) {
      const server = new FileServer(home.dnas, name);
      home.servers[name] = server;
      await server.make(disks, megabytes);
      places[name] = { namespace: server.machine.namespace, disks: server.path(''), home: home.dnas.names };
    }
    home.mesh = await MeshLab.make({ oak: syncthing }, { addressOf: lab.network.address, places });
    await home.mesh.apply();
    for (const server of Object.values(home.servers)) await server.startPod();
    for (const server of Object.values(home.servers)) await server.until(true);
    return home;
  }

  get oak() {
    return this.servers.oak;
  }
  get elm() {
    return this.servers.elm;
  }

  /** A computer with a kernel of its own, started by the first who needs it. @returns {Promise<Computer>} */
  computer() {
    this.#computer ??= Computer.start(this.dnas.lab);
    return this.#computer;
  }

  /** alice at the laptop. @param {string} board @param {string} share */
  smb(board, share, user = 'alice') {
    const options = { address: this.servers[board].address, share, user, password: this.dnas.passwords[user] };
    return new Smb(this.laptop, options);
  }

  /** The console. @param {string} board */
  nfs(board) {
    return new Nfs(this.console, this.servers[board].address);
  }

  /** Writes a file of a share as a program on the board does that runs as the owner of the files. */
  async local(board, share, name, text) {
    await runAsOwner('cat > "$0"', [this.mesh[board].path(share, name)], { input: text });
  }

  /** Pulls the disk with the index of a board: the unit of Syncthing is bound to it. */
  async pull(board) {
    await this.servers[board].pull('data');
    await this.mesh[board].stop('SIGKILL');
  }

  async plug(board) {
    await this.servers[board].plug('data');
    await this.mesh[board].start();
  }

  /** Pulls out the network cable of a board, or plugs it in again. @param {'down' | 'up'} state */
  async cable(board, state) {
    await succeed('ip', ['link', 'set', this.servers[board].machine.cable, state]);
  }

  async stop() {
    await (await this.#computer?.catch(() => undefined))?.stop();
    await this.mesh.stop();
    for (const server of Object.values(this.servers)) await server.stopPod();
  }
}
