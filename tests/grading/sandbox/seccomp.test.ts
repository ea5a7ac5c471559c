import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { isFiltered, seccompFilter } from '../../../grading/sandbox/bubblewrap/seccomp';
import { EXAMINED, REFUSED } from '../../../grading/sandbox/bubblewrap/system-calls';

/** linux/audit.h */
const AUDIT = { x64: 0xc000003e, arm64: 0xc00000b7, i386: 0x40000003 };
const ALLOW = 'allow';

describe('seccomp filter', () => {
  for (const machine of ['x64', 'arm64'] as const) {
    const column = machine === 'x64' ? 0 : 1;
    const verdict = (call: number, args: number[] = [], audit = AUDIT[machine]) =>
      run(seccompFilter(machine), audit, call, args);

    describe(machine, () => {
      it('refuses every listed call and lets ordinary ones pass', () => {
        for (const [name, numbers] of Object.entries(REFUSED)) {
          if (numbers[column] !== null) assert.equal(verdict(numbers[column]), 'errno 1', name);
        }
        const ordinary = {
          x64: [0, 1, 9, 56, 57, 59, 202, 231, 257],
          arm64: [63, 64, 222, 220, 221, 98, 94, 56],
        };
        for (const call of ordinary[machine]) assert.equal(verdict(call), ALLOW, `call ${call}`);
      });

      it('lets threads and processes begin, but no namespace', () => {
        const [clone, clone3] = [EXAMINED.clone[column], EXAMINED.clone3[column]];
        const thread = 0x3d0f00;
        assert.equal(verdict(clone, [thread]), ALLOW);
        for (const flag of [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
          assert.equal(verdict(clone, [thread | flag]), 'errno 1', flag.toString(16));
        assert.equal(verdict(clone3), 'errno 38');
      });

      it('knows sockets that end at the box’s own network only', () => {
        for (const call of [EXAMINED.socket[column], EXAMINED.socketpair[column]]) {
          const passed = Array.from({ length: 50 }, (_, family) => family).filter(
            (family) => verdict(call, [family]) === ALLOW,
          );
          assert.deepEqual(passed, [1, 2, 10]);
          assert.equal(verdict(call, [40]), 'errno 97');
        }
      });

      it('refuses to type into a terminal', () => {
        assert.equal(verdict(EXAMINED.ioctl[column], [0, 0x5412]), 'errno 1');
        assert.equal(verdict(EXAMINED.ioctl[column], [0, 0x541c]), 'errno 1');
        assert.equal(verdict(EXAMINED.ioctl[column], [0, 0x5401]), ALLOW);
      });

      it('answers calls that are newer than itself as a kernel without them, and ends other machines’ programs', () => {
        assert.equal(verdict(457), 'errno 38');
        assert.equal(verdict(0x40000000 + 59), 'errno 38');
        assert.equal(verdict(0, [], AUDIT.i386), 'kill');
      });
    });
  }

  it('has the numbers of the kernel’s headers', function () {
    const headers = {
      x64: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h',
      arm64: '/usr/include/asm-generic/unistd.h',
    };
    if (!Object.values(headers).every((file) => existsSync(file))) this.skip();
    for (const [column, file] of Object.values(headers).entries()) {
      const text = readFileSync(file, 'utf8');
      const numbers = new Map(
        [...text.matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)$/gm)].map(([, name, number]) => [
          name,
          Number(number),
        ]),
      );
      for (const [name, listed] of Object.entries({ ...REFUSED, ...EXAMINED }))
        assert.equal(listed[column] ?? undefined, numbers.get(name), `${file}: ${name}`);
    }
  });

  it('is there for the machines that native TensorFlow is there for', () => {
    assert.deepEqual(['x64', 'arm64', 'ia32', 'riscv64'].map(isFiltered), [true, true, false, false]);
  });
});

/** A machine for classic BPF, as far as filters use it (linux/bpf_common.h). */
function run(filter: Buffer, audit: number, call: number, args: number[]): string {
  const data = Buffer.alloc(64);
  data.writeInt32LE(call | 0, 0);
  data.writeUInt32LE(audit, 4);
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(BigInt(value >>> 0), 16 + 8 * index);
  let accumulator = 0;
  for (let at = 0; ; at++) {
    assert.ok(8 * at < filter.length, 'the filter ends without a verdict');
    const value = filter.readUInt32LE(8 * at + 4);
    const jump = (holds: boolean) => filter.readUInt8(8 * at + (holds ? 2 : 3));
    const code = filter.readUInt16LE(8 * at);
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x15) at += jump(accumulator === value);
    else if (code === 0x25) at += jump(accumulator > value);
    else if (code === 0x45) at += jump((accumulator & value) !== 0);
    else if (code === 0x06) return verdictOf(value);
    else assert.fail(`unknown instruction ${code}`);
  }
}

function verdictOf(value: number): string {
  if (value === 0x7fff0000) return ALLOW;
  if (value === 0x80000000) return 'kill';
  assert.equal(value >>> 16, 0x0005);
  return `errno ${value & 0xffff}`;
}
