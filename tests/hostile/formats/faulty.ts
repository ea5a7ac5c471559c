import { scryptSync } from 'node:crypto';
import type { HostileFormat } from './format';

const MEGABYTE = 2 ** 20;

/** What readers must not do. */
const FAULTS = {
  hangs() {
    for (;;);
  },
  'allocates and lets go'() {
    for (let part = 0; part < 40; part++) new Uint8Array(MEGABYTE);
  },
  'fills memory outside the engine'() {
    // 128 × N × r bytes
    scryptSync('', '', 1, { N: 2 ** 16, r: 8, maxmem: 100 * MEGABYTE });
  },
  'trusts lengths': () => new Uint8Array(-1),
  'speaks in other words'() {
    throw new Error('no');
  },
  'never settles': () => new Promise(() => {}),
  crashes: () => process.abort(),
};

export type Fault = keyof typeof FAULTS;

/** A file that begins with this byte brings out the fault. */
export const BAD = 3;

const faulty = (fault: () => unknown): HostileFormat => ({
  files: () => [new Uint8Array(100)],
  damages: {},
  async read(bytes) {
    if (bytes[0] === BAD) await fault();
    return bytes.length;
  },
  message: /got .*; expected/,
});

export const FAULTY = Object.fromEntries(
  Object.entries(FAULTS).map(([name, fault]) => [name, faulty(fault)]),
) as Record<Fault, HostileFormat>;
