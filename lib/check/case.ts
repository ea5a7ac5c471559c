import { describe, equals, Plain } from './plain';

/** Uniform in [0, 1), seeded. */
export type Random = () => number;

/** What a student reads about one case. */
export interface Verdict {
  /** 0 … 1 */
  credit: number;
  got: string;
  expected: string;
  /** The likely misconception, where credit < 1. */
  hint?: string;
}

/**
 * One thing that an exercise must do: a question to the student's code, put by one of the exercise's probes, and the
 * judgement of its answer, which touches nothing of the student's. The two live in different processes in grading.
 */
export interface Case<Input extends Plain = Plain, Expected = unknown> {
  title: string;
  /** Weight within the exercise. */
  points: number;
  /** Name of one of the exercise's probes. */
  probe: string;
  /** Drawn anew for each run's seed. */
  input(random: Random): Input;
  /** Computed once a run, by the reference, in the judge's process only. */
  expected(input: Input): Expected | Promise<Expected>;
  /** Never throws for any evidence, however absurd: it looks at the evidence's shape first. */
  judge(evidence: Plain, expected: Expected, input: Input): Verdict | Promise<Verdict>;
  /** Seconds the probe may take; 20 by default. */
  seconds?: number;
}

/** Fixes the types of a case's input and expectation among its own members, in a list of others. */
export function defineCase<Input extends Plain, Expected>(definition: Case<Input, Expected>): Case {
  return definition as Case;
}

/** Judges evidence that must equal the expected plain data. */
export function mustEqual(hint: string) {
  return (evidence: Plain, expected: Plain): Verdict => {
    const passed = equals(evidence, expected);
    const verdict = { credit: passed ? 1 : 0, got: describe(evidence), expected: describe(expected) };
    return passed ? verdict : { ...verdict, hint };
  };
}

/** A whole number from `least` to `most`, both included. */
export function integer(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}

/** One of the values. */
export function pick<Value>(random: Random, values: readonly Value[]): Value {
  return values[integer(random, 0, values.length - 1)];
}
