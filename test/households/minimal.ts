import { defineConfig } from 'homecloud';

/** One board, nothing optional. */
export default defineConfig({
  home: { domain: 'home.example.org', admin: { email: 'admin@example.org' } },
  network: {
    subnet: '192.168.0.0/24',
    gateway: '192.168.0.1',
    nameservers: ['192.168.0.1'],
    virtualIp: '192.168.0.10',
  },
  boards: [
    { name: 'pi', address: '192.168.0.11', hardware: 'raspberry-pi-4', memory: '4GiB', role: 'server', boot: 'ssd' },
  ],
  git: { url: 'https://git.example.org/admin/home.git' },
});
