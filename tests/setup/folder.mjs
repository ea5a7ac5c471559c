import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Runs `action` with an empty folder, which is removed afterwards. */
export async function withFolder(action) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'segcourse-setup-'));
  try {
    return await action(folder);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes an executable shell script. */
export function writeProgram(file, script) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}
