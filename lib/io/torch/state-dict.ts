import { ELEMENT_BYTES, ElementArray } from '../elements';
import { NamedArray } from '../safetensors';
import { describe, PickleValue, quote } from './pickle/values';
import { TorchCheckpoint } from './read-torch';
import { TorchTensor } from './tensor';

export interface StateDictOptions {
  /** Where the weights lie in the checkpoint: a key, or several, outermost first. Found by itself where it is usual. */
  key?: string | readonly string[];
  /** Taken off the names; names without it are left out. */
  prefix?: string;
}

/** Weights by their PyTorch names, such as `features.0.weight`. */
export type StateDict = Record<string, NamedArray<ElementArray>>;

/** Where training scripts put weights beside epoch and optimizer, most telling first. */
const USUAL_KEYS = [
  'state_dict',
  'model_state_dict',
  'model_state',
  'network_weights',
  'model',
  'net',
  'weights',
];
/** What DataParallel and torch.compile put before every name. */
const WRAPPERS = ['module.', '_orig_mod.'];
/** Tied and half-precision weights take more than the file; nothing honest takes four times it and 16 MiB. */
const MOST_BYTES = { times: 4, plus: 2 ** 24 };

/**
 * The weights of a checkpoint. Looks where training scripts put them: the file itself is the state dictionary, or holds
 * it under 'state_dict', 'model' and the like, else under its only key that has tensors. `module.` and `_orig_mod.` go
 * from names where all have them. What is no tensor is left out.
 *
 * @throws Error naming the file where there is no state dictionary, or several to choose from, and RangeError where
 * `key` or `prefix` fits nothing
 */
export function stateDict(
  checkpoint: TorchCheckpoint,
  { key, prefix = '' }: StateDictOptions = {},
): StateDict {
  const owner = `stateDict: ${checkpoint.file}`;
  const found =
    key === undefined ? findTensors(checkpoint.value, owner) : at(checkpoint.value, [key].flat(), owner);
  const tensors = named(found);
  if (tensors.length === 0) {
    throw new RangeError(`${owner}: got ${describe(found)}; expected a dictionary that has tensors by name`);
  }
  const bytes = tensors.reduce((sum, [, { count, type }]) => sum + count * ELEMENT_BYTES[type], 0);
  if (bytes > checkpoint.size * MOST_BYTES.times + MOST_BYTES.plus) {
    throw new Error(
      `${owner}: got tensors of ${bytes} bytes in a file of ${checkpoint.size}; it is no honest one`,
    );
  }
  const start = prefix === '' ? wrapper(tensors.map(([name]) => name)) : prefix;
  const weights: StateDict = Object.create(null);
  for (const [name, tensor] of tensors) {
    if (name.startsWith(start)) weights[name.slice(start.length)] = tensor.toArray();
  }
  if (Object.keys(weights).length === 0) {
    throw new RangeError(
      `${owner}: got prefix ${quote(prefix)}; the names are ${listed(tensors.map(([name]) => name))}`,
    );
  }
  return weights;
}

function at(value: PickleValue, keys: readonly string[], owner: string): PickleValue {
  return keys.reduce<PickleValue>((outer, key) => {
    const inner = outer instanceof Map ? outer.get(key) : undefined;
    if (inner !== undefined) return inner;
    const there = outer instanceof Map ? listed(texts(outer)) : describe(outer);
    throw new RangeError(`${owner}: got key ${quote(key)}; there is ${there}`);
  }, value);
}

function findTensors(root: PickleValue, owner: string): PickleValue {
  if (!(root instanceof Map)) {
    throw new Error(
      `${owner}: got ${describe(root)}; expected a dictionary of tensors, or one that holds such a one`,
    );
  }
  const holders = texts(root).filter((key) => named(root.get(key)!).length > 0);
  const usual = USUAL_KEYS.find((key) => holders.includes(key));
  if (usual !== undefined) return root.get(usual)!;
  if (named(root).length > 0) return root;
  if (holders.length === 1) return root.get(holders[0])!;
  const choice = holders.length
    ? `weights under ${listed(holders)}: choose one by key`
    : `${listed(texts(root))}, no weights`;
  throw new Error(`${owner}: got a dictionary with ${choice}`);
}

const texts = (map: Map<PickleValue, PickleValue>): string[] =>
  [...map.keys()].filter((key) => typeof key === 'string');

function named(value: PickleValue): [string, TorchTensor][] {
  const entries = value instanceof Map ? [...value] : [];
  return entries.filter(
    (entry): entry is [string, TorchTensor] =>
      typeof entry[0] === 'string' && entry[1] instanceof TorchTensor,
  );
}

function wrapper(names: readonly string[]): string {
  let prefix = '';
  for (;;) {
    const more = WRAPPERS.find((word) => names.every((name) => name.startsWith(prefix + word)));
    if (more === undefined) return prefix;
    prefix += more;
  }
}

function listed(names: readonly string[]): string {
  const rest = names.length > 8 ? `, and ${names.length - 8} more` : '';
  return names.length ? names.slice(0, 8).map(quote).join(', ') + rest : 'nothing';
}
