import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../lib/io/package-root';

/** As in lib/course/run-notebook.mjs. */
export interface Report {
  seconds: number;
  peakBytes: number;
  cells: number;
  executed: number;
  cellSeconds: Record<string, number | null>;
  long: string[];
  error: string | null;
  stderr: [string, string][];
  mimeTypes: string[];
  text: string;
  warnings: string[];
}

interface Context {
  root: string;
}

interface Row {
  title: string;
  what: string;
  minutes: number;
}

export interface CourseTools {
  setupContext(): Context;
  notebookNames(context: Context): string[];
  chosenNotebooks(context: Context, wanted?: string[]): string[];
  statedMinutes(context: Context): Record<string, number>;
  runNotebook(
    context: Context,
    source: string,
    target: string,
    env?: Record<string, string>,
  ): Promise<Report>;
  atMost(jobs: number): <Result>(work: () => Promise<Result>) => Promise<Result>;
  brokenLinks(folder: string): string[];
  buildSite(
    context: Context,
    sections: { name: string; notebook: object; row: Row }[],
    options: { target: string; solutions: boolean },
  ): Promise<void>;
  sitePackagesStep(context: Context): object;
  lineReporter(stream: { write(text: string): unknown }): object;
  runSteps(steps: object[], reporter: object): Promise<{ ok: boolean }>;
  judgeRun(
    report: Report,
    minutes: number | undefined,
    share: number,
  ): { failures: string[]; warnings: string[] };
}

/** The modules of lib/course, which are no TypeScript, with their types. */
export async function courseTools(): Promise<CourseTools> {
  const files = [
    ...['setup/context', 'setup/reporter', 'setup/steps', 'course/notebooks', 'course/run-notebook'],
    ...['course/judge-run', 'course/check-links', 'course/build-site', 'course/site-packages'],
  ];
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(path.join(packageRoot(), 'lib', `${file}.mjs`)).href)),
  );
  return Object.assign({}, ...modules) as CourseTools;
}
