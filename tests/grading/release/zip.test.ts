import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import type { Files } from '../../../grading/release/files';
import { zipFiles } from '../../../grading/release/zip';
import { packageRoot } from '../../../lib/io/package-root';

const FILES: Files = new Map([
  ['b/ä.txt', Buffer.from('two')],
  ['a.txt', Buffer.from('one'.repeat(1000))],
]);

describe('grading/release: zip', () => {
  it('holds the files in one folder, and opens in another program as plain readable files', function () {
    const zip = zipFiles(FILES, 'folder');
    const read = unzipSync(zip);
    assert.deepEqual(Object.keys(read), ['folder/a.txt', 'folder/b/ä.txt']);
    assert.equal(Buffer.from(read['folder/b/ä.txt']).toString(), 'two');
    const folder = mkdtempSync(path.join(tmpdir(), 'segcourse-zip-'));
    try {
      const file = path.join(folder, 'x.zip');
      writeFileSync(file, zip);
      const list =
        'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; ' +
        'print([(i.filename, oct(i.external_attr >> 16), i.date_time[:3]) for i in z.infolist()])';
      const { stdout, error } = spawnSync('python3', ['-c', list, file], { encoding: 'utf8' });
      if (error) this.skip();
      assert.equal(
        stdout.trim(),
        "[('folder/a.txt', '0o100644', (1980, 1, 1)), ('folder/b/ä.txt', '0o100644', (1980, 1, 1))]",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('is the same to the byte whatever the order of the files and the time zone', () => {
    const reversed: Files = new Map([...FILES].reverse());
    const zip = Buffer.from(zipFiles(FILES, 'folder'));
    assert.deepEqual(Buffer.from(zipFiles(reversed, 'folder')), zip);
    const script = `
      const { zipFiles } = require('./grading/release/zip');
      const files = new Map(${JSON.stringify([...FILES].map(([name, content]) => [name, content.toString()]))}
        .map(([name, text]) => [name, Buffer.from(text)]));
      process.stdout.write(Buffer.from(zipFiles(files, 'folder')).toString('base64'));`;
    for (const TZ of ['Pacific/Auckland', 'America/New_York']) {
      const { stdout, stderr } = spawnSync(process.execPath, ['-r', 'ts-node/register', '-e', script], {
        cwd: packageRoot(),
        env: { ...process.env, TZ },
        encoding: 'utf8',
      });
      assert.equal(stdout, zip.toString('base64'), stderr);
    }
  });
});
