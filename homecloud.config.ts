import { defineConfig } from 'homecloud';

/** The sample: a family of four with three boards, five disks and four shares on two boards. */
export default defineConfig({
  home: {
    name: 'home',
    domain: 'cloud.example.org',
    timeZone: 'Europe/Paris',
    admin: {
      email: 'alice@example.org',
      sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEE alice@laptop'],
    },
  },

  network: {
    subnet: '192.168.1.0/24',
    gateway: '192.168.1.1',
    nameservers: ['192.168.1.1'],
    dhcp: '192.168.1.100-192.168.1.199',
    virtualIp: '192.168.1.10',
  },

  people: [
    { name: 'alice', uid: 2001, fullName: 'Alice', email: 'alice@example.org', quota: '100GiB' },
    { name: 'bob', uid: 2002, fullName: 'Bob', email: 'bob@example.org', quota: '100GiB' },
    { name: 'carol', uid: 2003, fullName: 'Carol', quota: '50GiB' },
    { name: 'dave', uid: 2004, fullName: 'Dave', quota: '50GiB' },
  ],

  boards: [
    {
      name: 'oak',
      address: '192.168.1.11',
      hardware: 'raspberry-pi-5',
      memory: '8GiB',
      role: 'server',
      boot: 'ssd',
      disks: [
        { name: 'data', device: '/dev/disk/by-id/usb-Example_Portable_0001-0:0', purpose: 'dnas' },
        { name: 'blocks', device: '/dev/disk/by-id/nvme-Example_SSD_0002', purpose: 'longhorn' },
      ],
    },
    {
      name: 'elm',
      address: '192.168.1.12',
      hardware: 'raspberry-pi-5',
      memory: '8GiB',
      role: 'server',
      boot: 'ssd',
      disks: [
        { name: 'data', device: '/dev/disk/by-id/usb-Example_Portable_0003-0:0', purpose: 'dnas' },
        { name: 'blocks', device: '/dev/disk/by-id/nvme-Example_SSD_0004', purpose: 'longhorn' },
      ],
    },
    {
      name: 'fir',
      address: '192.168.1.13',
      hardware: 'raspberry-pi-4',
      memory: '4GiB',
      role: 'server',
      disks: [{ name: 'system', device: '/dev/disk/by-id/usb-Example_SSD_0005-0:0', purpose: 'system' }],
    },
  ],

  git: {
    url: 'ssh://git@git.example.org/alice/home.git',
    knownHosts: 'git.example.org ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEX',
  },

  traefik: { dashboard: true },

  // An authority of the home: dist/pages/trust/ is for each phone and laptop, once.
  certificates: { mode: 'private-ca' },

  // The records that the router needs: homecloud report names.
  names: { by: 'router' },

  observability: {
    enabled: true,
    receivers: {
      email: [{ name: 'alice', from: 'alice@example.org', server: 'smtp.example.org:587' }],
      ntfy: [{ name: 'phone', least: 'critical' }],
    },
    watcher: true,
  },
  longhorn: { enabled: true },
  management: { headlamp: { enabled: true } },
  nextcloud: { enabled: true, phoneRegion: 'FR' },

  shares: [
    {
      name: 'photos',
      on: ['oak/data', 'elm/data'],
      people: ['alice', 'bob', 'carol', 'dave'],
      nextcloud: true,
      nextcloudBoard: 'oak',
    },
    { name: 'documents', on: ['oak/data', 'elm/data'], people: ['alice', 'bob'] },
    { name: 'music', on: ['elm/data'], people: ['alice', 'bob', 'carol', 'dave'] },
    {
      name: 'games',
      on: ['oak/data', 'elm/data'],
      people: ['carol', 'dave'],
      // The console in the living room.
      nfs: { clients: ['192.168.1.60/32'], readOnly: true },
    },
  ],

  // What this version of homecloud does not build yet; it becomes a group of keys when it does.
  backup: false,
});
