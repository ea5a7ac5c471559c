import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openBooks, type Place } from '../accounting';
import type { Accounting, BoxLimits } from '../box';
import { newBoxName } from '../cgroups/names';
import { folderOf, ownV1, ownV2 } from '../cgroups/own';
import { foldersOf, makeCgroupV1 } from '../cgroups/v1';
import { makeCgroupV2 } from '../cgroups/v2';
import { hasSystemd, scopeCommand } from '../cgroups/systemd';
import type { LaunchPlan } from './launch';

/** Where a box's books will lie, made before it starts. */
export interface Prepared {
  plan: LaunchPlan;
  /** Its books once it runs; `undefined` for those that the watchdog keeps. */
  place(init: number): Place | undefined;
  /** Removes what was made for a box that did not come to be. */
  abandon(): Promise<void>;
}

export function prepare(accounting: Accounting, limits: BoxLimits): Prepared {
  const plan: LaunchPlan = { joins: [], scope: [], ownProcessLimit: false };
  const nothing = async () => undefined;
  if (accounting === 'watchdog')
    return { plan: { ...plan, ownProcessLimit: true }, place: () => undefined, abandon: nothing };

  const name = newBoxName();
  // Where systemd rules the groups, they are its to make: it may take controllers from those it does not know.
  if (accounting === 'v2' && hasSystemd()) {
    const place = (init: number): Place => ({ kind: 'v2', folder: folderOf('', init) ?? missing('v2') });
    return { plan: { ...plan, scope: scopeCommand(name, limits) }, place, abandon: nothing };
  }
  const place: Place =
    accounting === 'v1'
      ? makeCgroupV1(ownV1() ?? missing('v1'), name, limits)
      : makeCgroupV2(ownV2() ?? missing('v2'), name, limits);
  const folders = place.kind === 'v1' ? foldersOf(place) : [place.folder];
  return {
    plan: { ...plan, joins: folders.map((folder) => path.join(folder, 'cgroup.procs')) },
    place: () => place,
    async abandon() {
      const books = openBooks(place);
      while (!books.kill()) await delay(5);
      books.remove();
    },
  };
}

function missing(version: string): never {
  throw new Error(`openBox: the grader has no control group of version ${version.slice(1)}`);
}
