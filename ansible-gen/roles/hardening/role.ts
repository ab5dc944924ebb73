import type { Board } from '../../../model/facts/boards.ts';
import { defineRole, type IncludedVariable } from '../../role.ts';

/**
 * What a board needs that the DevSec roles would take away (devsec.hardening 10.6.0). Each default is read in
 * `roles/os_hardening/defaults/main.yml`, `roles/os_hardening/vars/Debian.yml` or `Ubuntu.yml`, or
 * `roles/ssh_hardening/defaults/main.yml`.
 */
const overrides: readonly IncludedVariable[] = [
  {
    name: 'sysctl_overwrite',
    board: ({ sysctls }) => ({ ...looserSysctls, ...sysctls }),
    reason:
      "What the board needs of the kernel, as `/etc/sysctl.d/95-homecloud.conf` has it, so that no run turns it back and forth: DevSec switches forwarding off, which cuts the pods off. And: sources of packets are checked loosely (`rp_filter` 2), because replies of the virtual IP, of a second interface or of a VPN come another way; packets with impossible addresses are not logged, which would wear an SD card out; TCP keeps its timestamps, which it needs to tell old packets from new. The admin's own `hardening.sysctls` come last.",
  },
  {
    name: 'sysctl_unsupported_entries',
    board: (board) => [...(board.architecture === 'arm64' ? armSysctls : []), ...ipv6Sysctls],
    reason:
      'Settings that stay as the system has them. On arm64 the kernel refuses the numbers of `vm.mmap_rnd_bits`. Without router advertisements and autoconfiguration a board loses its IPv6 addresses, by which its name may be reached.',
  },
  {
    name: 'os_filesystem_whitelist',
    value: ['squashfs', 'vfat'],
    reason:
      '`vfat` is the boot partition of a Raspberry Pi and of UEFI: blocked, the board does not boot the next time, or cannot be upgraded. `squashfs` is what snaps of Ubuntu are.',
  },
  {
    name: 'hidepid_option',
    value: '0',
    reason:
      'Hidden processes break what is not root and has to see them: metrics of the board, polkit, and sessions of systemd.',
  },
  {
    name: 'os_env_umask',
    value: '022',
    reason:
      'With 027, what the admin writes by `sudo` cannot be read by the services that it is for: keys of package sources by apt, for example.',
  },
  {
    name: 'os_user_pw_ageing',
    value: false,
    reason: "The admin's password, for the console and for sudo, would expire after 60 days.",
  },
  { name: 'os_auth_pw_max_age', value: 99999, reason: 'The same for accounts that are made later.' },
  {
    name: 'os_auth_pw_min_age',
    value: 0,
    reason: 'A password that somebody has seen can be changed at once, not only after 7 days.',
  },
  {
    name: 'os_ignore_users',
    board: ({ name }, { git }) => (git.repository?.board === name ? ['git'] : []),
    reason: 'The account that serves the repository of the home would lose its shell, and the repository its readers.',
  },
  {
    name: 'os_ignore_home_folder_users',
    board: (_board, { dnas }) => [dnas.owner.name],
    reason: 'The home folder of the owner of the shares would be closed to everybody else.',
  },
  {
    name: 'os_netrc_enabled',
    value: false,
    reason: 'The role would delete `~/.netrc` of all accounts, with the credentials in it.',
  },
  {
    name: 'os_auditd_max_log_file_action',
    value: 'rotate',
    reason: 'With `keep_logs` the log of auditd is never deleted: it fills the card.',
  },
  {
    name: 'os_mnt_var_log_group',
    value: 'root',
    reason:
      'On Ubuntu, DevSec gives `/var/log` to the group `syslog`: a system with the journal alone has none, and hardening would end there. That group may write there no more than others: the mode is 0755 in either case.',
  },
  {
    name: 'ufw_manage_defaults',
    value: false,
    reason: "The firewall is homecloud's own; should ufw ever be started, the defaults of DevSec drop what pods send.",
  },
  {
    name: 'ssh_server_ports',
    board: ({ ssh }) => [String(ssh.port)],
    reason: 'The port by which Ansible reaches the board: DevSec writes 22.',
  },
  {
    name: 'ssh_listen_to',
    value: ['0.0.0.0', '::'],
    reason: 'DevSec listens on IPv4 only, and a computer at home may come by IPv6.',
  },
  {
    name: 'ssh_permit_root_login',
    board: ({ ssh }) => (ssh.user === 'root' ? 'prohibit-password' : 'no'),
    reason: 'Where Ansible logs in as root, root may still log in, by key only.',
  },
  {
    name: 'ssh_max_auth_retries',
    value: 6,
    reason: 'With 2, an agent that holds three keys is refused before it comes to the right one.',
  },
  {
    name: 'ssh_allow_tcp_forwarding',
    value: 'local',
    reason: 'Pages that listen on the board alone, such as that of Syncthing, are reached by `ssh -L`.',
  },
  {
    name: 'ssh_host_key_files',
    value: ['ed25519', 'ecdsa', 'rsa'].map((type) => `/etc/ssh/ssh_host_${type}_key`),
    reason:
      'The host keys stay as they are: DevSec makes a new RSA key where the old one has not 4096 bits, and who knows the board by that one is warned of an attack.',
  },
];

const looserSysctls = {
  'net.ipv4.conf.all.log_martians': 0,
  'net.ipv4.conf.all.rp_filter': 2,
  'net.ipv4.conf.default.log_martians': 0,
  'net.ipv4.conf.default.rp_filter': 2,
  'net.ipv4.tcp_timestamps': 1,
};

/** An arm64 kernel with addresses of 39 bits takes 24 at most (Linux, arch/arm64/Kconfig, ARCH_MMAP_RND_BITS_MAX). */
const armSysctls = ['vm.mmap_rnd_bits', 'vm.mmap_rnd_compat_bits'];

const ipv6Sysctls = [
  ...['accept_ra', 'autoconf', 'router_solicitations'].flatMap((key) => [
    `net.ipv6.conf.all.${key}`,
    `net.ipv6.conf.default.${key}`,
  ]),
  ...['accept_ra_rtr_pref', 'accept_ra_pinfo', 'accept_ra_defrtr', 'dad_transmits', 'max_addresses'].map(
    (key) => `net.ipv6.conf.default.${key}`,
  ),
];

export const hardening = defineRole({
  name: 'hardening',
  description:
    'Hardens the system and the SSH server by the roles of devsec.hardening, leaves open what the home needs, and proves that it still works.',
  variables: {
    enabled: {
      type: 'bool',
      description: 'Whether anything is done.',
      default: true,
      all: ({ hardening }) => hardening.enabled,
    },
    version: {
      type: 'str',
      description: 'Version of the collection devsec.hardening that must be installed beside Ansible.',
      all: ({ pins }) => pins.devsec.version,
    },
    variables: {
      type: 'list',
      elements: 'str',
      description:
        'Names of variables of the DevSec roles that must be set: without them a board is hardened until nothing works. When a value changes, the board is hardened again.',
      default: overrides.map(({ name }) => name),
      all: ({ hardening }) =>
        hardening.enabled
          ? [...new Set([...overrides.map(({ name }) => name), ...Object.keys(hardening.variables)])].sort()
          : undefined,
    },
    sysctls: {
      type: 'dict',
      description: 'Settings of the kernel that must be in force afterwards.',
      board: ({ sysctls }: Board) => sysctls,
    },
    modules: {
      type: 'list',
      elements: 'str',
      description: 'Kernel modules that must be loaded afterwards.',
      board: ({ modules }: Board) => modules,
    },
    loadable_modules: {
      type: 'list',
      elements: 'str',
      description:
        'Kernel modules that nothing may block, where the kernel has them: volumes of Longhorn come by iSCSI, a Raspberry Pi boots from vfat, snaps are of squashfs.',
      default: ['iscsi_tcp', 'squashfs', 'vfat'],
    },
    again: {
      type: 'bool',
      description:
        'Run the DevSec roles although nothing changed. Otherwise they run when a variable, the collection, the system or one of their main files is another than after the last run; what they prove runs always.',
      default: false,
    },
  },
  included: {
    variables: overrides,
    isUsed: ({ hardening }) => hardening.enabled,
    ofAdmin: ({ hardening }) => hardening.variables,
  },
});
