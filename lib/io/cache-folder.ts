import { homedir } from 'node:os';
import path from 'node:path';

/** Where the clones of the course on this machine keep what they share; set-up has the same rule in context.mjs. */
export function cacheFolder(): string {
  const { SEGCOURSE_CACHE, XDG_CACHE_HOME } = process.env;
  return SEGCOURSE_CACHE || path.join(XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'segcourse');
}
