import { fileURLToPath } from 'node:url';

/** The static files of the Ansible collection, which the package ships as they are: beside `cli/`, and beside the bundle. */
export const staticFolder = fileURLToPath(new URL('../ansible-gen', import.meta.url));
