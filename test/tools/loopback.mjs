let networks = 0;

/** The first three numbers of loopback addresses that nobody else has: two runs can go at once, and labs of one run. */
export function loopbackNetwork() {
  networks += 1;
  return `127.${64 + (process.pid % 128)}.${(Math.floor(process.pid / 128) + 37 * networks) % 256}`;
}
