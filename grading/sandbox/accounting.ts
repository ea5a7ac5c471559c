import type { Books } from './books';
import { CgroupV1, type CgroupV1Place } from './cgroups/v1';
import { CgroupV2, type CgroupV2Place } from './cgroups/v2';
import { ProcessTable, type ProcessTablePlace } from './process-table';

/** Where the books lie, in a form that can be sent to another thread. */
export type Place = CgroupV1Place | CgroupV2Place | ProcessTablePlace;

export function openBooks(place: Place): Books {
  if (place.kind === 'v1') return new CgroupV1(place);
  if (place.kind === 'v2') return new CgroupV2(place);
  return new ProcessTable(place);
}
