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
interpreter_python = auto_silent
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
export function project(): Tree {
  return new Map([
    ['ansible.cfg', configuration],
    [
      'requirements.yml',
      yamlFile('Collections that homecloud.boards needs: none but those of ansible-core.', { collections: [] }),
    ],
  ]);
}
