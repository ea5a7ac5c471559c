import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { torchPython } from './torch';

/** Runs a program to its end and returns the last line of its output. */
function run(program: string, args: string[]): string {
  const { status, stdout, error } = spawnSync(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (error || status !== 0)
    throw error ?? new Error(`${program} ${args.join(' ')} ended with status ${status}`);
  return stdout.trim().split('\n').at(-1)!;
}

/** Runs a script of this folder in a process of its own. */
export const typescript = (file: string, args: string[]) =>
  run(process.execPath, ['-r', 'ts-node/register/transpile-only', path.join(__dirname, file), ...args]);

export const pytorch = (file: string, args: string[]) =>
  run(torchPython(), [path.join(__dirname, file), ...args]);

export const mean = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
export const median = (numbers: number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Says whether what is asked for was reached; the process ends with an error where it was not. */
export function verdict(met: boolean, what: string): void {
  console.log(`${met ? 'met' : 'NOT MET'}: ${what}`);
  if (!met) process.exitCode = 1;
}
