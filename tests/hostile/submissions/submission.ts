/** What the grader's machine holds that no submission may see or reach; the test plants it. */
export interface Planted {
  /** A file with the secret, and the folder that it lies in. */
  file: string;
  folder: string;
  /** Name of a variable of the grader's environment that holds the secret. */
  variable: string;
  /** Of a server on 127.0.0.1 that counts who connects. */
  port: number;
  /** The project's own folder. */
  project: string;
}

/** A notebook that means harm, as its cells beside the answer of exercise 8.1. */
export interface HostileSubmission {
  name: string;
  /** What stands in the answer cell: the right blocks, blocks without normalisation, or nothing. */
  answer: 'right' | 'wrong' | 'none';
  /** Cells before the answer. */
  before?: string | ((planted: Planted) => string);
  /** Cells between the answer and the check. */
  after?: string | ((planted: Planted) => string);
  /** Cells behind the check. */
  late?: string;
  /** The score it must get: that of the answer alone, or that at most, since the attack spoils its own answer. */
  score: 'same' | 'at most the same';
  /** It ends only by a limit of time or memory. */
  slow?: boolean;
  /** What the student must read somewhere. */
  says?: RegExp;
}
