import { EXAMINED, LAST_KNOWN, REFUSED } from './system-calls';

/** AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64 of the kernel's audit.h. */
const MACHINES = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;

export type FilteredMachine = keyof typeof MACHINES;

export function isFiltered(machine: string): machine is FilteredMachine {
  return machine in MACHINES;
}

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const refuse = (errno: number) => 0x00050000 | errno;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET */
const NEW_NAMESPACES = 0x7e020000;
/** AF_UNIX, AF_INET, AF_INET6: each ends at the box's own network. AF_VSOCK, for one, does not. */
const FAMILIES = [1, 2, 10];
/** TIOCSTI, TIOCLINUX: typing into somebody's terminal. */
const TERMINAL_INPUT = [0x5412, 0x541c];

/** Offsets into struct seccomp_data; the low half of an argument comes first on both machines. */
const NUMBER = 0;
const MACHINE = 4;
const argument = (index: number) => 16 + 8 * index;

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const RETURN = 0x06; // BPF_RET | BPF_K
const IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const IF_GREATER = 0x25; // BPF_JMP | BPF_JGT | BPF_K
const IF_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/**
 * The system call filter of a box as classic BPF, an array of the kernel's `struct sock_filter`: what `bwrap --seccomp`
 * reads. It comes on top of namespaces and dropped capabilities, and takes away what these leave open.
 */
export function seccompFilter(machine: FilteredMachine): Buffer {
  const column = machine === 'x64' ? 0 : 1;
  const program: Instruction[] = [
    [LOAD, 0, 0, MACHINE],
    ...unless(IF_EQUAL, MACHINES[machine], KILL_PROCESS), // 32-bit calls have other numbers
    [LOAD, 0, 0, NUMBER],
    ...when(IF_GREATER, LAST_KNOWN, refuse(ENOSYS)), // x32's calls too, whose numbers start at 2^30
    // The C library then calls clone, whose flags can be read.
    ...when(IF_EQUAL, EXAMINED.clone3[column], refuse(ENOSYS)),
  ];
  for (const numbers of Object.values(REFUSED)) {
    const number = numbers[column];
    if (number !== null) program.push(...when(IF_EQUAL, number, refuse(EPERM)));
  }
  program.push(
    ...examine(EXAMINED.clone[column], 0, when(IF_ANY_BIT, NEW_NAMESPACES, refuse(EPERM)), ALLOW),
    ...examine(
      EXAMINED.ioctl[column],
      1,
      TERMINAL_INPUT.flatMap((request) => when(IF_EQUAL, request, refuse(EPERM))),
      ALLOW,
    ),
  );
  const families = FAMILIES.flatMap((family) => when(IF_EQUAL, family, ALLOW));
  for (const call of [EXAMINED.socket, EXAMINED.socketpair])
    program.push(...examine(call[column], 0, families, refuse(EAFNOSUPPORT)));
  program.push([RETURN, 0, 0, ALLOW]);

  const bytes = Buffer.alloc(8 * program.length);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(ifTrue, 8 * index + 2);
    bytes.writeUInt8(ifFalse, 8 * index + 3);
    bytes.writeUInt32LE(value, 8 * index + 4);
  }
  return bytes;
}

function when(test: number, value: number, verdict: number): Instruction[] {
  return [
    [test, 0, 1, value],
    [RETURN, 0, 0, verdict],
  ];
}

function unless(test: number, value: number, verdict: number): Instruction[] {
  return [
    [test, 1, 0, value],
    [RETURN, 0, 0, verdict],
  ];
}

/** For one call: loads one of its arguments, runs the tests, and gives the verdict if none of them did. */
function examine(call: number, index: number, tests: Instruction[], otherwise: number): Instruction[] {
  return [
    [IF_EQUAL, 0, tests.length + 2, call],
    [LOAD, 0, 0, argument(index)],
    ...tests,
    [RETURN, 0, 0, otherwise],
  ];
}
