import { describe, Meter, PickleValue } from './values';

const ITEM = 4;

export function append({ refuse }: Meter, items: readonly PickleValue[], list: PickleValue): void {
  if (!Array.isArray(list)) return refuse(`appends to ${describe(list)}; expected a list`);
  for (const item of items) list.push(item);
}

/** @param items key, value, key, value, … */
export function setItems(meter: Meter, items: readonly PickleValue[], dictionary: PickleValue): void {
  if (!(dictionary instanceof Map)) {
    return meter.refuse(`sets items of ${describe(dictionary)}; expected a dictionary`);
  }
  if (items.length % 2 !== 0) meter.refuse('sets a dictionary item that has a key and no value');
  meter.spend(ITEM * items.length);
  for (let index = 0; index < items.length; index += 2) {
    dictionary.set(hashable(meter, items[index]), items[index + 1]);
  }
}

export function addItems(meter: Meter, items: readonly PickleValue[], set: PickleValue): void {
  if (!(set instanceof Set)) return meter.refuse(`adds items to ${describe(set)}; expected a set`);
  meter.spend(ITEM * items.length);
  for (const item of items) set.add(hashable(meter, item));
}

function hashable({ refuse }: Meter, value: PickleValue): PickleValue {
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) {
    return refuse(`got ${describe(value)} as a key; expected something that Python can hash`);
  }
  return value;
}
