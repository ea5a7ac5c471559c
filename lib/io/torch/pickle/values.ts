/** A Python tuple: unlike a list it never changes. */
export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** What the reader's environment puts in place of an object of an allowed class. */
export abstract class PickleObject {
  /** In words, for messages. */
  abstract readonly description: string;
}

/** An allowed global that may be called: pure, and what it makes is data. */
export class PickleFunction extends PickleObject {
  readonly description: string;

  constructor(
    readonly name: string,
    readonly call: (args: readonly PickleValue[], machine: Meter) => PickleValue,
  ) {
    super();
    this.description = `the function ${name}`;
  }
}

/** An object that takes its state after it was made (Python's `__setstate__`). */
export abstract class StatefulObject extends PickleObject {
  abstract setState(state: PickleValue, machine: Meter): void;
}

/**
 * What a pickle can hold here. Integers are numbers as far as numbers are exact, else bigint. Dictionaries are Maps, so
 * that no key has a meaning to JavaScript.
 */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleTuple
  | PickleValue[]
  | Map<PickleValue, PickleValue>
  | Set<PickleValue>
  | PickleObject;

/** Work and memory that a pickle may still ask for, and the way to refuse it. */
export interface Meter {
  spend(units: number): void;
  refuse(what: string): never;
}

/** A value in a few words; its parts are not looked at, since they can be deep or contain the value itself. */
export function describe(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'bigint') return value.toString(16).length > 20 ? 'a long integer' : String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof PickleTuple) return `a tuple of ${value.items.length}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a dictionary of ${value.size}`;
  if (value instanceof Set) return `a set of ${value.size}`;
  return value.description;
}

const LONGEST = 80;

/** Text in quotes, control characters escaped, cut after some 80 characters. */
export function quote(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return `'${JSON.stringify(cut).slice(1, -1)}'`;
}
