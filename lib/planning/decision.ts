/** Something that the planner settled, with why: as a sentence, and as the numbers in it. */
export interface Decision {
  /** What was settled: 'target spacing', 'patch size', 'batch size' … */
  subject: string;
  value: number | string | readonly number[] | readonly string[];
  /** For people: the rule, and the numbers that it was applied to. */
  reason: string;
  /** The reason's numbers by name, for programs. */
  data: Readonly<Record<string, number | boolean | string | readonly number[]>>;
}

/** Numbers as people write sizes: `[40, 56, 40]`. */
export const listed = (values: readonly number[]): string =>
  `[${values.map((value) => String(Number(value.toPrecision(4)))).join(', ')}]`;
