import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../io/package-root';
import { readListing } from './listing';

/** One version of a file's bytes. */
export interface AcceptedFile {
  bytes: number;
  sha256: string;
  /** Whose version this is. */
  origin: string;
}

/** Where a file can be had: at a URL, or as one entry of a zip archive at a URL. */
export interface FileSource {
  url: string;
  /** Path of the file inside the archive; absent for a file that is not packed. */
  entry?: string;
  /** The most bytes to download; the file's own limit by default. */
  maxBytes?: number;
}

export interface FileEntry {
  /** Path below the data folder and below a mirror, such as `isbi2012/train-volume.tif`. */
  path: string;
  /** The most bytes that any version of the file has; nothing larger is downloaded, unpacked or read. */
  maxBytes: number;
  accepted: AcceptedFile[];
  /** For an image stack: SHA-256 of its decoded pixels, which accepts copies with other headers. */
  pixels?: { sha256: string; origin: string };
  sources: FileSource[];
}

export interface DatasetEntry {
  name: string;
  title: string;
  homepage: string;
  licence: string;
  citations: string[];
  /** Why it is not to be downloaded without being asked for. */
  optional?: string;
  files: FileEntry[];
}

/**
 * All data sets that the course knows, from `data/manifest.json`.
 *
 * @throws Error naming file, field, got and expected when the manifest is damaged
 */
export function readManifest(path = join(packageRoot(), 'data', 'manifest.json')): DatasetEntry[] {
  const text = readFileSync(path, 'utf8');
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `manifest: ${path}: got text that is not JSON (${(error as Error).message}); restore the file`,
    );
  }
  return parseManifest(content, path);
}

/** The entry of one data set; an unknown name's error lists the known ones. */
export function datasetEntry(name: string, entries = readManifest()): DatasetEntry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry) return entry;
  throw new RangeError(
    `dataset: got ${JSON.stringify(name)}; expected one of ${entries.map((known) => known.name).join(', ')}`,
  );
}

/** Checks a parsed manifest field by field; `path` is what errors call it, and where its listings lie beside. */
export function parseManifest(content: unknown, path: string): DatasetEntry[] {
  const root = new Field(content, path);
  return root
    .at('datasets')
    .entries()
    .map(([name, dataset]) => ({
      name,
      title: dataset.at('title').text(),
      homepage: dataset.at('homepage').text(URL_PATTERN, 'an http(s) address'),
      licence: dataset.at('licence').text(),
      citations: dataset.at('citations').list((citation) => citation.text()),
      ...(dataset.optional('optional') && { optional: dataset.at('optional').text() }),
      files: filesOf(dataset, path),
    }));
}

function filesOf(dataset: Field, path: string): FileEntry[] {
  const listing = dataset.optional('listing');
  if (!listing) return dataset.at('files').list(parseFile);
  const file = listing.at('file').text(PATH_PATTERN, PATH_RULE);
  return readListing(join(dirname(path), file), listing.at('origin').text(), (found, place) =>
    new Field(found, place).text(PATH_PATTERN, PATH_RULE),
  );
}

const URL_PATTERN = /^https?:\/\/\S+$/;
const HASH_PATTERN = /^[0-9a-f]{64}$/;
// Names of letters, digits, dots, dashes and plus signs that do not begin with a dot: no way out of the data folder.
const PATH_PATTERN = /^[\w-][\w.+-]*(\/[\w-][\w.+-]*)*$/;
const PATH_RULE = 'a relative path without ".."';

function parseFile(file: Field): FileEntry {
  const accepted = file.at('accepted').list((version) => ({
    bytes: version.at('bytes').count(),
    sha256: version.at('sha256').text(HASH_PATTERN, '64 hexadecimal digits'),
    origin: version.at('origin').text(),
  }));
  const pixels = file.optional('pixels');
  return {
    path: file.at('path').text(PATH_PATTERN, PATH_RULE),
    maxBytes: file.at('maxBytes').count(),
    accepted,
    ...(pixels && {
      pixels: {
        sha256: pixels.at('sha256').text(HASH_PATTERN, '64 hexadecimal digits'),
        origin: pixels.at('origin').text(),
      },
    }),
    sources: file.at('sources').list((source) => {
      const maxBytes = source.optional('maxBytes')?.count();
      const entry = source.optional('entry')?.text();
      return {
        url: source.at('url').text(URL_PATTERN, 'an http(s) address'),
        ...(entry !== undefined && { entry }),
        ...(maxBytes !== undefined && { maxBytes }),
      };
    }),
  };
}

/** A value of the manifest and the way to it, for errors. */
class Field {
  constructor(
    private readonly value: unknown,
    private readonly place: string,
  ) {}

  optional(key: string): Field | undefined {
    const child = this.object()[key];
    return child === undefined ? undefined : new Field(child, `${this.place}: ${key}`);
  }

  at(key: string): Field {
    return this.optional(key) ?? new Field(undefined, `${this.place}: ${key}`);
  }

  entries(): [string, Field][] {
    return Object.entries(this.object()).map(([key, child]) => [
      key,
      new Field(child, `${this.place}: ${key}`),
    ]);
  }

  list<T>(read: (item: Field) => T): T[] {
    if (!Array.isArray(this.value)) this.refuse('a list');
    return (this.value as unknown[]).map((item, index) => read(new Field(item, `${this.place}[${index}]`)));
  }

  text(pattern = /./, expected = 'text'): string {
    if (typeof this.value !== 'string' || !pattern.test(this.value)) this.refuse(expected);
    return this.value as string;
  }

  count(): number {
    if (!Number.isSafeInteger(this.value) || (this.value as number) < 1) this.refuse('a positive integer');
    return this.value as number;
  }

  private object(): Record<string, unknown> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value))
      this.refuse('an object');
    return this.value as Record<string, unknown>;
  }

  private refuse(expected: string): never {
    throw new Error(
      `manifest: ${this.place}: got ${JSON.stringify(this.value) ?? 'nothing'}; expected ${expected}`,
    );
  }
}
