/** What a student reads about one case. */
export interface Verdict {
  passed: boolean;
  got: string;
  expected: string;
  /** The likely misconception, where the case failed. */
  hint?: string;
}

/**
 * One thing that an exercise must do. `run` works with the student's code and returns plain data; `judge` compares that
 * data and touches nothing of the student's, so the two can live in different processes.
 */
export interface Case<Answer, Evidence = unknown> {
  title: string;
  run(answer: Answer): Evidence | Promise<Evidence>;
  judge(evidence: Evidence): Verdict;
}

/** Lets cases with different evidence stand in one list. */
export function defineCase<Answer, Evidence>(definition: Case<Answer, Evidence>): Case<Answer> {
  return definition as Case<Answer>;
}

/** Judges plain data that must equal what is expected, compared as JSON. */
export function mustEqual(expected: unknown, hint: string) {
  return (evidence: unknown): Verdict => {
    const [got, wanted] = [evidence, expected].map((value) => JSON.stringify(value));
    const passed = got === wanted;
    return { passed, got, expected: wanted, hint: passed ? undefined : hint };
  };
}
