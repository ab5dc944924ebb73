import packageJson from '../package.json' with { type: 'json' };

/** Version of homecloud. */
export const version = packageJson.version;
