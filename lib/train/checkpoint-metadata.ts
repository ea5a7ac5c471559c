import type { RandomState } from '../runtime';
import { areEpochRecords, EpochRecord } from './epoch-record';

/** What a checkpoint says in words and numbers beside its arrays. */
export interface TrainingMetadata {
  records: EpochRecord[];
  /** 0 before the first epoch. */
  bestEpoch: number;
  /** Updates of the weights since the run began. */
  steps: number;
  /** Updates of the averaged weights. */
  averageUpdates: number;
  random: RandomState;
}

const FORMAT = 'segcourse training 2';

export function encodeMetadata(metadata: TrainingMetadata): Record<string, string> {
  return { format: FORMAT, training: JSON.stringify(metadata) };
}

/** @throws Error naming the file, for a format that is not this one or numbers that make no sense */
export function decodeMetadata(file: string, metadata: Record<string, string>): TrainingMetadata {
  if (metadata.format !== FORMAT) {
    throw new Error(
      `${file}: got format '${metadata.format ?? 'none'}'; expected '${FORMAT}': it is no checkpoint of a training run, or ` +
        'one of another version of this library: train again into another file',
    );
  }
  const training = parse(metadata.training);
  const { records, bestEpoch, steps, averageUpdates, random } = training;
  if (!areEpochRecords(records) || !isCount(bestEpoch) || bestEpoch > records.length) {
    throw damaged(
      file,
      `a history that is no list of epochs with finite losses, or best epoch ${String(bestEpoch)}`,
    );
  }
  if (!isCount(steps) || !isCount(averageUpdates)) throw damaged(file, 'numbers of steps that are no counts');
  if (!isRandomState(random)) throw damaged(file, 'random streams that are no numbers');
  return { records, bestEpoch, steps, averageUpdates, random };
}

function parse(json = ''): Partial<Record<keyof TrainingMetadata, unknown>> {
  try {
    return (JSON.parse(json) as Partial<Record<keyof TrainingMetadata, unknown>> | null) ?? {};
  } catch {
    return {};
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isRandomState(value: unknown): value is RandomState {
  const { seeds, global } = (value ?? {}) as Record<string, unknown>;
  return isStream(seeds) && (global === undefined || isStream(global));
}

function isStream(value: unknown): boolean {
  const stream = (value ?? {}) as Record<string, unknown>;
  return ['c', 's0', 's1', 's2'].every((name) => Number.isFinite(stream[name]));
}

const damaged = (file: string, what: string) =>
  new Error(`${file}: got ${what}; the file is damaged: delete it and train again`);
