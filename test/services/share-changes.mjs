// Changes in shares, as Nextcloud hears of them: our app under the PHP of the distribution (shares.mjs says what is stood in
// for). What the boards tell is written here; share-watch.mjs has the program that does.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../dnas/until.mjs';
import { succeed } from '../tools/process.mjs';
import { sleep } from '../tools/sleep.mjs';
import { containerOf, expect, filesOf, Sandbox, Service } from './service.mjs';
import { changesFile, comesBack, filesEach, recordsOfAll, sizesAreRight, ways, withShare } from './shares.mjs';

/** What a board would have told. */
const told = (folders, of = 'the first') => JSON.stringify({ of, folders });

/** That folder is looked at, and no other; and it is not looked at again. */
async function folderAlone(share) {
  share.put('2024/m0/new.jpg', 'new');
  share.put('2024/m0/img1.jpg', 'another picture', 1_800_000_000);
  rmSync(share.at('2024/m0/img2.jpg'));
  share.put('2024/m1/new.jpg', 'nobody tells of it');
  share.put(changesFile, told([[7, '2024/m0']]));
  const [first, second] = await share.request(['changes'], ['changes']);
  const records = share.records();
  expect(first === '3 new or changed' && second === null, `${first}, ${second}`);
  expect('2024/m0/new.jpg' in records && records['2024/m0/img1.jpg'].size === 15, 'a change was not taken');
  expect(!('2024/m0/img2.jpg' in records), 'what was deleted is there');
  expect(!('2024/m1/new.jpg' in records), 'another folder was looked at');
  sizesAreRight(share);
  // The numbers begin anew with each start of the board.
  share.put(changesFile, told([[1, '2024/m1']], 'the second'));
  expect((await share.one('changes')) === '1 new or changed', 'after a new start, what it tells is not taken');
  expect(/^0 new or changed, all seen$/.test(await share.one('scan')), 'the scan of all finds more');
}

/** A whole tree that came, a folder that went, and one that only its parent knows of. */
async function foldersComeAndGo(share) {
  for (let file = 0; file < 450; file += 1) share.put(`2026/trip/day${file % 5}/img${file}.jpg`, 'a picture');
  renameSync(share.at('2024/m0'), share.at('2025/m9'));
  share.put(
    changesFile,
    told([
      [1, '2026/trip/day3'],
      [2, '2024/m0'],
      [3, '2025'],
      [4, 'never/was/there'],
    ]),
  );
  const said = await share.one('changes');
  const records = share.records();
  expect('2026/trip/day4/img4.jpg' in records && '2025/m9/img1.jpg' in records, `${said}: what is new was not taken`);
  expect(!('2024/m0' in records), `${said}: what is gone is there`);
  sizesAreRight(share);
  expect(/^0 new or changed, all seen$/.test(await share.one('scan')), 'the scan of all finds more');
}

/** Its time is over: it goes on where it was, and forgets nothing. */
async function goesOn(share) {
  for (let file = 0; file < 450; file += 1) share.put(`2026/f${file % 3}/img${file}.jpg`, 'a picture');
  share.put('2025/m2/new.jpg', 'new');
  share.put(
    changesFile,
    told([
      [1, '2026'],
      [2, '2025/m2'],
    ]),
  );
  let rounds = 0;
  for (; !('2025/m2/new.jpg' in share.records()); rounds += 1) {
    expect(rounds < 50, 'it comes to no end');
    await share.one('changes', 0.004);
  }
  expect(rounds > 1, 'its time is never over');
  sizesAreRight(share);
  expect(/^0 new or changed, all seen$/.test(await share.one('scan')), 'the scan of all finds more');
  return `${rounds} rounds`;
}

/** While the share is away nothing is taken, and nothing forgotten. */
const isAway = (way) => async (share) => {
  share.put('2024/m0/new.jpg', 'new');
  rmSync(share.at('2024/m0/img2.jpg'));
  share.put(changesFile, told([[1, '2024/m0']]));
  const before = share.ids();
  await way(share);
  const answer = await share.one('changes');
  expect(answer === null || answer === 'away', `${answer}`);
  expect(share.ids() === before, 'records are gone, or new');
  await comesBack(share);
  const back = await share.one('changes');
  expect(back === '2 new or changed', `it comes back: ${back}`);
  expect('2024/m0/new.jpg' in share.records() && !('2024/m0/img2.jpg' in share.records()), 'it was forgotten');
};

/** At whatever call the server goes: no record does, and in the end all is seen. */
async function goesInBetween(share) {
  share.put('2024/m0/new.jpg', 'new');
  share.put(
    changesFile,
    told([
      [1, '2024'],
      [2, '2024/m0'],
      [3, '2025/m3'],
    ]),
  );
  const before = Object.keys(share.records());
  for (const mode of ['all', 'hold', 'list']) {
    for (let calls = 1; calls < 200; calls += 13) {
      await share.is(`after ${calls} ${mode}`);
      await share.one('changes');
      const records = share.records();
      expect(
        before.every((path) => path in records),
        `${mode} after ${calls} calls: records are gone`,
      );
    }
  }
  await share.is('ok');
  await share.one('changes');
  expect('2024/m0/new.jpg' in share.records(), 'it was forgotten');
}

/** What it may not remove, the scan of all tells. */
async function tooMuchIsGone(share) {
  const before = share.ids();
  for (const year of ['2024', '2025']) renameSync(share.at(year), share.at(`../${year}`));
  share.put(changesFile, told([[1, '']]));
  await share.one('changes');
  expect(share.ids() === before && /error: .* are gone/.test(share.said), 'records are gone');
  const [scan, metrics] = await share.request(['scan'], ['metrics']);
  expect(/ missing and kept/.test(scan) && share.ids() === before, scan);
  expect(metrics.nextcloud_homecloud_share_missing_files === recordsOfAll - 1, JSON.stringify(metrics));
  for (const year of ['2024', '2025']) renameSync(share.at(`../${year}`), share.at(year));
  await share.one('scan');
  // A little at a time, by both ways.
  for (let at = 0; at < filesEach; at += 1) {
    for (const folder of ['2024/m0', '2024/m1']) rmSync(share.at(`${folder}/img${at}.jpg`));
    share.put(
      changesFile,
      told([
        [2 * at + 1, '2024/m0'],
        [2 * at + 2, '2024/m1'],
      ]),
    );
    if (at % 5 === 4) await share.one(at % 2 === 0 ? 'changes' : 'scan');
  }
  expect(share.count === recordsOfAll - 2 * filesEach, `${share.count} records: fifty may go`);
  rmSync(share.at('2025/m2/img0.jpg'));
  share.put(changesFile, told([[99, '2025/m2']]));
  await share.one('changes');
  expect('2025/m2/img0.jpg' in share.records(), 'more than fifty go within a day');
}

/** Whoever writes to the share by NFS can write them. */
const forged = {
  nothing: '',
  'no JSON': '{"of":"x","folders":[[1,"2024/m0"',
  'another value': '"2024/m0"',
  'no numbers': told([['a', '2024/m0']]),
  'numbers that fall': told([
    [2, '2024/m0'],
    [1, '2024/m1'],
  ]),
  'no paths': told([[1, ['2024/m0']]]),
  'no list': told({ first: [1, '2024/m0'] }),
  'no UTF-8': Buffer.concat([Buffer.from('{"of":"x","folders":[[1,"'), Buffer.from([0xe9]), Buffer.from('"]]}')]),
  'a path that leads out': told([
    [1, '../music'],
    [2, '2024/../../music'],
    [3, './2024/m0'],
    [4, '2024//m0'],
  ]),
  'a path from the root': told([
    [1, '/etc'],
    [2, `${tmpdir()}`],
  ]),
  'the folder of the marker': told([
    [1, '.stfolder'],
    [2, '.stfolder/x'],
  ]),
  'a path that is too long': told([[1, 'x/'.repeat(3000)]]),
  'a path with a NUL': told([[1, '2024/m0\u0000']]),
  'a file that is too large': told(Array.from({ length: 6000 }, (_, index) => [index + 1, '2024/m0'])),
  'a path in a path': told([[1, '2024/m0/img1.jpg/x']]),
};

async function isForged(share) {
  const before = share.ids();
  const seen = {};
  for (const [name, text] of Object.entries(forged)) {
    share.put(changesFile, text);
    const [answer, scan] = await share.request(['changes'], ['scan']);
    expect(answer === null || /^0 new or changed$/.test(answer), `${name}: ${answer}`);
    expect(scan === '0 new or changed, all seen' && share.ids() === before, `${name}: ${scan}`);
    expect(share.said === '', `${name}: ${share.said}`);
    seen[name] = answer;
  }
  // A pipe would keep whoever opens it.
  rmSync(share.at(changesFile));
  await succeed('mkfifo', [share.at(changesFile)]);
  expect((await share.one('changes')) === null, 'it reads a pipe');
  rmSync(share.at(changesFile));
  // The largest number is no end: the next word of the board is heard.
  share.put('2024/m0/new.jpg', 'new');
  share.put(changesFile, told([[Number.MAX_SAFE_INTEGER, '2025/m2']]));
  await share.one('changes');
  share.put(changesFile, told([[8, '2024/m0']]));
  expect((await share.one('changes')) === '1 new or changed', 'a forged number hides what the board tells');
  return `${Object.keys(forged).length} ways`;
}

/** As the jobs call it: each share has its turn, and none hides the others. */
async function command(share) {
  const music = share.sandbox.text('/mnt/dnas/music');
  mkdirSync(join(music, '.stfolder'), { recursive: true });
  writeFileSync(join(music, '.stfolder/homecloud-disk'), readFileSync(share.at('.stfolder/homecloud-disk')));
  await share.one('command', {}, { seconds: '20' });
  share.put('2024/m0/new.jpg', 'new');
  share.put(changesFile, told([[1, '2024/m0']]));
  writeFileSync(join(music, 'song.ogg'), 'la');
  writeFileSync(join(music, changesFile), told([[1, '']]));
  const [code, ...lines] = await share.one('command', {}, { seconds: '20', changed: true });
  expect(code === 0 && lines.length === 2, lines.join('\n'));
  expect(
    lines.every((line) => /^(photos|music), where it changed: 1 new or changed$/.test(line)),
    lines.join('\n'),
  );
  const [again] = await share.request(['command', {}, { seconds: '20', changed: true }]);
  expect(again.length === 1, again.join('\n'));
  // The scan of all, too, which takes its time elsewhere.
  share.put('2024/m0/more.jpg', 'new');
  share.put(changesFile, told([[2, '2024/m0']]));
  const [, ...both] = await share.one('command', {}, { seconds: '20' });
  expect(
    both.some((line) => /^photos, where it changed/.test(line)),
    both.join('\n'),
  );
  expect((await share.one('command', {}, { changed: true }))[0] === 2, 'it takes no time for all time');
}

/** No end of changes in one share takes no time from the scan of the others. */
async function floodIsBounded(share) {
  // The flooded one is the first: it was tried longer ago than the other, which never was (0).
  await share.one('putElsewhere', 'scan.photos', { tried: -1 });
  const [code, ...lines] = await share.one('command', {}, { seconds: '6', flooded: 'photos' });
  const given = Object.fromEntries(
    lines.flatMap((line) => [...line.matchAll(/^(\w+): had ([\d.]+) s$/g)]).map(([, name, s]) => [name, Number(s)]),
  );
  expect(code === 0 && given.photos > 2 && given.music > 1, lines.join('\n'));
  return lines.join(', ');
}

/** What another process put away since the states were read is not put back. */
async function knowsOthers(share) {
  await share.one('scan');
  const day = Math.floor(Date.now() / 1000);
  const [, , , [code, ...lines]] = await share.request(
    ['command', {}, { seconds: '20' }],
    ['putElsewhere', 'scan.photos', { removed: [[day, 60]] }],
    ['deleteElsewhere', '2024/m0/img2.jpg'],
    ['command', { share: 'photos' }, { seconds: '20' }],
  );
  expect(code === 0 && /1 missing and kept/.test(lines[0]), lines.join('\n'));
  expect('2024/m0/img2.jpg' in share.records(), 'more than may go within a day');
}

/** The jobs look once a minute, and start no PHP for nothing. */
async function jobsLook() {
  const sandbox = new Sandbox({ 'sleep 60': 'sleep 0.1', 'round=300': 'round=1' });
  for (const path of [
    '/var/www/html',
    '/run/homecloud',
    '/srv/nextcloud',
    '/srv/nextcloud/backup',
    '/etc/homecloud',
    '/mnt/dnas',
    '/bin-stand-in',
  ])
    sandbox.folder(path);
  const photos = join(sandbox.folder('/mnt/dnas/photos'), '.stfolder');
  mkdirSync(photos);
  const calls = join(sandbox.text('/bin-stand-in'), 'calls');
  const broken = join(sandbox.text('/bin-stand-in'), 'broken');
  // PHP is stood in for: who calls it, and with what; it fails while there is a file `broken`.
  const php = `#!/bin/sh\necho "$*" >> ${calls}\ntest ! -e ${broken}\n`;
  writeFileSync(join(sandbox.text('/bin-stand-in'), 'php'), php, { mode: 0o755 });
  const { command } = containerOf('nextcloud', 'cron');
  sandbox.write({ 'cron.sh': filesOf('nextcloud')['cron.sh'] }, '/etc/homecloud');
  const service = new Service(
    command.map((word) => sandbox.text(word)),
    { PATH: `${sandbox.text('/bin-stand-in')}:${process.env.PATH}` },
  );
  const said = () => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);
  const looks = () => said().filter((line) => line.endsWith('homecloud:scan --seconds=60 --changed')).length;
  const rounds = () => said().filter((line) => line.endsWith('homecloud:scan --seconds=150')).length;
  try {
    await until('three rounds', () => rounds() >= 3 || service.output, 30);
    expect(looks() === 1, `it looked ${looks()} times, and nothing changed:\n${said().join('\n')}`);
    for (const round of [2, 3]) {
      writeFileSync(join(photos, 'homecloud-changes'), told([[round, '2024']]));
      await until('it looks', () => looks() === round || service.output, 10);
      const sofar = rounds();
      await until('two rounds more', () => rounds() >= sofar + 2 || service.output, 20);
      expect(looks() === round, 'it looks again, and nothing changed');
    }
    // It fails, and what was told is not forgotten.
    writeFileSync(broken, '');
    writeFileSync(join(photos, 'homecloud-changes'), told([[4, '2024']]));
    await until('it looks again and again', () => looks() >= 5 || service.output, 10);
    rmSync(broken);
    const before = looks();
    await until('it looks once more', () => looks() > before || service.output, 10);
    await until(
      'it is over',
      async () => {
        const sofar = looks();
        await sleep(0.5);
        return looks() === sofar;
      },
      20,
    );
    expect((await service.end()) === 0, service.output);
  } finally {
    await service.kill();
    sandbox.remove();
  }
}

/** @type {import('../boards/checks.mjs').Group} */
export const shareChanges = {
  title: 'Changes in shares, in Nextcloud',
  checks: [
    { name: 'changes: one folder', work: withShare(folderAlone) },
    { name: 'changes: folders come and go', work: withShare(foldersComeAndGo) },
    { name: 'changes: a look in parts', work: withShare(goesOn) },
    ...Object.entries(ways).map(([name, way]) => ({ name: `changes: away, ${name}`, work: withShare(isAway(way)) })),
    { name: 'changes: away in between', work: withShare(goesInBetween) },
    { name: 'changes: too much is gone', work: withShare(tooMuchIsGone) },
    { name: 'changes: forged', work: withShare(isForged) },
    { name: 'changes: the command', work: withShare(command) },
    { name: 'changes: one that has no end', work: withShare(floodIsBounded) },
    { name: 'changes: another process', work: withShare(knowsOthers) },
    { name: 'changes: the jobs', work: jobsLook },
  ],
};
