import type { Samples } from '../../io/image';
import type { PatchPlan, PatchPlanOptions } from '../../planning/patch-size';
import type { PlanningCase } from '../../planning/fingerprint';
import { field, Plain } from '../plain';

/** The part of nnU-Net's fingerprint that exercise 8.6 asks for. */
export interface SmallFingerprint {
  spacings: number[][];
  /** After cropping to what is not 0. */
  shapes: number[][];
  /** Of the foreground of all cases together. */
  mean: number;
  std: number;
  percentile005: number;
  percentile995: number;
}

type Pair = { spacings: number[][]; shapes: number[][] };

/** The functions of exercise 8.6. */
export type PlanningFunctions = {
  fingerprint: (cases: PlanningCase[]) => SmallFingerprint;
  chooseSpacing: (fingerprint: Pair) => number[];
  choosePatch: (options: Required<PatchPlanOptions>) => Pick<PatchPlan, 'patch'>;
};

/** A case as plain data: one channel. */
export type PlainCase = { shape: number[]; spacing: number[]; values: Float32Array; mask: Uint8Array };

export type SpacingInput = Pair & { [key: string]: Plain };

export type PatchInput = { spacing: number[]; medianShape: number[]; classes: number; gigabytes: number };

const image = <T extends Samples>(data: T, shape: number[]) => ({ data, shape, channels: 1 });

const numbersOf = (value: unknown): Plain =>
  Array.isArray(value) ? value.map((each) => (typeof each === 'number' ? each : numbersOf(each))) : null;

export const planningProbes = {
  /** The fingerprint of cases. */
  fingerprint(answer: PlanningFunctions, { cases }: { cases: PlainCase[] }): Plain {
    const made = answer.fingerprint(
      cases.map(({ shape, spacing, values, mask }) => ({
        image: image(values.slice(), shape),
        mask: image(mask.slice(), shape),
        spacing: [...spacing],
      })),
    ) as Partial<SmallFingerprint> | undefined;
    const { spacings, shapes, ...statistics } = made ?? {};
    const numbers = ['mean', 'std', 'percentile005', 'percentile995'].map((name) => {
      const value = (statistics as Record<string, unknown>)[name];
      return [name, typeof value === 'number' ? value : null] as const;
    });
    return { spacings: numbersOf(spacings), shapes: numbersOf(shapes), ...Object.fromEntries(numbers) };
  },

  /** The target spacing of a data set. */
  spacing: (answer: PlanningFunctions, { spacings, shapes }: SpacingInput): Plain =>
    numbersOf(answer.chooseSpacing({ spacings, shapes })),

  /** The patch for a network and a memory. */
  patch: (answer: PlanningFunctions, input: PatchInput): Plain =>
    numbersOf(field(answer.choosePatch({ ...input }) as unknown as Plain, 'patch')),
};
