import { compilerAttacks } from './compiling';
import { forgeryAttacks } from './forgery';
import { processAttacks } from './processes';
import { resourceAttacks } from './resources';
import { secretAttacks } from './secrets';
import type { HostileSubmission } from './submission';
import { tamperingAttacks } from './tampering';
import { valueAttacks } from './values';

/** Submissions that mean harm, each with the score that it must get. */
export const hostileSubmissions: readonly HostileSubmission[] = [
  ...processAttacks,
  ...resourceAttacks,
  ...secretAttacks,
  ...tamperingAttacks,
  ...forgeryAttacks,
  ...valueAttacks,
  ...compilerAttacks,
];
