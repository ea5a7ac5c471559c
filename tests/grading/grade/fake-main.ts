/** `npm run grade` with a judge that runs nothing, as a program that can be killed. Arguments: the judge's log, then the command line. */
import { gradeCommand } from '../../../grading/grade/command';
import { fakeGrader } from './fake-judge';

const [log, ...args] = process.argv.slice(2);
const surroundings = { out: process.stdout, errors: process.stderr, env: process.env };
void gradeCommand(args, surroundings, fakeGrader({ log, milliseconds: 30 })).then((code) =>
  process.exit(code),
);
