import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readJson } from './raw-dataset';
import { writeJson } from './results';

/** What was predicted into a folder, by which model: predictions.json. */
export interface PredictionsLog {
  cases: Record<string, LoggedCase>;
}

export interface LoggedCase {
  /** Of weights and options. */
  model: string;
  /** SHA-256 of the images. */
  inputs: string[];
  /** SHA-256 of what was written, by its name in the folder. */
  outputs: Record<string, string>;
}

const FORMAT = 'segcourse predictions 1';

export const logFile = (folder: string): string => join(folder, 'predictions.json');

/** @throws Error for a predictions.json of something else */
export async function readLog(folder: string): Promise<PredictionsLog> {
  const file = logFile(folder);
  if (!existsSync(file)) return { cases: {} };
  const { format, cases } = (await readJson(file)) as PredictionsLog & { format?: unknown };
  if (format === FORMAT) return { cases };
  throw new Error(
    `${file}: got format ${JSON.stringify(format)}; expected '${FORMAT}': predict into another folder`,
  );
}

export function writeLog(folder: string, { cases }: PredictionsLog): void {
  writeJson(logFile(folder), { format: FORMAT, cases });
}

export async function fileHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Whether everything that the log tells of is there, unchanged. */
export async function areIntact(folder: string, outputs: LoggedCase['outputs']): Promise<boolean> {
  for (const [name, hash] of Object.entries(outputs)) {
    const file = join(folder, name);
    if (!existsSync(file) || (await fileHash(file)) !== hash) return false;
  }
  return true;
}
