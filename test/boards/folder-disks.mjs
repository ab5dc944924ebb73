// Folders in the place of disks for shares: for checks of what comes and goes with a disk. What a plug and a yank are to
// the kernel is checked where a kernel can be had (plugs.mjs, usb-disks.mjs); here a mount unit starts and stops, as they
// make it do. A board of the lab has no udev, without which systemd takes no device for plugged in.

/** @typedef {import('./board.mjs').Board} Board */

/** Of each board that has some. */
export const disks = ['archive', 'data'];

/** The config of a home whose boards have these disks. @param {string[]} names of the boards */
export function withDisks(config, names) {
  const boards = config.boards.map((board) =>
    names.includes(board.name)
      ? {
          ...board,
          disks: disks.map((name) => ({
            name,
            device: `/dev/disk/by-id/usb-Lab_${board.name}_${name}-0:0`,
            purpose: 'dnas',
          })),
        }
      : board,
  );
  return { ...config, boards };
}

/** Gives a board a disk, marked and owned as the role usb_storage leaves it, which is not plugged in. @param {Board} board */
export async function addDisk(board, disk) {
  await board.sudo(`
    mkdir -p /disks/${disk} /srv/dnas/${disk}
    touch /disks/${disk}/.homecloud-disk
    chown 1010:1010 /disks/${disk}
    chmod 2771 /disks/${disk}
    printf "[Mount]\\nWhat=/disks/${disk}\\nWhere=/srv/dnas/${disk}\\nType=none\\nOptions=bind\\nLazyUnmount=true\\n" > /etc/systemd/system/srv-dnas-${disk}.mount
    systemctl daemon-reload
  `);
}

export async function plug(board, disk) {
  await board.sudo(`systemctl start srv-dnas-${disk}.mount`);
}

/** Until whoever is bound to it has stopped. */
export async function pull(board, disk) {
  await board.sudo(`systemctl stop srv-dnas-${disk}.mount`);
}

/** Takes all of them and what is on them away, and the places of their mounts. */
export async function removeDisks(board) {
  for (const disk of disks) await pull(board, disk);
  // Not what is mounted still: only folders that are empty.
  await board.sudo(`
    rm -r /disks /etc/systemd/system/srv-dnas-*.mount
    rmdir ${disks.map((disk) => `/srv/dnas/${disk}`).join(' ')} /srv/dnas
    systemctl daemon-reload
  `);
}
