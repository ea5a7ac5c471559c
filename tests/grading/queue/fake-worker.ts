/** `npm run grade:worker` with a judge that runs nothing, as a program that can be killed. Arguments: the judge's log, milliseconds a submission, the version, then the command line. */
import { workerCommand } from '../../../grading/queue/worker-command';
import { BEAT_MS, fakeJudge } from '../grade/fake-judge';

const [log, milliseconds, version, ...args] = process.argv.slice(2);
const surroundings = { out: process.stdout, errors: process.stderr, env: process.env };
void workerCommand(args, surroundings, {
  openJudge: () => fakeJudge({ log, milliseconds: Number(milliseconds) }),
  requireBoxes: async () => undefined,
  version: () => version,
  beatMs: BEAT_MS,
}).then((code) => process.exit(code));
