// Asks a name server.
import { Resolver } from 'node:dns/promises';

/**
 * What a name server answers.
 * @param {string} server address, with a port where it is not 53
 * @param {string} name
 * @param {'A' | 'AAAA' | 'TXT'} type
 * @returns {Promise<unknown[] | undefined>} its records; a code in their place, such as ENOTFOUND; `undefined` where nobody answers
 */
export async function ask(server, name, type) {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([server]);
  try {
    return await resolver.resolve(name, type);
  } catch ({ code }) {
    if (code === 'ENODATA') return [];
    if (['ETIMEOUT', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH'].includes(code)) return undefined;
    return [code];
  }
}
