// Apache, PHP and the jobs with our configuration: the programs of the distribution.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { until } from '../dnas/until.mjs';
import { run } from '../tools/process.mjs';
import { containerOf, expect, filesOf, freePort, needPrograms, runAsAccount, Sandbox, Service } from './service.mjs';

const cachePassword = 'cafe0123456789abcdef';

/** The folders of the pod, with pages that are stand-ins for those of Nextcloud. */
async function pod(replaced = {}) {
  await needPrograms({ php: 'php-cli' });
  const sandbox = new Sandbox(replaced);
  for (const path of [
    '/etc/homecloud',
    '/run/secrets/nextcloud',
    '/run/homecloud',
    '/var/www/html',
    '/srv/nextcloud',
    '/srv/nextcloud/backup',
    '/etc/apache2',
  ])
    sandbox.folder(path);
  sandbox.write(filesOf('nextcloud'), '/etc/homecloud');
  sandbox.secret('/run/secrets/nextcloud/cache-password', cachePassword);
  const folder = sandbox.text('/var/www/html');
  writeFileSync(join(folder, 'robots.txt'), 'User-agent: *\n');
  writeFileSync(
    join(folder, 'status.php'),
    "<?php echo json_encode(['remote' => $_SERVER['REMOTE_ADDR'], 'save' => ini_get('session.save_path')]);\n",
  );
  writeFileSync(join(folder, 'upload.php'), '<?php echo strlen(file_get_contents("php://input"));\n');
  writeFileSync(join(folder, 'moved.php'), "<?php header('Location: ' . $_GET['to'], true, 301);\n");
  writeFileSync(join(folder, '.htaccess'), 'Redirect 301 /old /new\n');
  return sandbox;
}

const environmentOf = (sandbox, container) =>
  Object.fromEntries(
    (containerOf('nextcloud', container).env ?? []).map(({ name, value }) => [name, sandbox.text(value)]),
  );

/** Each setting, as PHP takes it. */
async function phpTakesIt() {
  const sandbox = await pod();
  try {
    const wanted = Object.fromEntries(
      filesOf('nextcloud')
        ['php.ini'].trim()
        .split('\n')
        .map((line) => line.split(' = ')),
    );
    const asks = `echo json_encode(array_map(fn ($name) => ini_get($name), ${JSON.stringify(Object.keys(wanted))}));`;
    const { code, stdout, stderr } = await runAsAccount(['php', '-r', asks], { env: environmentOf(sandbox, 'cron') });
    expect(code === 0 && stderr === '', stderr);
    const taken = JSON.parse(stdout);
    for (const [index, [name, value]] of Object.entries(wanted).entries()) {
      // Not of every PHP: APCu may be missing here. And on the command line there is no limit of time.
      if (taken[index] === false || /^max_(execution|input)_time$/.test(name)) continue;
      expect(
        taken[index] === sandbox.text(value) || (value === '0' && taken[index] === ''),
        `${name} is "${taken[index]}", and not "${value}"`,
      );
    }
    const limit = await runAsAccount(['php', '-r', 'echo ini_parse_quantity(ini_get("post_max_size"));'], {
      env: environmentOf(sandbox, 'cron'),
    });
    expect(limit.stdout === `${16 * 2 ** 30}`, `post_max_size is ${limit.stdout}`);
    return `${Object.keys(wanted).length} settings`;
  } finally {
    sandbox.remove();
  }
}

/** Asks for a page. @returns {Promise<{ status: number, headers: Record<string, string>, body: string }>} */
function ask(port, path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port, path, method, headers: { Host: 'nextcloud.cloud.example.org', ...headers } },
      (answer) => {
        let text = '';
        answer.on('data', (data) => {
          text += data;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/**
 * Our script starts Apache with our files, where the image's `apache2-foreground` reads them. The rest of its configuration
 * is that of Debian: modules, and the files that ours take the place of.
 */
async function apacheServes() {
  await needPrograms({ apache2: 'apache2-bin' });
  const modules = '/usr/lib/apache2/modules';
  const php = readdirSync(modules).find((name) => /^libphp.*\.so$/.test(name));
  expect(php !== undefined, `the module of PHP is missing: apt-get install --no-install-recommends libapache2-mod-php`);
  const port = await freePort();
  const sandbox = await pod({ 'Listen 8080': `Listen 127.0.0.1:${port}`, '*:8080': `*:${port}` });
  // The runtime of containers gives these to the account; here they are root's.
  const log = join(sandbox.text('/run/homecloud'), 'log');
  for (const stream of ['/dev/stdout', '/dev/stderr']) sandbox.link(stream, log);
  const logged = () => readFileSync(log, 'utf8');
  const environment = { ...environmentOf(sandbox, 'nextcloud'), PATH: `${sandbox.root}/bin:${process.env.PATH}` };
  const apache = sandbox.text('/etc/apache2');
  for (const { mountPath, subPath } of containerOf('nextcloud', 'nextcloud').volumeMounts) {
    if (!mountPath.startsWith('/etc/apache2/')) continue;
    sandbox.write({ [mountPath.slice('/etc/apache2/'.length)]: filesOf('nextcloud')[subPath] }, '/etc/apache2');
  }
  const loaded = [
    'mpm_prefork',
    'authz_core',
    'alias',
    'mime',
    'dir',
    'setenvif',
    'rewrite',
    'headers',
    'remoteip',
    'reqtimeout',
  ];
  writeFileSync(
    join(apache, 'apache2.conf'),
    `ServerRoot ${apache}
DefaultRuntimeDir \${APACHE_RUN_DIR}
Mutex file:\${APACHE_LOCK_DIR} default
PidFile \${APACHE_PID_FILE}
${loaded
  .filter((name) => existsSync(`${modules}/mod_${name}.so`))
  .map((name) => `LoadModule ${name}_module ${modules}/mod_${name}.so`)
  .join('\n')}
LoadModule php_module ${modules}/${php}
TypesConfig /etc/mime.types
<FilesMatch \\.php$>
  SetHandler application/x-httpd-php
</FilesMatch>
<Directory ${sandbox.text('/var/www/html')}>
  AllowOverride All
</Directory>
ErrorLog ${log}
LimitRequestBody \${APACHE_BODY_LIMIT}
Include ports.conf
Include mods-available/mpm_prefork.conf
Include conf-available/remoteip.conf
Include sites-available/000-default.conf
`,
  );
  mkdirSync(join(sandbox.root, 'bin'));
  const foreground = join(sandbox.root, 'bin/apache2-foreground');
  writeFileSync(
    foreground,
    `#!/bin/sh\nset -e\nmkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"\nexec apache2 -DFOREGROUND -f ${apache}/apache2.conf\n`,
    { mode: 0o755 },
  );
  const { command, readinessProbe, livenessProbe } = containerOf('nextcloud', 'nextcloud');
  const service = new Service(
    command.map((word) => sandbox.text(word)),
    environment,
  );
  try {
    const probe = ({ httpGet }) =>
      ask(port, httpGet.path, {
        headers: {
          'User-Agent': 'kube-probe/1.37',
          ...Object.fromEntries(httpGet.httpHeaders.map(({ name, value }) => [name, value])),
        },
      });
    await until(
      'Apache answers',
      async () =>
        (await probe(livenessProbe).catch(() => ({ status: 0 }))).status === 200 || `silent\n${service.output}`,
      20,
    );
    const status = await probe(readinessProbe);
    expect(status.status === 200, `status.php is ${status.status}`);
    const { remote, save } = JSON.parse(status.body);
    expect(save === `tcp://cache:6379?auth=${cachePassword}`, `sessions are at ${save}`);
    expect(remote === '127.0.0.1', `who asks is ${remote}`);

    // Nobody is who a header says: Nextcloud itself decides whom it believes.
    const claimed = await ask(port, '/status.php', {
      headers: { 'X-Real-IP': '203.0.113.9', 'X-Forwarded-For': '203.0.113.9' },
    });
    expect(JSON.parse(claimed.body).remote === '127.0.0.1', 'Apache believes a header');
    // What Apache redirects goes to the page as people know it.
    const { headers } = await ask(port, '/old/a');
    expect(headers.location === 'https://nextcloud.cloud.example.org/new/a', `it redirects to ${headers.location}`);

    const upload = await ask(port, '/upload.php', { method: 'PUT', body: 'x'.repeat(3_000_000) });
    expect(upload.body === '3000000', `the upload was ${upload.status} ${upload.body}`);
    const tooMuch = await ask(port, '/upload.php', {
      method: 'PUT',
      headers: { 'Content-Length': `${16 * 2 ** 30 + 1}`, Expect: '100-continue' },
    }).catch(({ message }) => ({ status: message }));
    expect(tooMuch.status === 413, `one byte too much is ${tooMuch.status}`);

    await ask(port, '/s/SeCrEtToKeN?file=diary.txt');
    await until('it is logged', () => / GET 404 /.test(logged()) || logged(), 10);
    expect(!/SeCrEtToKeN|diary|robots|kube-probe/.test(logged()), `the log has paths or probes:\n${logged()}`);
    expect(/^203\.0\.113\.9 /m.test(logged()), `the log does not say who asked:\n${logged()}`);
    const seen = await service.processes();
    expect(!seen.includes(cachePassword), `the password is an argument:\n${seen}`);

    // The signal of the image: what is under way comes to its end.
    const code = await service.end('SIGWINCH');
    expect(code === 0, `it ended with ${code}:\n${service.output}`);
    return `${/MaxRequestWorkers (\d+)/.exec(filesOf('nextcloud')['mpm_prefork.conf'])?.[1]} processes at most`;
  } finally {
    await service.kill();
    sandbox.remove();
  }
}

/** The jobs run again and again; the file tells when they last came to an end, and the probe reads it. */
async function jobsRun() {
  const sandbox = await pod({ 'sleep 60': 'sleep 0.06', 'round=300': 'round=1' });
  const folder = sandbox.text('/var/www/html');
  const ran = join(sandbox.text('/run/homecloud'), 'jobs-ran');
  const job = (text) =>
    writeFileSync(
      join(folder, 'cron.php'),
      `<?php file_put_contents('${sandbox.text('/srv/nextcloud')}/jobs', "x", FILE_APPEND); ${text}\n`,
    );
  const { command, livenessProbe, startupProbe } = containerOf('nextcloud', 'cron');
  const probe = async ({ exec }) => (await runAsAccount(exec.command.map((word) => sandbox.text(word)))).code === 0;
  const jobs = () => statSync(join(sandbox.text('/srv/nextcloud'), 'jobs'), { throwIfNoEntry: false })?.size ?? 0;
  job('');
  expect(!(await probe(startupProbe)), 'the probe succeeds before it is started');
  const service = new Service(
    command.map((word) => sandbox.text(word)),
    environmentOf(sandbox, 'cron'),
  );
  const age = (minutes) => utimesSync(ran, new Date(), new Date(Date.now() - minutes * 60_000));
  try {
    await until('the jobs ran three times', () => jobs() >= 3 || service.output, 20);
    expect((await probe(startupProbe)) && (await probe(livenessProbe)), 'a probe fails');
    // They fail: the file grows old, and only a new start is left.
    job('exit(1);');
    await until('it says that they fail', () => /tried again/.test(service.output) || service.output, 20);
    age(121);
    const before = jobs();
    await until('they were tried again', () => jobs() > before + 1 || service.output, 20);
    expect(!(await probe(livenessProbe)), 'the probe succeeds, and no job came to its end for two hours');
    job('');
    await until('the probe succeeds again', () => probe(livenessProbe), 20);
    // In the middle of a long one.
    job('sleep(600);');
    const sofar = jobs();
    await until('a long job runs', () => jobs() > sofar || service.output, 20);
    const begin = performance.now();
    expect((await service.end()) === 0, `it ended otherwise:\n${service.output}`);
    const seconds = (performance.now() - begin) / 1000;
    expect(seconds < 10, `it took ${seconds} s to its end`);
    const left = await run('pgrep', ['-f', join(folder, 'cron.php')]);
    expect(left.code === 1, `the job goes on: ${left.stdout}`);
  } finally {
    await service.kill();
    sandbox.remove();
  }
}

/** @type {import('../boards/checks.mjs').Group} */
export const pages = {
  title: 'Pages and jobs of Nextcloud',
  checks: [
    { name: 'PHP takes every setting', work: phpTakesIt },
    { name: 'Apache serves', work: apacheServes },
    { name: 'jobs run', work: jobsRun },
  ],
};
