import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a text or bytes, in hex. */
export function hashOf(content) {
  return createHash('sha256').update(content).digest('hex');
}

/** SHA-256 of a file of any size, in hex. */
export async function hashOfFile(file) {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
}

/** One SHA-256 over the names and contents of files. */
export function hashOfFiles(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${path.basename(file)}\0`)
      .update(fs.readFileSync(file))
      .update('\0');
  return hash.digest('hex');
}

/** Writes beside and renames, so that a reader never sees half a file. */
export function writeFile(file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const beside = besideName(file);
  fs.writeFileSync(beside, content);
  fs.renameSync(beside, file);
}

/** Copies beside and renames. */
export function copyFile(from, to) {
  fs.mkdirSync(path.dirname(to), { recursive: true });
  const beside = besideName(to);
  fs.copyFileSync(from, beside);
  fs.renameSync(beside, to);
}

/** The file's JSON, or undefined where there is none that can be read. */
export function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeJson(file, value) {
  writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

/** All files below a folder, sorted, relative to it with `/`; names that start with a dot are left out. */
export function listFiles(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .flatMap((entry) => {
      if (!entry.isDirectory()) return entry.isFile() ? [entry.name] : [];
      return listFiles(path.join(folder, entry.name)).map((name) => `${entry.name}/${name}`);
    })
    .sort();
}

/** Free bytes on the disk that will hold a folder, which need not exist yet. */
export function freeBytes(folder) {
  let existing = folder;
  while (!fs.existsSync(existing)) existing = path.dirname(existing);
  const { bavail, bsize } = fs.statfsSync(existing);
  return bavail * bsize;
}

function besideName(file) {
  return `${file}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
}
