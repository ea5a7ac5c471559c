import { numpyScalar, NumpyArray, numpyType } from './numpy';
import { Refuse } from './pickle/cursor';
import { describe, Meter, PickleFunction, PickleTuple, PickleValue, quote } from './pickle/values';
import { NUMBER_TYPES, NumberType, STORAGE_TYPES, StorageType } from './storage';
import { rebuildTensor, rebuildTypedTensor, TorchTensor } from './tensor';

type Make = (args: readonly PickleValue[], meter: Meter) => PickleValue;

/** A copy costs what it copies: an argument can be the same large list again and again. */
function itemsOf(value: PickleValue | undefined, meter: Meter): readonly PickleValue[] {
  if (value === undefined) return [];
  const items =
    value instanceof PickleTuple
      ? value.items
      : Array.isArray(value) || value instanceof Set
        ? [...value]
        : undefined;
  if (!items) return meter.refuse(`got ${describe(value)}; expected a list of items`);
  meter.spend(4 * items.length);
  return items;
}

/** `OrderedDict(pairs)` of Python 2, `Counter(dictionary)`. */
function dictionary([source]: readonly PickleValue[], meter: Meter): PickleValue {
  if (source instanceof Map) {
    meter.spend(4 * source.size);
    return new Map(source);
  }
  const pairs = itemsOf(source, meter).map((pair) => itemsOf(pair, meter));
  for (const { length } of pairs) {
    if (length !== 2) meter.refuse(`got a dictionary item of ${length} parts; expected key and value`);
  }
  return new Map(pairs.map(([key, value]) => [key, value]));
}

/** `_codecs.encode(text, 'latin1')`: how protocol 2 writes bytes. */
function encode([text, encoding]: readonly PickleValue[], meter: Meter): PickleValue {
  if (typeof text !== 'string' || (encoding !== 'latin1' && encoding !== 'latin-1')) {
    return meter.refuse(`encodes ${describe(text)} as ${describe(encoding)}; expected text as 'latin1'`);
  }
  meter.spend(text.length);
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** `_rebuild_parameter(tensor, …)`: the tensor. */
function parameter([data]: readonly PickleValue[], { refuse }: Meter): PickleValue {
  return data instanceof TorchTensor
    ? data
    : refuse(`got ${describe(data)} as a parameter; expected a tensor`);
}

/** `_rebuild_from_type_v2(function, class, args, attributes)`: a tensor that carries attributes, which are dropped. */
function fromType([make, , args]: readonly PickleValue[], meter: Meter): PickleValue {
  const isRebuild = make instanceof PickleFunction && make.name.startsWith('torch._utils._rebuild_tensor');
  if (!isRebuild || !(args instanceof PickleTuple)) {
    return meter.refuse(`rebuilds a tensor by ${describe(make)} with ${describe(args)}`);
  }
  return make.call(args.items, meter);
}

/** `torch.device('cuda', 0)`: its name. */
function device([kind, index]: readonly PickleValue[], { refuse }: Meter): PickleValue {
  if (typeof kind !== 'string') return refuse(`got ${describe(kind)} as a device; expected its name`);
  return typeof index === 'number' ? `${kind}:${index}` : kind;
}

const FUNCTIONS: Readonly<Record<string, Make>> = {
  'collections OrderedDict': dictionary,
  'collections Counter': dictionary,
  // Its argument makes missing items, which nobody asks for here.
  'collections defaultdict': () => new Map(),
  '_codecs encode': encode,
  'torch._utils _rebuild_tensor': rebuildTensor,
  'torch._utils _rebuild_tensor_v2': rebuildTensor,
  'torch._utils _rebuild_tensor_v3': rebuildTypedTensor,
  'torch._utils _rebuild_parameter': parameter,
  'torch._utils _rebuild_parameter_with_state': parameter,
  'torch._tensor _rebuild_from_type_v2': fromType,
  'torch Size': ([sizes], meter) => new PickleTuple(itemsOf(sizes, meter)),
  'torch device': device,
  'torch Tensor': (_, { refuse }) =>
    refuse('makes a tensor by its class; expected one of PyTorch’s rebuild functions'),
  'torch.nn.parameter Parameter': parameter,
  'torch.serialization _get_layout': ([name]) => name ?? null,
  'numpy dtype': numpyType,
  'numpy ndarray': (_, { refuse }) =>
    refuse('makes a NumPy array by its class; expected numpy’s _reconstruct'),
};

/** `set` and its like are called in protocol 2; Python 3 then writes their module by its Python 2 name. */
const BUILTINS: Readonly<Record<string, Make>> = {
  set: ([items], meter) => new Set(itemsOf(items, meter)),
  frozenset: ([items], meter) => new Set(itemsOf(items, meter)),
  list: ([items], meter) => [...itemsOf(items, meter)],
  tuple: ([items], meter) => new PickleTuple(itemsOf(items, meter)),
  dict: dictionary,
};

const ALLOWED = new Map<string, PickleValue>();
const allow = (name: string, make: Make) =>
  ALLOWED.set(name, new PickleFunction(name.replace(' ', '.'), make));

for (const [name, make] of Object.entries(FUNCTIONS)) allow(name, make);
for (const module of ['builtins', '__builtin__']) {
  for (const [name, make] of Object.entries(BUILTINS)) allow(`${module} ${name}`, make);
}
for (const module of ['numpy.core.multiarray', 'numpy._core.multiarray']) {
  allow(`${module} scalar`, numpyScalar);
  allow(`${module} _reconstruct`, () => new NumpyArray());
}
for (const [name, type] of Object.entries(STORAGE_TYPES)) {
  ALLOWED.set(`torch ${name}`, new StorageType(`torch.${name}`, type));
}
for (const [name, type] of Object.entries(NUMBER_TYPES)) {
  ALLOWED.set(`torch ${name}`, new NumberType(`torch.${name}`, type));
}
ALLOWED.set('torch.storage UntypedStorage', new StorageType('torch.storage.UntypedStorage', 'U8'));

/**
 * What stands for a global that a PyTorch checkpoint may name: a pure function of this library, or a plain value.
 * Nothing is ever looked up by the name in anything that runs.
 */
export function allowedGlobal(module: string, name: string, refuse: Refuse): PickleValue {
  const allowed = ALLOWED.get(`${module} ${name}`);
  if (allowed !== undefined) return allowed;
  return refuse(
    `asks for the Python global ${quote(`${module}.${name}`)}, which is not among those that weights need, so nothing ` +
      'of the file was used. If you trust its maker, load it in Python and save the weights alone: ' +
      'torch.save(model.state_dict(), …)',
  );
}
