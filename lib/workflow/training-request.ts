import { requireInteger } from '../datasets/source';
import type { DatasetPlan } from '../planning/plan';
import type { ConfigurationName, Fold, TrainingRequest, TrainingSettings } from './results';
import type { CaseSplit } from './splits';

const NAMES: readonly ConfigurationName[] = ['2d', '3d_fullres', '3d_lowres'];
const MOST_MINUTES = 60 * 24 * 365;

/** @throws RangeError for a number out of its range, an unknown configuration, or minutes beside epochs */
export function requireRequest(owner: string, request: TrainingRequest): void {
  const { configuration, minutes, epochs, iterations, seed } = request;
  if (configuration !== undefined && !NAMES.includes(configuration)) {
    throw new RangeError(
      `${owner}: got configuration '${configuration}'; expected one of: ${NAMES.join(', ')}`,
    );
  }
  if (minutes !== undefined && !(minutes > 0 && minutes <= MOST_MINUTES)) {
    throw new RangeError(`${owner}: got ${minutes} minutes; expected a number above 0, such as 20`);
  }
  if (minutes !== undefined && (epochs !== undefined || iterations !== undefined)) {
    throw new RangeError(
      `${owner}: got minutes beside ${epochs === undefined ? 'iterations' : 'epochs'}; expected one or the other: how many ` +
        'fit into the time is measured',
    );
  }
  if (epochs !== undefined) requireInteger(owner, 'epochs', epochs, 1, 1e6);
  if (iterations !== undefined) requireInteger(owner, 'iterations', iterations, 1, 1e6);
  if (seed !== undefined) requireInteger(owner, 'seed', seed, 0, 2 ** 31 - 1);
}

/** What the results folder's first fold began with holds for the others. @throws Error naming what differs */
export function requireSameRequest(
  folder: string,
  { asked }: TrainingSettings,
  request: TrainingRequest,
): void {
  for (const name of ['configuration', 'minutes', 'epochs', 'iterations', 'seed'] as const) {
    if (request[name] === undefined || request[name] === asked[name]) continue;
    throw new Error(
      `${folder}: got ${name} ${request[name]}; its training began with ${asked[name] ?? 'none given'}: leave the option out ` +
        'to go on, or train into another folder',
    );
  }
}

/** The configuration that is asked for; else in three dimensions where the plan has them. @throws RangeError */
export function chosenConfiguration(
  owner: string,
  { configurations }: DatasetPlan,
  wanted?: ConfigurationName,
): ConfigurationName {
  const name = wanted ?? (configurations['3d_fullres'] ? '3d_fullres' : '2d');
  if (configurations[name]) return name;
  const there = NAMES.filter((known) => configurations[known]).join(', ');
  throw new RangeError(`${owner}: got configuration '${name}'; the plan has: ${there}`);
}

/** @throws RangeError for a fold that the splits do not have */
export function splitOf(
  owner: string,
  splits: readonly CaseSplit[],
  ids: readonly string[],
  fold: Fold,
): CaseSplit {
  if (fold === 'all') return { train: [...ids], val: [] };
  if (splits[fold]) return splits[fold];
  const there =
    splits.length > 0 ? `0 to ${splits.length - 1}, or all` : 'all: a single case is no two parts';
  throw new RangeError(`${owner}: got fold ${fold}; expected ${there}`);
}
