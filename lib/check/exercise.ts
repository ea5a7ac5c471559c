import { randomState, restoreRandomState, tf } from '../runtime';
import type { Case } from './case';
import type { Plain } from './plain';

/** Runs beside the student's code; public; returns plain data and leaves no tensor behind. */
export type Probe<Answer, Input extends Plain = Plain> = {
  // A method, so that probes of different inputs stand in one list.
  of(answer: Answer, input: Input): Plain | Promise<Plain>;
}['of'];

export interface Exercise<Answer = Record<string, unknown>> {
  /** '8.1' */
  name: string;
  title: string;
  /** Names that the notebook must define, and what each is. */
  parts: Readonly<Record<string, 'class' | 'function'>>;
  probes: Readonly<Record<string, Probe<Answer>>>;
  visible: readonly Case[];
  /** Exports of segcourse (and their modules) that are the answer, and are withheld while this exercise is graded. */
  withheld: readonly string[];
}

/** @throws TypeError naming the first part that the answer lacks */
export function requireParts<Answer>(exercise: Exercise<Answer>, answer: Answer): void {
  for (const [part, kind] of Object.entries(exercise.parts)) {
    const given = (answer as Record<string, unknown> | undefined)?.[part];
    if (typeof given !== 'function') {
      throw new TypeError(
        `check ${exercise.name}: got ${given === null ? 'null' : typeof given} for ${part}; ` +
          `expected the ${kind} that you wrote`,
      );
    }
  }
}

/**
 * Runs one of an exercise's probes on the student's code. Leaves no tensor and no variable behind, the weights of
 * everything that is built here included, and draws nothing from the random streams that the student's code uses.
 *
 * @throws RangeError for a probe that the exercise has not; what the student's code throws
 */
export async function runProbe<Answer>(
  exercise: Exercise<Answer>,
  answer: Answer,
  probe: string,
  input: Plain,
): Promise<Plain> {
  if (!Object.hasOwn(exercise.probes, probe)) {
    throw new RangeError(
      `exercise ${exercise.name}: got probe '${probe}'; expected one of ${Object.keys(exercise.probes).join(', ')}`,
    );
  }
  const before = new Set(Object.values(registeredVariables()));
  const random = randomState();
  tf.engine().startScope();
  try {
    return await exercise.probes[probe](answer, input);
  } finally {
    tf.engine().endScope();
    for (const variable of Object.values(registeredVariables())) {
      if (!before.has(variable)) variable.dispose();
    }
    restoreRandomState(random);
  }
}

const registeredVariables = () =>
  (tf.engine() as unknown as { state: { registeredVariables: Record<string, tf.Variable> } }).state
    .registeredVariables;
