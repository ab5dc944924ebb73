/** The program, its apps and its settings: a folder of the volume, where the image and Nextcloud want it. */
export const htmlFolder = '/var/www/html';

/** The program as the image brings it (nextcloud/docker, Dockerfile-debian.template). */
export const imageFolder = '/usr/src/nextcloud';

/** All of the volume. Beside the program, never below it, are the files of people: no web server can show them. */
export const volumeFolder = '/srv/nextcloud';
export const dataFolder = `${volumeFolder}/data`;

/** What is uploaded, until it is whole: on the volume, for the disk of the board may be a small card. */
export const uploadsFolder = `${volumeFolder}/uploads`;

/** Dumps of the database, and what those who work on it agree by. */
export const backupFolder = `${volumeFolder}/backup`;

/**
 * Locked (flock) by who works on Nextcloud as a whole, one at a time: a start of the pod, the jobs, a dump, a restore. The
 * kernel lets go of it when they end, however they do.
 */
export const turnFile = `${backupFolder}/turn`;

/** Locked while a dump is made, and never longer: Nextcloud is in maintenance mode. */
export const maintenanceFile = `${backupFolder}/maintenance`;

/** Is there while the database is only in part what a dump says. */
export const restoringFile = `${backupFolder}/restoring`;

/** Has the version of Nextcloud whose database it is. */
export const versionFile = `${backupFolder}/version`;

/** In memory, of one pod. */
export const runFolder = '/run/homecloud';

/** Where apps are that the image does not bring and nobody installs. */
export const ownAppsFolder = '/usr/local/share/homecloud-apps';

export const secretsFolder = '/run/secrets/nextcloud';
