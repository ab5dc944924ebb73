import { objectsOf } from '../objects.ts';
import type { Laws } from './law.ts';

export const secretLaws: Laws = {
  'law 3: every value of every Secret is encrypted': (tree) =>
    [...objectsOf(tree)].flatMap(([path, object]) => {
      if (object.kind !== 'Secret') return [];
      const { data = {}, stringData = {}, sops } = object as { data?: object; stringData?: object; sops?: object };
      const values: unknown[] = [...Object.values(data), ...Object.values(stringData)];
      const isEncrypted = values.every((value) => String(value).startsWith('ENC[AES256_GCM,'));
      return sops !== undefined && values.length > 0 && isEncrypted ? [] : [path];
    }),

  'each Secret that the home reads is in the tree, byte for byte': (tree, model) => {
    const texts = new Set([...tree].filter(([path]) => /\/secret-[^/]+$/.test(path)).map(([, text]) => text));
    const missing = model.encryptedSecrets.filter(({ text }) => !texts.has(text)).map(({ name }) => name);
    return texts.size === model.encryptedSecrets.length ? missing : [`${texts.size} Secrets`];
  },
};
