import type { Box, BoxKind, BoxOptions } from './box';
import { openBubblewrap } from './bubblewrap/open';
import { findPrograms } from './bubblewrap/programs';
import { Engine } from './engine/client';
import { openContainer } from './engine/open';
import { boxKinds } from './kinds';
import { checkOptions } from './options';

/**
 * Starts a program in a box: no network, nothing of the host but the views, no other process, no right, and an end
 * where it exceeds a limit. Resolves when the program is about to run.
 *
 * @param kind as boxKinds finds it; a test may want another
 * @throws TypeError for options that could not hold, Error with the remedy where this machine makes no boxes
 */
export async function openBox(options: BoxOptions, kind?: BoxKind): Promise<Box> {
  checkOptions(options);
  const chosen = kind ?? (await boxKinds());
  if ('missing' in chosen) throw new Error(`openBox: ${chosen.missing}`);
  if (chosen.kind !== 'bubblewrap') return openContainer(options, await Engine.find(chosen.kind));
  const programs = findPrograms();
  if (typeof programs === 'string') throw new Error(`openBox: got no ${programs}`);
  return openBubblewrap(options, chosen.cgroup, programs);
}
