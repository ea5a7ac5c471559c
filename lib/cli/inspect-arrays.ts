import type { ElementArray } from '../io/elements';
import type { Samples } from '../io/image';
import { readNpy } from '../io/npy';
import { readNpz } from '../io/npz';
import { readSafetensors, type NamedArray } from '../io/safetensors';
import { readTorch } from '../io/torch/read-torch';
import { stateDict } from '../io/torch/state-dict';
import { typeName, type Inspection } from './inspection';
import { summarise } from './value-summary';

type Told = Omit<Inspection, 'file' | 'bytes' | 'format'>;
type Arrays = Record<string, NamedArray<ElementArray>>;

export async function inspectNpy(path: string): Promise<Told> {
  const array = await readNpy(path);
  const { shape, values } = array;
  const data = asSamples(values);
  const told = { shape, type: typeName(values), details: {}, warnings: [] };
  if (data.length === 0) return { ...told, warnings: ['no numbers'] };
  const channels = shape.length === 3 && [3, 4].includes(shape[2]) ? shape[2] : 1;
  const [height, width] = shape.slice(channels > 1 ? -3 : -2);
  const summary = await summarise(() => [{ data, width: width || data.length, channels }]);
  if (shape.length < 2 || shape.length > 4) return { ...told, values: summary };
  const plane = height * width * channels;
  const planes = data.length / plane;
  const middle = Math.floor(planes / 2);
  return {
    ...told,
    values: summary,
    preview: {
      data: data.subarray(middle * plane, (middle + 1) * plane),
      height,
      width,
      channels,
      aspect: 1,
      ...(planes > 1 ? { part: `plane ${middle + 1} of ${planes}` } : {}),
    },
  };
}

export async function inspectNpz(path: string): Promise<Told> {
  return inspectArrays(await readNpz(path));
}

export async function inspectSafetensors(path: string): Promise<Told> {
  const { arrays, metadata } = readSafetensors(path);
  return { ...inspectArrays(arrays), details: { ...totals(arrays), ...metadata } };
}

export async function inspectTorch(path: string): Promise<Told> {
  return inspectArrays(stateDict(readTorch(path)));
}

function inspectArrays(arrays: Arrays): Told {
  const broken = Object.entries(arrays).filter(
    ([, { values }]) => values instanceof Float32Array && !values.every(Number.isFinite),
  );
  return {
    details: totals(arrays),
    arrays: Object.entries(arrays).map(([name, { shape, values }]) => ({
      name,
      shape,
      type: typeName(values),
    })),
    warnings: broken.map(([name]) => `${name} has NaN or infinity`),
  };
}

function totals(arrays: Arrays): Record<string, number> {
  const all = Object.values(arrays);
  return { arrays: all.length, numbers: all.reduce((sum, { values }) => sum + values.length, 0) };
}

function asSamples(values: ElementArray): Samples {
  return values instanceof BigInt64Array || values instanceof BigUint64Array
    ? Float64Array.from(values, Number)
    : values;
}
