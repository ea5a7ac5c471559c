import { ELEMENT_BYTES } from '../elements';
import { describe, PickleTuple, PickleValue } from './pickle/values';
import { Refuse } from './pickle/cursor';
import { StorageType } from './storage';
import { isCount } from './tensor';

/** What a persistent id of PyTorch says about a storage. */
export interface StorageId {
  storageType: StorageType;
  key: string;
  count: number;
  /** Stated by the count, unchecked. */
  byteLength: number;
  /** The older format's (key, offset, count) of a view, or None. */
  view: PickleValue;
}

/** ('storage', class, key, device, count[, view]) */
export function storageId(id: PickleValue, refuse: Refuse): StorageId {
  const [kind, storageType, key, , count, view = null] = id instanceof PickleTuple ? id.items : [];
  if (kind === 'module') {
    return refuse(
      `holds ${describe(storageType)}, a whole module whose code would have to run; save its weights alone in Python: ` +
        'torch.save(model.state_dict(), …)',
    );
  }
  if (
    kind !== 'storage' ||
    !(storageType instanceof StorageType) ||
    typeof key !== 'string' ||
    !isCount(count)
  ) {
    return refuse(`got ${describe(id)} as persistent id; expected ('storage', class, key, device, count)`);
  }
  return { storageType, key, count, byteLength: count * ELEMENT_BYTES[storageType.type], view };
}
