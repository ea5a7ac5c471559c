/*
 * Runs tfjs-core's own tests against our runtime and ends with one line of totals; exit status 1 where any failed.
 *
 * node -r ts-node/register tests/runtime/tfjs-core/run.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundleTests } from './bundle';
import { ignoredByTfjsNode } from './ignored';

/* eslint-disable @typescript-eslint/no-require-imports -- the types of jasmine would clash with mocha's */

interface Spec {
  fullName: string;
  status: 'passed' | 'failed' | 'excluded' | 'pending';
  failedExpectations: { message: string }[];
}

interface Runner {
  exitOnCompletion: boolean;
  env: {
    configure(options: { random: boolean; specFilter(spec: { getFullName(): string }): boolean }): void;
  };
  clearReporters(): void;
  addReporter(reporter: { specDone(spec: Spec): void }): void;
  execute(): Promise<{ overallStatus: string }>;
}

const Jasmine = require('jasmine') as new () => Runner;

async function main(): Promise<void> {
  // Beside the packages, so that those left out of the bundle are found.
  const folder = mkdtempSync(join(__dirname, '../../../node_modules/.tfjs-core-'));
  try {
    const bundle = join(folder, 'suite.cjs');
    await bundleTests(bundle);
    await runTests(bundle);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runTests(bundle: string): Promise<void> {
  // Many tests provoke warnings or print on purpose.
  const print = console.log;
  console.log = console.warn = () => undefined;
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  const runner = new Jasmine();
  const ignored = ignoredByTfjsNode();
  const totals = { passed: 0, failed: 0, ignored: 0 };
  runner.exitOnCompletion = false;
  runner.env.configure({
    random: false,
    specFilter: (spec) => !ignored.some((part) => spec.getFullName().includes(part)),
  });
  runner.clearReporters();
  runner.addReporter({
    specDone: ({ status, fullName, failedExpectations }) => {
      if (status === 'passed') totals.passed += 1;
      else if (status !== 'failed') totals.ignored += 1;
      else {
        totals.failed += 1;
        print(`FAILED ${fullName}\n  ${failedExpectations.map(({ message }) => message).join('\n  ')}`);
      }
    },
  });
  require(bundle);
  const { overallStatus } = await runner.execute();
  const { passed, failed } = totals;
  print(
    `tfjs-core on Node ${process.versions.node}: ${passed + failed} specs, ${passed} passed, ${failed} failed, ` +
      `${totals.ignored} ignored as by tfjs-node`,
  );
  process.exitCode = failed > 0 || overallStatus === 'failed' ? 1 : 0;
}

void main();
