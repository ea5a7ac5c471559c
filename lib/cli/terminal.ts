/** Where a command writes to. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  rows?: number;
}

export interface Surroundings {
  out: Output;
  errors: Output;
  env: Record<string, string | undefined>;
}

/** Whether 24-bit colours are shown: as terminals say by COLORTERM, and NO_COLOR (no-color.org) does not forbid. */
export function showsColours({ out, env }: Surroundings): boolean {
  return out.isTTY === true && !env.NO_COLOR && /truecolor|24bit/i.test(env.COLORTERM ?? '');
}

/** What a user got wrong in a command line; exit code 2. */
export class UsageError extends Error {}

/** Names and descriptions come from files: none of them moves the cursor. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]/g, '�');
}
