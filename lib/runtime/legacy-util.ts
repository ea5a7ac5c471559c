import util from 'node:util';

/** What tfjs-node still calls although Node 23 removed it from `node:util`. */
const removed: Record<string, (value: unknown) => boolean> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
  isString: (value) => typeof value === 'string',
};

/** Defines those of tfjs-node's `util` predicates that this Node lacks; call before the first import of tfjs-node. */
export function restoreLegacyUtil(): void {
  const target = util as unknown as Record<string, unknown>;
  for (const [name, predicate] of Object.entries(removed)) {
    target[name] ??= predicate;
  }
}
