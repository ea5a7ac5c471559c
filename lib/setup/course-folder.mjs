import fs from 'node:fs';
import path from 'node:path';
import { deliveredHashes, mergeNotebook } from './course.mjs';
import { copyFile, hashOfFile, listFiles, readJson, writeJson } from './files.mjs';
import { SetupError } from './steps.mjs';

/** What was delivered when; without it, nothing that a student has is ever replaced. */
const RECORD = '.segcourse.json';

/**
 * Brings the student's working folder up to date with the course's notebooks, and keeps all that the student wrote.
 *
 * A notebook is merged cell by cell (see `mergeNotebook`); its old version stays beside as
 * `<name>.before-update-<date>.ipynb`. Any other file is replaced only while it is as it was delivered.
 *
 * @param {string} source folder of the course's notebooks
 * @param {string} folder working folder; made when it is missing
 * @param {{ prepare?: (notebook: object) => object, now?: Date }} [options] `prepare`: what becomes of a notebook before
 *   it is given to the student; `now`: for the name of what is kept beside
 * @returns {Promise<{ added: string[], updated: string[], unreadable: string[] }>} file names; `unreadable`: notebooks
 *   of the student that are damaged, and left as they are
 * @throws {SetupError} that names the notebook, where the course's own is damaged or `prepare` refuses it
 */
export async function updateCourseFolder(
  source,
  folder,
  { prepare = (notebook) => notebook, now = new Date() } = {},
) {
  fs.mkdirSync(folder, { recursive: true });
  const recordFile = path.join(folder, RECORD);
  const record = { notebooks: {}, files: {}, ...readJson(recordFile) };
  const report = { added: [], updated: [], unreadable: [] };
  for (const name of listFiles(source)) {
    const from = path.join(source, name);
    const to = path.join(folder, name);
    const isNew = !fs.existsSync(to);
    if (isNew) report.added.push(name);
    if (name.endsWith('.ipynb')) {
      const course = courseNotebook(from, prepare);
      updateNotebook({ name, course, to, isNew, now }, record.notebooks, report);
    } else {
      await updateFile({ name, from, to, isNew }, record.files, report);
    }
  }
  writeJson(recordFile, record);
  return report;
}

function courseNotebook(file, prepare) {
  try {
    return prepare(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    throw new SetupError(`${file}: ${error.message}`);
  }
}

function updateNotebook({ name, course, to, isNew, now }, delivered, report) {
  if (isNew) writeJson(to, course);
  else {
    const student = readJson(to);
    if (!Array.isArray(student?.cells)) {
      report.unreadable.push(name);
      return;
    }
    const { notebook, changed } = mergeNotebook(student, course, delivered[name] ?? {});
    if (changed) {
      copyFile(to, freeName(to.replace(/\.ipynb$/, `.before-update-${now.toISOString().slice(0, 10)}`)));
      writeJson(to, notebook);
      report.updated.push(name);
    }
  }
  delivered[name] = deliveredHashes(course);
}

async function updateFile({ name, from, to, isNew }, delivered, report) {
  const hash = await hashOfFile(from);
  const present = isNew ? undefined : await hashOfFile(to);
  if (!isNew && present !== hash && present !== delivered[name]) return;
  if (present !== hash) copyFile(from, to);
  if (present !== hash && !isNew) report.updated.push(name);
  delivered[name] = hash;
}

function freeName(stem) {
  for (let number = 1; ; number += 1) {
    const file = `${stem}${number === 1 ? '' : `-${number}`}.ipynb`;
    if (!fs.existsSync(file)) return file;
  }
}
