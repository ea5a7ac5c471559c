import path from 'node:path';
import { parseArgs } from 'node:util';
import { median, pytorch, typescript, verdict } from './process';

/** Speed in units of the peers' that is asked for. */
const RATIO = 1;
const WARM_UPS = 3;

export type Cases = Record<string, () => unknown>;

interface Beside {
  /** `__filename` of the bench; beside it lies the peers' script with the same cases, which uses cases.py. */
  file: string;
  peers: string;
  /** Runs of each case where the command line does not say. */
  runs?: number;
  /** Parts of names of cases that are measured, and not asked for. */
  aside?: readonly string[];
}

/**
 * Times cases beside the peers' script. Processes alternate, so that a slow minute of the machine slows both; both use one
 * thread. Options: --rounds 3, --runs, --only part-of-a-name.
 */
export function beside({ file, peers, runs = 5, aside = [] }: Beside, cases: () => Cases): void {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      runs: { type: 'string', default: String(runs) },
      only: { type: 'string', default: '' },
      /** What the processes of a run are started with. */
      measure: { type: 'boolean', default: false },
    },
  });
  if (values.measure) {
    const chosen = Object.entries(cases()).filter(([name]) => name.includes(values.only));
    console.log(JSON.stringify(measured(chosen, Number(values.runs))));
    return;
  }
  const args = ['--runs', values.runs, '--only', values.only];
  const name = path.basename(file, '.ts');
  const rounds = Array.from({ length: Number(values.rounds) }, () =>
    [typescript(`${name}.ts`, [...args, '--measure']), pytorch(`${name}.py`, args)].map(
      (answer) => JSON.parse(answer) as Record<string, number>,
    ),
  );
  const slow = Object.keys(rounds[0][0]).filter((each) => {
    const [ours, theirs] = [0, 1].map((side) => median(rounds.map((round) => round[side][each])));
    const speed = theirs / ours;
    console.log(
      `${each}: ${ours.toFixed(1)} ms, ${peers} ${theirs.toFixed(1)} ms, ${speed.toFixed(2)} × its speed`,
    );
    return speed < RATIO && !aside.some((part) => each.includes(part));
  });
  verdict(
    slow.length === 0,
    `at least ${RATIO.toFixed(1)} × the speed of ${peers}${slow.length ? `, but not: ${slow.join('; ')}` : ''}`,
  );
}

/** Median milliseconds of each case. */
function measured(cases: [string, () => unknown][], runs: number): Record<string, number> {
  return Object.fromEntries(
    cases.map(([name, run]) => {
      for (let warmUp = 0; warmUp < WARM_UPS; warmUp++) run();
      const times = Array.from({ length: runs }, () => {
        const start = performance.now();
        run();
        return performance.now() - start;
      });
      return [name, median(times)];
    }),
  );
}
