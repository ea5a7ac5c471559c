import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../lib/io/cache-folder';
import { withFileLock } from '../../../lib/io/file-lock';
import { packageRoot } from '../../../lib/io/package-root';
import { writeFileWhole } from '../../../lib/io/write-file';

const run = promisify(execFile);

/** Lines of a file of an answer, from 1, both ends included. */
export interface Place {
  file: string;
  from: number;
  to: number;
}

export interface SimilarPair {
  students: [string, string];
  /** Share of both answers' tokens that are the same, 0 … 1. */
  similarity: number;
  /** The longest first. */
  fragments: { tokens: number; places: [Place, Place] }[];
}

export interface Similarity {
  /** Pairs by similarity in whole percent, 0 … 100. */
  counts: number[];
  /** The most similar, first. */
  pairs: SimilarPair[];
  /** Students whose answers hold too little to be compared. */
  unread: string[];
}

const VERSION = '6.0.0';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const PAIRS_TOLD = 200;
const MEMORY = '-Xmx2g';
const OLDEST_JAVA = 21;

/**
 * Compares answers by JPlag, which Maven fetches into the cache when it is first asked for.
 *
 * @param answers texts by `<student>/<file>`
 * @param given what all students were given, which is not compared, by file
 * @throws Error where Java or Maven is missing, or what Maven brings is not what is pinned
 */
export async function compareAnswers(
  answers: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>>,
): Promise<Similarity> {
  const java = await findJava();
  const jars = await fetchedJars();
  const folder = mkdtempSync(path.join(tmpdir(), 'segcourse-similarity-'));
  try {
    const [compared, base, result] = ['answers', 'given', 'result.json'].map((name) =>
      path.join(folder, name),
    );
    for (const [root, files] of [
      [compared, answers],
      [base, given],
    ] as const) {
      for (const [name, text] of Object.entries(files))
        writeFileWhole(path.join(root, name), Buffer.from(text));
    }
    const program = path.join(ownFolder(), 'Similarity.java');
    try {
      await run(java, [MEMORY, '-cp', `${jars}/*`, program, compared, base, String(PAIRS_TOLD), result]);
    } catch (error) {
      const said = /^Exception in thread .*?: (.*)$/m.exec((error as { stderr?: string }).stderr ?? '');
      throw new Error(`JPlag: ${said?.[1] ?? (error as Error).message}`);
    }
    return JSON.parse(readFileSync(result, 'utf8')) as Similarity;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ownFolder = (): string => path.join(packageRoot(), 'grading/report/similarity');

/** The folder of JPlag's jars, each with the hash that `jars.sha256` pins. */
async function fetchedJars(): Promise<string> {
  const folder = path.join(cacheFolder(), `jplag-${VERSION}`);
  return withFileLock(`${folder}.lock`, async () => {
    if (existsSync(folder) && wrongJars(folder).length === 0) return folder;
    const beside = `${folder}.part`;
    rmSync(beside, { recursive: true, force: true });
    const pom = path.join(ownFolder(), 'pom.xml');
    try {
      await run('mvn', [
        '--batch-mode',
        '--quiet',
        '--file',
        pom,
        COPY,
        '-DincludeScope=runtime',
        `-DoutputDirectory=${beside}`,
      ]);
    } catch (error) {
      const { code, stdout = '', message } = error as Error & { code?: string; stdout?: string };
      throw new Error(
        code === 'ENOENT'
          ? 'got no Maven, which fetches JPlag; expected the command mvn: install it (Debian: maven)'
          : `Maven could not fetch JPlag: ${stdout.trim().split('\n')[0] || message}`,
      );
    }
    const wrong = wrongJars(beside);
    if (wrong.length > 0) throw new Error(`Maven brought other files than are pinned: ${wrong.join(', ')}`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
    return folder;
  });
}

/** Names of jars that are missing, too many, or not what is pinned. */
export function wrongJars(
  folder: string,
  pinned = readFileSync(path.join(ownFolder(), 'jars.sha256'), 'utf8'),
): string[] {
  const hashes = new Map(
    pinned
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/).reverse() as [string, string]),
  );
  const there = readdirSync(folder);
  const hashOf = (name: string) =>
    createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex');
  return [...new Set([...hashes.keys(), ...there])].filter(
    (name) => !there.includes(name) || hashes.get(name) !== hashOf(name),
  );
}

/** @throws Error where no JDK is new enough */
async function findJava(): Promise<string> {
  const installed = '/usr/lib/jvm';
  const { JAVA_HOME, PATH = '' } = process.env;
  const folders = [
    ...(JAVA_HOME ? [path.join(JAVA_HOME, 'bin')] : []),
    ...PATH.split(path.delimiter),
    ...(existsSync(installed) ? readdirSync(installed).map((name) => path.join(installed, name, 'bin')) : []),
  ];
  for (const folder of new Set(folders)) {
    // The compiler, too: it runs a program from its source.
    if (!['java', 'javac'].every((name) => existsSync(path.join(folder, name)))) continue;
    const java = path.join(folder, 'java');
    const { stdout } = await run(java, ['--version']);
    if (Number(/\d+/.exec(stdout)?.[0]) >= OLDEST_JAVA) return java;
  }
  throw new Error(
    `got no JDK ${OLDEST_JAVA} or later in JAVA_HOME, PATH or ${installed}; expected one for JPlag: install it (Debian 13: openjdk-21-jdk-headless)`,
  );
}
