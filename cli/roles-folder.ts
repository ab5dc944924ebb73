import { fileURLToPath } from 'node:url';

/** The static files of the Ansible roles, which the package ships as they are: beside `cli/`, and beside the bundle. */
export const rolesFolder = fileURLToPath(new URL('../ansible-gen/roles', import.meta.url));
