import { defineRole } from '../../role.ts';

export const board = defineRole({
  name: 'board',
  description:
    'Prepares a board for all that follows: name, time, packages, kernel, swap, logs, watchdog and security updates.',
  variables: {
    hosts: {
      type: 'list',
      elements: 'dict',
      description: 'All boards of the home: each knows the others by name, also without a name server.',
      options: {
        name: { type: 'str', description: 'Name of the board.' },
        address: { type: 'str', description: 'Address of the board.' },
      },
      all: ({ boards }) => boards.map(({ name, address }) => ({ name, address })),
    },
    time_zone: {
      type: 'str',
      description: 'Time zone, as in the IANA list: `Europe/Paris`.',
      all: ({ home }) => home.timeZone,
    },
    packages: {
      type: 'list',
      elements: 'str',
      description: 'All packages that the board needs from its distribution, for every role.',
      board: ({ packages }) => packages,
    },
    modules: {
      type: 'list',
      elements: 'str',
      description: 'Kernel modules that are loaded now and whenever the board starts.',
      board: ({ modules }) => modules,
    },
    sysctls: {
      type: 'dict',
      description: 'Settings of the kernel, by their names in sysctl: numbers.',
      board: ({ sysctls }) => sysctls,
    },
    is_raspberry_pi: {
      type: 'bool',
      description: 'Whether the board is a Raspberry Pi, whose firmware turns the memory controller of cgroups off.',
      board: ({ hardware }) => hardware.startsWith('raspberry-pi'),
    },
    boots_from_sd_card: {
      type: 'bool',
      description: 'Whether the system of the board is on an SD card, which swapping wears out.',
      board: ({ boot }) => boot === 'sd-card',
    },
    reboot_timeout: {
      type: 'int',
      description: 'Seconds that a board may take to be back after a reboot.',
      default: 600,
    },
  },
});
