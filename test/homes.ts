import { createHash } from 'node:crypto';
import sample from '../homecloud.config.ts';
import { checkConfig } from '../model/check.ts';
import type { WrittenConfig } from '../model/config.ts';
import type { EncryptedSecret, Model } from '../model/model.ts';
import { planModel, secretsOf } from '../model/plan.ts';
import { clusterSecrets } from '../model/secrets.ts';
import { formatDeviceId } from '../model/syncthing-id.ts';
import full from './households/full.ts';
import minimal from './households/minimal.ts';
import { standInRoot } from './stand-in-root.ts';

/** The three golden households; the family is the sample. */
export const households: Readonly<Record<'minimal' | 'family' | 'full', WrittenConfig>> = {
  minimal,
  family: sample,
  full,
};

/** Tests look at many facts of one home, one at a time. */
const models = new WeakMap<WrittenConfig, Model>();

/**
 * The model of a config that is right, with stand-ins for its encrypted Secrets.
 * @param config which does not change afterwards
 * @param publicHalves of its secrets, @default stand-ins
 */
export function modelOf(config: WrittenConfig, publicHalves?: Parameters<typeof planModel>[3]): Model {
  if (publicHalves !== undefined) return newModel(config, publicHalves);
  const model = models.get(config) ?? newModel(config);
  models.set(config, model);
  return model;
}

function newModel(config: WrittenConfig, publicHalves?: Parameters<typeof planModel>[3]): Model {
  const checked = checkConfig(config).config;
  return planModel(checked, '0.0.0-test', standInSecrets(checked), {
    'home-ca': { 'ca.crt': standInRoot },
    ...Object.fromEntries(checked.boards.map(({ name }) => [`syncthing-${name}`, { deviceId: standInDeviceId(name) }])),
    ...publicHalves,
  });
}

/** A device ID of nobody, which a board is known by. */
export function standInDeviceId(board: string): string {
  return formatDeviceId(createHash('sha256').update(`board ${board}`).digest());
}

/** Stand-ins for encrypted Secrets: of the form of SOPS, and nobody can open them. */
function standInSecrets(config: Parameters<typeof secretsOf>[0]): EncryptedSecret[] {
  return clusterSecrets(secretsOf(config)).map(({ namespace, name, keys }) => ({
    namespace,
    name,
    text: [
      'apiVersion: v1',
      'kind: Secret',
      'metadata:',
      `  name: ${name}`,
      `  namespace: ${namespace}`,
      'stringData:',
      ...keys.map((key) => `  "${key}": ENC[AES256_GCM,data:c3RhbmQtaW4=,iv:c3RhbmQtaW4=,tag:c3RhbmQtaW4=,type:str]`),
      'sops:',
      '  mac: stand-in',
      '',
    ].join('\n'),
  }));
}
