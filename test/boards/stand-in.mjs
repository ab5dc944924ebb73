// The stand-in for k3s refuses what k3s refuses: a role that errs does not pass by its kindness.

/** @typedef {import('./board.mjs').Board} Board */

/**
 * Starts of `k3s server` and `k3s agent` on a board of the cluster, each in a mount namespace of its own: with another
 * configuration and an empty disk.
 * @type {{ what: string, command?: 'server' | 'agent', edit: string, says: RegExp }[]} `edit` changes the files of a
 *   server that joins, in a shell
 */
const starts = [
  { what: 'an unknown option', edit: 'echo no-such-option: true >> config.yaml', says: /not defined: -no-such-option/ },
  {
    what: 'an option of a wrong type',
    edit: 'echo \'disable: "traefik"\' >> config.yaml',
    says: /disable .* type list/,
  },
  { what: 'a wrong token', edit: 'echo wrong > token', says: /401 .*Unauthorized/ },
  { what: 'the token for agents', edit: 'cat agent-token > token', says: /401 .*Unauthorized/ },
  { what: 'a token that all can read', edit: 'chmod 0644 token', says: /token can be read by others/ },
  {
    what: 'other networks than the cluster has',
    edit: 'echo \'service-cidr: "10.99.0.0/16"\' >> config.yaml',
    says: /critical configuration value mismatch.*: service-cidr/,
  },
  {
    what: 'the address of another board',
    edit: 'echo node-ip: 192.0.2.1 >> config.yaml',
    says: /not an address of this/,
  },
  { what: 'a name that is taken', edit: 'true', says: /duplicate node name found/ },
  {
    what: 'an agent with the token of another home',
    command: 'agent',
    edit: 'echo wrong > token',
    says: /401 .*Unauthorized/,
  },
];

/** @param {Board} board a server of a cluster; @param {Board} other server of it */
export async function refuses(board, other) {
  const failures = [];
  for (const { what, command = 'server', edit, says } of starts) {
    const script = [
      'set -e',
      'mount -t tmpfs none /mnt',
      'cp -a /etc/rancher/k3s/. /mnt',
      'mount --bind /mnt /etc/rancher/k3s',
      'mount -t tmpfs none /var/lib/rancher',
      'cd /etc/rancher/k3s',
      `echo server: https://${other.address}:6443 > config.yaml.d/join.yaml`,
      edit,
      `timeout 20 k3s ${command} 2>&1 && code=0 || code=$?`,
      'echo code $code',
      'ls -d /var/lib/rancher/k3s/server/db 2>/dev/null || true',
    ].join('\n');
    const output = await board.sudo(`unshare --mount sh -c '${script.replaceAll("'", "'\\''")}'`);
    if (!says.test(output) || !output.includes('code 1') || output.includes('/server/db')) {
      failures.push(`${what}: ${output.trim()}`);
    }
  }
  failures.push(...(await answers(board, other)));
  if (failures.length > 0) throw new Error(`the stand-in should refuse:\n${failures.join('\n')}`);
}

/** What answers at port 6443, and to whom. */
async function answers(board, other) {
  const url = `https://${other.address}:6443`;
  const tls = '/var/lib/rancher/k3s/server/tls';
  const admin = `--cacert ${tls}/server-ca.crt --cert ${tls}/client-admin.crt --key ${tls}/client-admin.key`;
  const server = '--insecure --user "server:$(cat /etc/rancher/k3s/token)"';
  const node = '--insecure --user "node:$(cat /etc/rancher/k3s/agent-token)"';
  const expected = [
    ['--insecure', '/ping', 200],
    ['--insecure', '/cacerts', 200],
    ['--insecure', '/livez', 401],
    ['--insecure', '/readyz', 401],
    ['--insecure', '/api/v1/nodes', 401],
    ['--insecure', '/v1-k3s/config', 401],
    [admin, '/livez', 200],
    [admin, '/readyz', 200],
    [server, '/v1-k3s/server-bootstrap', 200],
    [node, '/v1-k3s/config', 200],
    [node, '/v1-k3s/server-bootstrap', 403],
    [node, '/api/v1/nodes', 403],
  ];
  const failures = [];
  for (const [who, path, status] of expected) {
    const answer = await board.sudo(`curl --silent --output /dev/null --write-out "%{http_code}" ${who} ${url}${path}`);
    if (Number(answer) !== status) failures.push(`${path} with ${who.split(' ')[0]}: ${answer}, not ${status}`);
  }
  return failures;
}
