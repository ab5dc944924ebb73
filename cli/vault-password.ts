#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SecretFileError } from '../secret-files/error.ts';
import { secretFiles } from '../secret-store/files.ts';
import { exitCodes, reportingErrors } from './problems.ts';
import { openSecretsHome, openStore } from './secrets/open.ts';

/**
 * `homecloud-vault-password`: what Ansible runs to have the Vault password, with `--vault-password-file`. It stands in
 * no file, argument or environment: it goes down a pipe, and never to a terminal.
 */
const config = join(homeOf(process.cwd()), 'homecloud.config.ts');
process.exitCode = await reportingErrors(
  async () => {
    if (process.stdout.isTTY) {
      throw new SecretFileError(
        'This program gives the Vault password to Ansible, not to a terminal.',
        'Use it as ansible-playbook --vault-password-file ../../node_modules/.bin/homecloud-vault-password',
      );
    }
    const store = await openStore(await openSecretsHome({ config }));
    process.stdout.write(`${store.vaultPassword}\n`);
    return exitCodes.fine;
  },
  { config },
);

/** The folder with secrets that the current folder lies in. */
function homeOf(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, secretFiles.public))) return folder;
    if (dirname(folder) === folder) return start;
  }
}
