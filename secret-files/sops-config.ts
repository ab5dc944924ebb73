import { refuseRecipients } from './recipient.ts';
import { encryptedRegex } from './sops-document.ts';
import { writeYaml } from './yaml.ts';

/**
 * The text of `.sops.yaml` at the root of a home, so that `sops` itself knows what to encrypt to whom.
 * @param recipients of the home and of the cluster
 */
export function sopsConfig(recipients: readonly string[]): string {
  refuseRecipients(recipients);
  // SOPS takes the path from the folder of this file on (getsops/sops, config/config.go).
  const rule = {
    path_regex: '^secrets/kubernetes/.+\\.sops\\.yaml$',
    encrypted_regex: encryptedRegex,
    age: recipients,
  };
  return writeYaml({ creation_rules: [rule] });
}
