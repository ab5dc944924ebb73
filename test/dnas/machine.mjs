// A machine of the network of a lab, without a system of its own: a network namespace with one cable.
import { spawnSync } from 'node:child_process';
import { run, succeed } from '../tools/process.mjs';

let machines = 0;

export class Machine {
  /**
   * @param {import('../boards/lab.mjs').Lab} lab
   * @param {string} name
   * @param {string} address in the lab's subnet, or elsewhere
   */
  constructor(lab, name, address) {
    machines += 1;
    this.lab = lab;
    this.name = name;
    this.address = address;
    this.namespace = `hcdnas-${process.pid}-${name}`;
    // At most 15 characters (IFNAMSIZ).
    this.cable = `hcd${process.pid}-${machines}`.slice(-15);
  }

  async plugIn() {
    await succeed('ip', ['netns', 'add', this.namespace]);
    this.lab.atEnd(() => spawnSync('ip', ['netns', 'delete', this.namespace], { stdio: 'ignore' }));
    await succeed('ip', [
      ...['link', 'add', this.cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', this.namespace],
    ]);
    await succeed('ip', ['link', 'set', this.cable, 'master', this.lab.network.bridge, 'up']);
    for (const args of [
      ['link', 'set', 'lo', 'up'],
      ['address', 'add', `${this.address}/24`, 'dev', 'eth0'],
      ['link', 'set', 'eth0', 'up'],
      // Also to machines of other networks on the same cable.
      ['route', 'add', 'default', 'dev', 'eth0'],
    ]) {
      await succeed('ip', ['-n', this.namespace, ...args]);
    }
  }

  /** Runs a program on it. @type {(command: string, args: readonly string[], options?: object) => ReturnType<typeof run>} */
  run(command, args, options) {
    return run('ip', ['netns', 'exec', this.namespace, command, ...args], options);
  }
}
