// Measures how long homecloud takes; `npm run bench` prints a table. It judges nothing: see the goals beside the figures.
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'build/main.js');
const scratch = mkdtempSync(join(tmpdir(), 'homecloud-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** What a default cdk8s app is made of, as `cdk8s init typescript-app` writes it. */
const cdk8sApp = {
  // renovate: datasource=npm depName=ts-node
  tsNode: '10.9.2',
  // renovate: datasource=npm depName=typescript
  typescript: '5.9.3',
};

/** Makes a home that depends on this repository, and returns its folder. */
function makeHome(name, config) {
  const folder = join(scratch, name);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/homecloud'));
  writeFileSync(join(folder, 'homecloud.config.ts'), config);
  for (const verb of ['init', 'add']) {
    const env = { ...process.env, HOMECLOUD_IDENTITY: join(scratch, `${name}.agekey`) };
    time(process.execPath, [main, 'secrets', verb], { cwd: folder, env });
  }
  return folder;
}

/** Seconds of a cold run. */
function time(command, args, options) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const repeat = (times, run) => median(Array.from({ length: times }, run));
const synth = (cwd, ...args) => time(process.execPath, [main, 'synth', '--quiet', ...args], { cwd });
const clean = (home) => rmSync(join(home, 'dist'), { recursive: true, force: true });

const rows = [];
function row(what, value, unit, goal = '') {
  rows.push({
    what,
    value: typeof value === 'number' ? Number(value.toFixed(unit === 's' || unit === '' ? 3 : 0)) : value,
    unit,
    goal,
  });
}

// The sample.
const sample = makeHome('sample', readFileSync(join(root, 'homecloud.config.ts'), 'utf8'));
const cold = repeat(15, () => {
  clean(sample);
  return synth(sample);
});
row('synth of the sample, cold, median of 15', cold, 's', '0.45');
const again = repeat(15, () => synth(sample));
row('synth again without a change, median of 15', again, 's');
row(
  '  of which: a process of Node that does nothing',
  repeat(15, () => time(process.execPath, ['-e', '0'])),
  's',
);
row(
  '  of which: homecloud --version',
  repeat(15, () => time(process.execPath, [main, '--version'])),
  's',
);
row(
  '  of which: homecloud report (config, rules, model)',
  repeat(15, () => time(process.execPath, [main, 'report'], { cwd: sample })),
  's',
);
const before = statSync(join(sample, 'dist/SHA256SUMS')).mtimeMs;
synth(sample);
row(
  'files written without a change',
  statSync(join(sample, 'dist/SHA256SUMS')).mtimeMs === before ? 0 : 'some',
  'files',
  '0',
);

// A default cdk8s app that emits as many objects.
const files = readdirSync(join(sample, 'dist/kubernetes'), { recursive: true }).map(String);
const objects = files.filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml')).length;
row('cdk8s synth of a default app (ts-node) with as many objects, median of 3', cdk8sTime(objects), 's');
row('synth of the sample / cdk8s synth', cold / rows.at(-1).value, '', '0.2');

// Growth.
for (const boards of [3, 30, 300]) {
  const home = makeHome(`boards-${boards}`, manyBoards(boards));
  const seconds = repeat(3, () => {
    clean(home);
    return synth(home);
  });
  row(`synth of ${boards} boards, median of 3`, seconds, 's', boards === 300 ? '3' : '');
  row(`  memory at its highest`, memoryOf(home), 'MiB', boards === 300 ? '512' : '');
}

row('--watch, from save to written, median of 9', await watchTime(), 's', '0.15');
console.table(rows);

/** Time of `cdk8s synth` of an app as `cdk8s init typescript-app` makes it, with deployments and services. */
function cdk8sTime(count) {
  const cache =
    process.env['HOMECLOUD_TOOLS_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'homecloud-tools');
  const app = join(cache, `cdk8s-app-${cdk8sApp.tsNode}-${cdk8sApp.typescript}`);
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, 'package.json'), '{"name":"app","private":true}');
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = ['cdk8s', 'cdk8s-cli', 'cdk8s-plus-27', 'constructs', '@types/node'].map(
    (name) => `${name}@${devDependencies[name]}`,
  );
  time(
    'npm',
    [
      'install',
      '--no-audit',
      '--no-fund',
      '--silent',
      ...packages,
      `ts-node@${cdk8sApp.tsNode}`,
      `typescript@${cdk8sApp.typescript}`,
    ],
    { cwd: app },
  );
  writeFileSync(join(app, 'cdk8s.yaml'), 'language: typescript\napp: npx ts-node main.ts\n');
  writeFileSync(
    join(app, 'tsconfig.json'),
    '{"compilerOptions":{"target":"ES2019","module":"CommonJS","lib":["es2019"],"strict":true,"esModuleInterop":true}}',
  );
  writeFileSync(
    join(app, 'main.ts'),
    `import { App, Chart } from 'cdk8s';
import { Deployment, Service } from 'cdk8s-plus-27';
import { Construct } from 'constructs';

class MyChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (let index = 0; index < ${count}; index += 2) {
      const deployment = new Deployment(this, \`deployment-\${index}\`, { containers: [{ image: 'nginx', portNumber: 80 }] });
      if (index + 1 < ${count}) new Service(this, \`service-\${index}\`, { selector: deployment, ports: [{ port: 80 }] });
    }
  }
}

const app = new App();
new MyChart(app, 'app');
app.synth();
`,
  );
  return repeat(3, () => time('npx', ['cdk8s', 'synth'], { cwd: app }));
}

/** A home of \`count\` boards, each with a disk and a share. */
function manyBoards(count) {
  return `import { defineConfig } from 'homecloud';

const names = Array.from({ length: ${count} }, (_, index) => \`board-\${index}\`);

export default defineConfig({
  home: { domain: 'home.example.org', admin: { email: 'admin@example.org' } },
  network: { subnet: '10.8.0.0/16', gateway: '10.8.0.1', nameservers: ['10.8.0.1'], virtualIp: '10.8.0.250', pods: '10.32.0.0/12', services: '10.96.0.0/16' },
  people: [{ name: 'alice', uid: 2001 }],
  boards: names.map((name, index) => ({
    name,
    address: \`10.8.\${1 + Math.floor(index / 200)}.\${1 + (index % 200)}\`,
    hardware: 'arm64' as const,
    memory: '4GiB',
    role: index < 3 ? ('server' as const) : ('agent' as const),
    boot: 'ssd' as const,
    disks: [{ name: 'data', device: '/dev/disk/by-id/usb-Data', purpose: 'dnas' as const }],
  })),
  git: { url: 'https://git.example.org/admin/home.git', isPublic: true },
  shares: names.map((name) => ({ name: \`share-of-\${name}\`, on: [\`\${name}/data\`], people: ['alice'], nfs: { clients: ['10.8.0.0/16'], exportId: 1 + Number(name.split('-')[1]) } })),
});
`;
}

/** The most memory that a synth of the home has at once, in MiB. */
function memoryOf(home) {
  clean(home);
  const hook = 'data:text/javascript,process.on("exit",()=>process._rawDebug(process.resourceUsage().maxRSS))';
  const { stderr } = spawnSync(process.execPath, ['--import', hook, main, 'synth', '--quiet'], {
    cwd: home,
    encoding: 'utf8',
  });
  return Number(stderr.trim().split('\n').at(-1)) / 1024;
}

/** Seconds from the saving of a change to the new dist/. */
async function watchTime() {
  const home = makeHome('watched', readFileSync(join(root, 'homecloud.config.ts'), 'utf8'));
  const source = readFileSync(join(home, 'homecloud.config.ts'), 'utf8');
  const file = join(home, 'dist/SHA256SUMS');
  const stamp = () => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const next = async (old) => {
    while (stamp() === old) await new Promise((resolve) => setTimeout(resolve, 1));
  };
  const child = spawn(process.execPath, [main, 'synth', '--watch', '--quiet'], { cwd: home, stdio: 'inherit' });
  await next(0);
  const times = [];
  for (let round = 0; round < 9; round++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const old = stamp();
    const start = process.hrtime.bigint();
    writeFileSync(join(home, 'homecloud.config.ts'), source.replace("name: 'music'", `name: 'music-${round}'`));
    await next(old);
    times.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  child.kill();
  return median(times);
}
