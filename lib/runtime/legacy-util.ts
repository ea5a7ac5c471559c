import util from 'node:util';

/** What tfjs-node still calls although Node has deprecated it (each first call prints a warning) or removed it in 23. */
const legacy: Record<string, (value: unknown) => boolean> = {
  isNullOrUndefined: (value) => value === null || value === undefined,
  isArray: Array.isArray,
};

/** Defines the predicates of `node:util` that tfjs-node needs; call before the first import of tfjs-node. */
export function restoreLegacyUtil(): void {
  const target = util as unknown as Record<string, unknown>;
  for (const [name, predicate] of Object.entries(legacy)) {
    target[name] = predicate;
  }
}
