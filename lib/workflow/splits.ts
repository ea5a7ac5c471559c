import { existsSync } from 'node:fs';
import { numpyShuffle } from './numpy-shuffle';
import { readJson } from './raw-dataset';

/** One fold, as nnU-Net's splits_final.json has it: ids of cases. */
export interface CaseSplit {
  train: string[];
  val: string[];
}

const FOLDS = 5;
const NNUNET_SEED = 12345;

/**
 * nnU-Net's folds: five parts, shuffled with seed 12345 (`sklearn.model_selection.KFold`), each held out once. Fewer
 * cases than five give as many folds as cases; a single case gives none.
 */
export function nnUNetSplits(ids: readonly string[]): CaseSplit[] {
  const sorted = [...ids].sort((a, b) => (a < b ? -1 : 1));
  const folds = Math.min(FOLDS, sorted.length);
  if (folds < 2) return [];
  const order = numpyShuffle(sorted.length, NNUNET_SEED);
  const size = (fold: number) => Math.floor(sorted.length / folds) + (fold < sorted.length % folds ? 1 : 0);
  let start = 0;
  return Array.from({ length: folds }, (_, fold) => {
    const held = new Set(order.slice(start, (start += size(fold))));
    return {
      train: sorted.filter((_id, index) => !held.has(index)),
      val: sorted.filter((_id, index) => held.has(index)),
    };
  });
}

/**
 * The folds of a splits_final.json, nnU-Net's or your own; `nnUNetSplits` where none is given.
 *
 * @throws Error naming the file, where it is not there, is no list of folds, has cases that the data set has not, or one in both parts
 */
export async function splitsOf(file: string | undefined, ids: readonly string[]): Promise<CaseSplit[]> {
  if (file === undefined) return nnUNetSplits(ids);
  const refuse = (got: string, expected: string): never => {
    throw new Error(`${file}: got ${got}; expected ${expected}`);
  };
  if (!existsSync(file)) refuse('no such file', 'a splits_final.json');
  const folds = await readJson(file);
  const form = 'a list of folds, [{"train": ["case_1", …], "val": ["case_2", …]}, …]';
  if (!Array.isArray(folds) || folds.length === 0) return refuse(typeof folds, form);
  const known = new Set(ids);
  folds.forEach((fold: unknown, number) => {
    const { train, val } = (fold ?? {}) as Partial<CaseSplit>;
    const lists = [train, val].map((list) => (Array.isArray(list) && list.length > 0 ? list : undefined));
    if (!lists[0] || !lists[1]) return refuse(`fold ${number}: ${JSON.stringify(fold)?.slice(0, 80)}`, form);
    const strange = lists.flat().find((id) => !known.has(id!));
    if (strange !== undefined) refuse(`fold ${number}: the case ${String(strange)}`, 'cases of the data set');
    const both = lists[0].find((id) => lists[1]!.includes(id));
    if (both !== undefined) refuse(`fold ${number}: ${both} in train and val`, 'each case in one of them');
  });
  return folds as CaseSplit[];
}
