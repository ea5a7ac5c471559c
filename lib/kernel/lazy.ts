import { createRequire } from 'node:module';

/** `require` for what is loaded late, after the compiler that tslab is to use has been patched. */
export const load = createRequire(__filename);
