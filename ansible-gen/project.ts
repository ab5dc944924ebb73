import type { Model } from '../model/model.ts';
import type { Tree } from '../tree/tree.ts';
import { yamlFile } from './yaml.ts';

const configuration = `# Written by homecloud: changes here are lost. Ansible reads it when it is started in this folder.
[defaults]
inventory = inventory/hosts.yml
# The collection homecloud.boards stands in this folder; others are installed in the home folder, as
# "ansible-galaxy collection install -r requirements.yml -p ~/.ansible/collections" does.
collections_path = collections:~/.ansible/collections:/usr/share/ansible/collections
# Facts of a board are gathered once in a run.
gathering = smart
forks = 20
# Each system that homecloud supports has it, and apt's Python module belongs to it. Not looking for another saves a
# command on each board.
interpreter_python = /usr/bin/python3
callback_result_format = yaml
# No board is talked to whose host key is not known.
host_key_checking = True

[ssh_connection]
pipelining = True
# A board that loses its power in the middle of a task is given up after 30 seconds, not after a quarter of an hour.
# The host keys of homecloud.config.ts count beside those of the admin's own ~/.ssh/known_hosts.
ssh_args = -o ControlMaster=auto -o ControlPersist=60s -o ServerAliveInterval=10 -o ServerAliveCountMax=3 -o "GlobalKnownHostsFile=inventory/known_hosts /etc/ssh/ssh_known_hosts"
`;

/** What makes a folder with an inventory and a collection a project of Ansible. */
export function project({ hardening, pins }: Model): Tree {
  const collections = Object.values(pins)
    .filter(({ kind }) => hardening.enabled && kind === 'collection')
    .map(({ source, version }) => ({ name: source, version }));
  const comment =
    collections.length === 0
      ? 'Collections that homecloud.boards needs: none but those of ansible-core.'
      : 'Collections that homecloud.boards needs, besides those of ansible-core:\nansible-galaxy collection install -r requirements.yml -p ~/.ansible/collections';
  return new Map([
    ['ansible.cfg', configuration],
    ['requirements.yml', yamlFile(comment, { collections })],
  ]);
}
