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
  judgeRun(
    report: Report,
    minutes: number | undefined,
    share: number,
  ): { failures: string[]; warnings: string[] };
}

/** The modules of lib/course, which are no TypeScript, with their types. */
export async function courseTools(): Promise<CourseTools> {
  const files = ['setup/context', 'course/notebooks', 'course/run-notebook', 'course/judge-run'];
  const modules = await Promise.all(
    files.map((file) => import(pathToFileURL(path.join(packageRoot(), 'lib', `${file}.mjs`)).href)),
  );
  return Object.assign({}, ...modules) as CourseTools;
}
