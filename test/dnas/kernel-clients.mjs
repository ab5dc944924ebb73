// The clients of a kernel: shares that are mounted by SMB and by NFS on one computer.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { same } from '../tools/secret-home.mjs';
import { until } from './until.mjs';

/** @typedef {import('./two-boards.mjs').TwoBoards} TwoBoards */

const share = 'films';

/** The computer, with the share mounted by both. @param {TwoBoards} home */
async function mounted(home) {
  const computer = await home.computer();
  await computer.mount(home.oak.address, share, 'alice', home.dnas.passwords.alice);
  return computer;
}

/** What is written through one mount is read through the other, and on the board. @param {TwoBoards} home */
export async function mountsAgree(home) {
  const computer = await mounted(home);
  const digest = JSON.parse(
    await computer.python(`
import hashlib, json, os, time
def write(path, data):
    with open(path, "wb") as file:
        file.write(data)
        os.fsync(file.fileno())
def eventually(holds):
    # Clients keep attributes for a second or so, and ganesha does.
    for _ in range(40):
        try:
            if holds(): return True
        except FileNotFoundError: pass
        time.sleep(0.5)
    return False
data = os.urandom(3 * 2**20 + 17)
write("/smb/by smb", data)
assert eventually(lambda: open("/nfs/by smb", "rb").read() == data), "NFS reads what SMB wrote"
write("/nfs/by nfs", data[::-1])
assert eventually(lambda: open("/smb/by nfs", "rb").read() == data[::-1]), "SMB reads what NFS wrote"
os.rename("/smb/by smb", "/smb/by nfs")
assert eventually(lambda: not os.path.exists("/nfs/by smb") and open("/nfs/by nfs", "rb").read() == data), "NFS sees a rename over a file"
with open("/nfs/by nfs", "r+b") as file: file.truncate(1000)
assert eventually(lambda: os.path.getsize("/smb/by nfs") == 1000), "SMB sees a shorter file"
with open("/smb/by nfs", "ab") as file: file.write(b"more")
assert eventually(lambda: open("/nfs/by nfs", "rb").read()[1000:] == b"more"), "NFS sees what SMB adds"
os.makedirs("/nfs/a/b")
write("/smb/a/b/naïve ☃", b"x")
assert eventually(lambda: os.listdir("/nfs/a/b") == ["naïve ☃"]), "a name of many signs"
os.remove("/nfs/a/b/naïve ☃")
os.removedirs("/nfs/a/b")
assert eventually(lambda: not os.path.exists("/smb/a")), "SMB sees that a folder is gone"
print(json.dumps(hashlib.sha256(open("/nfs/by nfs", "rb").read()).hexdigest()))`),
  );
  const onBoard = createHash('sha256')
    .update(readFileSync(home.oak.share('data', share, 'by nfs')))
    .digest('hex');
  same('the file on the board', onBoard, digest);
}

/** A lock by one protocol keeps the other from it. @param {TwoBoards} home */
export async function locksHold(home) {
  const computer = await mounted(home);
  const found = await computer.python(`
import fcntl, json, subprocess, sys, time
open("/smb/locked", "w").write("x")
time.sleep(2)
tries = """
import fcntl, sys
try: fcntl.lockf(open(sys.argv[1], "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError as error: print("refused")
else: print("taken")
"""
def other(path): return subprocess.run([sys.executable, "-c", tries, path], capture_output=True, text=True).stdout.strip()
found = {}
for mine, theirs in (("smb", "nfs"), ("nfs", "smb")):
    file = open(f"/{mine}/locked", "r+")
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    found[f"{theirs} beside {mine}"] = other(f"/{theirs}/locked")
    fcntl.lockf(file, fcntl.LOCK_UN)
    found[f"{theirs} after {mine}"] = other(f"/{theirs}/locked")
    file.close()
print(json.dumps(found))`);
  same('locks', JSON.parse(found), {
    'nfs beside smb': 'refused',
    'nfs after smb': 'taken',
    'smb beside nfs': 'refused',
    'smb after nfs': 'taken',
  });
}

/** Mounts get an error while the disk is away, do not hang, and go on when it is back. @param {TwoBoards} home */
export async function mountsComeBack(home) {
  const computer = await mounted(home);
  const look = (path) => computer.guest.ssh(`sudo timeout 60 sh -c 'echo x > ${path} && cat ${path}'`);
  for (const mount of ['/smb', '/nfs']) same(mount, (await look(`${mount}/here`)).stdout.trim(), 'x');
  await home.pull('oak');
  for (const mount of ['/smb', '/nfs']) {
    await until(
      `${mount} refuses`,
      async () => {
        const { code, stdout } = await look(`${mount}/lost`);
        if (code === 124) return 'it hangs';
        return (code !== 0 && stdout === '') || `exit code ${code}, ${stdout}`;
      },
      120,
    );
  }
  same('what was written below the mount point', await home.oak.underneath('data'), '');
  await home.plug('oak');
  const back = [];
  for (const mount of ['/smb', '/nfs']) {
    back.push(
      await until(
        `${mount} is there again`,
        async () => {
          const { code, stdout, stderr } = await look(`${mount}/here`);
          return (code === 0 && stdout.trim() === 'x') || `exit code ${code}, ${stdout}${stderr}`;
        },
        180,
      ),
    );
  }
  await computer.unmount();
  return `back after ${back.map((seconds) => `${seconds.toFixed(0)} s`).join(' by SMB, ')} by NFS`;
}
