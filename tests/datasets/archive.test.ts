import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync, type Zippable } from 'fflate';
import { extractArchive } from '../../lib/datasets/archive';
import { tarFile } from '../hostile/tar-file';
import { useScratchData } from './scratch';

/** Writes `value` at the last place where the 4 bytes of `signature` stand, `offset` after it. */
function patched(zip: Uint8Array, signature: number, offset: number, value: number): Uint8Array {
  const bytes = Buffer.from(zip);
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(signature);
  bytes.writeUInt32LE(value, bytes.lastIndexOf(mark) + offset);
  return bytes;
}

const CENTRAL = 0x02014b50;
const zip = (content: Zippable) => zipSync(content);
const LINK = { os: 3, attrs: 0o120777 * 65536 };

describe('datasets/archive', () => {
  const folder = useScratchData();
  const put = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder(), name), bytes);
    return join(folder(), name);
  };
  const out = () => join(folder(), 'out');

  const content = { 'a.txt': 'one', 'deep/b.txt': 'two '.repeat(5000), 'deep/empty': '' };
  const archives: [string, () => Uint8Array][] = [
    [
      'zip',
      () => zip(Object.fromEntries(Object.entries(content).map(([name, text]) => [name, strToU8(text)]))),
    ],
    ['tar', () => tarFile(...Object.entries(content).map(([name, text]) => ({ name, content: text })))],
    [
      'tar.gz',
      () => gzipSync(tarFile(...Object.entries(content).map(([name, text]) => ({ name, content: text })))),
    ],
  ];
  for (const [format, make] of archives) {
    it(`unpacks ${format}`, async () => {
      const files = await extractArchive(put(`a.${format}`, make()), out());
      assert.deepEqual(files, Object.keys(content));
      for (const [name, text] of Object.entries(content)) {
        assert.equal(readFileSync(join(out(), name), 'utf8'), text);
      }
      assert.deepEqual(readdirSync(folder()).sort(), [`a.${format}`, 'out']);
    });
  }

  it("unpacks what the system's tar and Python's zipfile pack: long names, large names, folders", async function () {
    this.timeout(20_000);
    const name = `${'long-name/'.repeat(14)}${'x'.repeat(120)}.txt`;
    mkdirSync(join(folder(), 'src', name, '..'), { recursive: true });
    writeFileSync(join(folder(), 'src', name), 'here');
    for (const format of ['gnu', 'pax']) {
      const archive = join(folder(), `${format}.tgz`);
      execFileSync('tar', [`--format=${format}`, '-czf', archive, '-C', join(folder(), 'src'), '.']);
      assert.deepEqual(await extractArchive(archive, join(folder(), format)), [name]);
      assert.equal(readFileSync(join(folder(), format, name), 'utf8'), 'here');
    }
    execFileSync('python3', [
      '-m',
      'zipfile',
      '-c',
      join(folder(), 'p.zip'),
      join(folder(), 'src', 'long-name'),
    ]);
    assert.deepEqual(await extractArchive(join(folder(), 'p.zip'), out()), [name]);
  });

  const escapes = ['../evil', 'a/../../evil', '/evil', 'a\\..\\evil', 'C:evil', 'a//b', 'a\u0000b', '..'];
  for (const name of escapes) {
    it(`refuses an entry named ${JSON.stringify(name)}, and leaves nothing`, async () => {
      const bad: [string, Uint8Array][] = [
        ['bad.zip', zip({ 'good.txt': strToU8('x'), [name]: strToU8('evil') })],
      ];
      // A tar's names end at the first zero.
      if (!name.includes('\0'))
        bad.push(['bad.tar', tarFile({ name: 'good.txt', content: 'x' }, { name, content: 'evil' })]);
      for (const [file, bytes] of bad) {
        const archive = put(file, bytes);
        await assert.rejects(extractArchive(archive, join(folder(), 'in', 'out')), {
          name: 'DataError',
          message: /entry ".*": got this name; expected names that stay in the archive's folder/,
        });
        assert.deepEqual(readdirSync(join(folder(), 'in')), []);
        assert.ok(!existsSync(join(folder(), 'evil')));
      }
    });
  }

  it('refuses links and devices', async () => {
    const bad: [string, Uint8Array, RegExp][] = [
      ['link.zip', zip({ link: [strToU8('/etc/passwd'), LINK] }), /entry "link": got a link/],
      ['soft.tar', tarFile({ name: 'link', type: '2' }, { name: 'link/file', content: 'x' }), /got a link/],
      ['hard.tar', tarFile({ name: 'link', type: '1' }), /got a link/],
      ['device.tar', tarFile({ name: 'null', type: '3' }), /got a device; expected files and folders/],
    ];
    for (const [name, bytes, message] of bad) {
      await assert.rejects(extractArchive(put(name, bytes), out()), { name: 'DataError', message });
      assert.ok(!existsSync(out()));
    }
  });

  it("does not follow a link that stands where the archive's folder is to be", async () => {
    mkdirSync(join(folder(), 'elsewhere'));
    symlinkSync(join(folder(), 'elsewhere'), `${out()}.part`);
    await extractArchive(put('a.zip', zip({ a: strToU8('x') })), out());
    assert.deepEqual(readdirSync(join(folder(), 'elsewhere')), []);
    assert.equal(readFileSync(join(out(), 'a'), 'utf8'), 'x');
  });

  it('refuses bombs: too many bytes, too many entries, more bytes than stated', async () => {
    const zeros = zip({ zeros: new Uint8Array(3_000_000) });
    const bad: [string, Uint8Array, RegExp][] = [
      ['honest.zip', zeros, /entry "zeros": got 3000000 bytes with it; expected at most 1000000 in all/],
      // The directory says 10 bytes; 3,000,000 follow.
      [
        'liar.zip',
        patched(zeros, CENTRAL, 24, 10),
        /entry "zeros": got \d+ bytes and more; expected the 10 bytes that it states/,
      ],
      [
        'many.zip',
        zip(Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`${index}`, strToU8('')]))),
        /got more than 20 entries/,
      ],
      [
        'sum.tar',
        tarFile({ name: 'a', content: 'x'.repeat(600_000) }, { name: 'b', content: 'x'.repeat(600_000) }),
        /entry "b": got 1200000 bytes with it/,
      ],
      [
        'bomb.tgz',
        gzipSync(tarFile({ name: 'a', content: '\0'.repeat(2_000_000) })),
        /entry "a": got 2000000 bytes with it/,
      ],
      [
        'folders.tar',
        tarFile(...Array.from({ length: 21 }, (_, index) => ({ name: `${index}/`, type: '5' }))),
        /got more than 20 entries/,
      ],
      [
        'attributes.tar',
        tarFile({ name: 'x', type: 'x', size: 2 ** 30 }),
        /offset 0 \(header\): got 1073741824 bytes of attributes/,
      ],
    ];
    for (const [name, bytes, message] of bad) {
      const limits = { maxBytes: 1_000_000, maxEntries: 20 };
      await assert.rejects(
        extractArchive(put(name, bytes), out(), limits),
        { name: 'DataError', message },
        name,
      );
      assert.ok(!existsSync(out()) && !existsSync(`${out()}.part`));
    }
  });

  it('refuses one name twice, also where only capitals differ', async () => {
    const twice = tarFile({ name: 'a', content: '1' }, { name: './A', content: '2' });
    await assert.rejects(
      extractArchive(put('twice.tar', twice), out()),
      /entry "\.\/A": got it twice; expected it once/,
    );
  });

  it('refuses a file in the place of a folder, and a folder in that of a file', async () => {
    const bad: [string, Uint8Array][] = [
      ['within.tar', tarFile({ name: 'a', content: '1' }, { name: 'a/b', content: '2' })],
      ['folder.tar', tarFile({ name: 'a', content: '1' }, { name: 'a/', type: '5' })],
      ['file.tar', tarFile({ name: 'a/', type: '5' }, { name: 'A', content: '2' })],
      ['file.zip', zip({ 'a/b': strToU8('1'), a: strToU8('2') })],
    ];
    for (const [name, bytes] of bad) {
      await assert.rejects(extractArchive(put(name, bytes), out()), {
        name: 'DataError',
        message: /: entry "[^"]+": got (a folder; expected the file of this name|it twice; expected it once)/,
      });
    }
  });

  it('refuses what is cut short at any byte, or no archive', async () => {
    const small = zip({ a: strToU8('hello hello hello hello'), b: strToU8('x') });
    const packed = gzipSync(tarFile({ name: 'a', content: 'hello'.repeat(300) }));
    const plain = tarFile({ name: 'a', content: 'hello'.repeat(300) });
    for (let length = 1; length < small.length; length++) {
      await assert.rejects(extractArchive(put('cut.zip', small.subarray(0, length)), out()), {
        name: 'DataError',
      });
    }
    for (let length = 1; length < packed.length - 8; length += 3) {
      await assert.rejects(extractArchive(put('cut.tgz', packed.subarray(0, length)), out()), {
        name: 'DataError',
      });
    }
    for (let length = 1; length < 2048; length += 97) {
      if (length % 512 === 0) continue;
      await assert.rejects(extractArchive(put('cut.tar', plain.subarray(0, length)), out()), {
        name: 'DataError',
      });
    }
    await assert.rejects(extractArchive(put('no.zip', Buffer.from('this is no archive'.repeat(90))), out()), {
      message: /no\.zip: offset 0 \(header\): got checksum NaN .*; expected a zip or tar archive/,
    });
  });

  it('refuses damaged packed bytes, and limits that are none', async () => {
    const bytes = zip({ a: strToU8('hello hello hello hello'.repeat(20)) });
    bytes.fill(0xff, 31, 45);
    await assert.rejects(extractArchive(put('bad.zip', bytes), out()), { name: 'DataError' });
    await assert.rejects(
      extractArchive('x.zip', out(), { maxBytes: 0 }),
      /got maxBytes 0; expected a positive/,
    );
  });

  it('does not touch a folder that is there', async () => {
    mkdirSync(out());
    writeFileSync(join(out(), 'mine'), 'x');
    await assert.rejects(extractArchive(put('a.zip', zip({ a: strToU8('x') })), out()));
    assert.deepEqual(readdirSync(out()), ['mine']);
  });
});
