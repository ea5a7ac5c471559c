import { Flattened } from './layout';

/** Where a module of a PyTorch network goes. */
export interface ModuleTarget {
  layer: string;
  /** The map that PyTorch flattens before this linear layer; its inputs are then put from C, H, W into H, W, C order. */
  flattened?: Flattened;
}

/**
 * From PyTorch's module names to layers, as data: `{ 'features.0': 'conv1_1' }`. null leaves a module out on purpose.
 * A function gives undefined for names that it does not know.
 */
export type NameMapping =
  | Readonly<Record<string, string | ModuleTarget | null>>
  | ((module: string) => string | ModuleTarget | null | undefined);

/** PyTorch's parameters and what TensorFlow.js's layers call them; a layer has at most one of each list. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  weight: ['kernel', 'gamma', 'depthwise_kernel'],
  bias: ['bias', 'beta'],
  running_mean: ['moving_mean'],
  running_var: ['moving_variance'],
};

/** Counts steps of training; nothing is computed from it. */
const UNUSED = 'num_batches_tracked';

/** What a PyTorch name stands for. */
export type Resolved =
  | { to: 'nothing' }
  | { to: 'unknown' }
  | { to: 'weight'; candidates: string[]; flattened: Flattened | undefined };

/** `features.0.weight` → `conv1_1/kernel`, `conv1_1/gamma`, …; without a mapping, layers have the modules' names. */
export function resolveName(name: string, mapping: NameMapping = (module) => module): Resolved {
  const dot = name.lastIndexOf('.');
  const [module, parameter] = [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
  if (parameter === UNUSED) return { to: 'nothing' };
  const target = look(mapping, module);
  if (target === null) return { to: 'nothing' };
  if (target === undefined || !Object.hasOwn(KINDS, parameter)) return { to: 'unknown' };
  const { layer, flattened }: ModuleTarget = typeof target === 'string' ? { layer: target } : target;
  return { to: 'weight', candidates: KINDS[parameter].map((kind) => `${layer}/${kind}`), flattened };
}

function look(mapping: NameMapping, module: string): string | ModuleTarget | null | undefined {
  if (typeof mapping === 'function') return mapping(module);
  return Object.hasOwn(mapping, module) ? mapping[module] : undefined;
}
