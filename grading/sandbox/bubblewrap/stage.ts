import fs from 'node:fs';
import path from 'node:path';
import type { Mount } from './arguments';
import type { Programs } from './programs';

/** Hidden by the stage in the starting program's own mount namespace; nothing that is started needs what it shows. */
const STAGE = '/sys';

/** $1: mount; then pairs of a path and its place on the stage. */
const SCRIPT = `mount=$1; shift; "$mount" -t tmpfs -o mode=755 stage ${STAGE} || exit 1
while [ $# -gt 0 ]; do
  if [ "$1" = -- ]; then shift; break; fi
  if [ -d "$1" ]; then mkdir "$2"; else : > "$2"; fi
  "$mount" --bind "$1" "$2" || exit 1
  shift 2
done
exec "$@"`;

/**
 * Nobody, as whom the superuser's boxes run, cannot pass folders such as /root. What lies behind them is bound to
 * a stage that everybody reaches and no other process sees; it goes with the starting program.
 *
 * @returns the mounts with their places on the stage, and the command that sets it, empty where all can be reached
 */
export function stage(mounts: readonly Mount[], programs: Programs): { mounts: Mount[]; command: string[] } {
  const pairs: string[] = [];
  const staged = mounts.map((mount) => {
    if ('link' in mount || isReachable(mount.from)) return mount;
    const place = `${STAGE}/${pairs.length / 2}`;
    pairs.push(mount.from, place);
    return { from: place, to: mount.to };
  });
  if (pairs.length === 0) return { mounts: staged, command: [] };
  const { unshare, sh, mount } = programs;
  return {
    mounts: staged,
    command: [
      unshare,
      '--mount',
      '--propagation=private',
      '--',
      sh,
      '-c',
      SCRIPT,
      'sh',
      mount,
      ...pairs,
      '--',
    ],
  };
}

/** Whether everybody may pass all folders above. */
function isReachable(file: string): boolean {
  let folder = path.dirname(fs.realpathSync(file));
  while ((fs.statSync(folder).mode & 0o001) !== 0) {
    if (folder === '/') return true;
    folder = path.dirname(folder);
  }
  return false;
}
