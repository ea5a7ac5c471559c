import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasetEntry, parseManifest, readManifest } from '../../lib/datasets/manifest';
import { useScratchData } from './scratch';

const HASH = 'a'.repeat(64);

function manifest(file: Record<string, unknown> = {}): unknown {
  return {
    datasets: {
      toy: {
        title: 'Toy',
        homepage: 'https://example.org/',
        licence: 'CC0',
        citations: ['Nobody 2000'],
        files: [
          {
            path: 'toy/a.tif',
            maxBytes: 10,
            accepted: [{ bytes: 4, sha256: HASH, origin: 'test' }],
            sources: [{ url: 'https://example.org/a.tif' }],
            ...file,
          },
        ],
      },
    },
  };
}

describe('datasets/manifest', () => {
  const folder = useScratchData();

  it('is valid, and says licence and citation of every data set', () => {
    const isbi = datasetEntry('isbi2012');
    assert.deepEqual(
      isbi.files.map(({ path }) => path),
      ['isbi2012/train-volume.tif', 'isbi2012/train-labels.tif', 'isbi2012/test-volume.tif'],
    );
    for (const dataset of readManifest()) {
      assert.ok(dataset.licence && dataset.citations.length > 0, dataset.name);
      for (const { accepted, maxBytes } of dataset.files) {
        for (const { bytes } of accepted) assert.ok(bytes <= maxBytes);
      }
    }
  });

  it('lists the names it knows when asked for another', () => {
    assert.throws(() => datasetEntry('isbi2013'), /got "isbi2013"; expected one of isbi2012/);
  });

  const broken: [Record<string, unknown>, RegExp][] = [
    [{ path: '../escape' }, /files\[0\]: path: got "\.\.\/escape"; expected a relative path/],
    [{ path: '/etc/passwd' }, /path: got/],
    [{ maxBytes: -1 }, /maxBytes: got -1; expected a positive integer/],
    [
      { accepted: [{ bytes: 4, sha256: 'abc', origin: 'x' }] },
      /accepted\[0\]: sha256: got "abc"; expected 64 hex/,
    ],
    [
      { sources: [{ url: 'file:///etc/passwd' }] },
      /sources\[0\]: url: got .*; expected an http\(s\) address/,
    ],
    [{ sources: {} }, /sources: got {}; expected a list/],
    [{ accepted: undefined }, /accepted: got nothing; expected a list/],
  ];
  for (const [change, message] of broken) {
    it(`refuses ${JSON.stringify(change)}`, () => {
      assert.throws(() => parseManifest(manifest(change), 'm.json'), message);
    });
  }

  const HEADER = 'sha256\tbytes\tpath';
  const listings: [string, RegExp][] = [
    [`sha256\tpath\n${HASH}\ttoy/a`, /toy\.tsv: line 1: got the columns sha256, path; expected bytes/],
    [`${HEADER}\n${HASH}\t4`, /toy\.tsv: line 2: got 2 columns; expected 3/],
    [`${HEADER}\nabc\t4\ttoy/a`, /line 2: got "abc"; expected 64 hexadecimal digits/],
    [`${HEADER}\n${HASH}\t-4\ttoy/a`, /line 2: got "-4"; expected a positive integer/],
    [`${HEADER}\n${HASH}\t4\t../a`, /line 2: got "\.\.\/a"; expected a relative path/],
    [`${HEADER}\n${HASH}\t4\ttoy/a\n${HASH}\t4\ttoy/a`, /line 3: got "toy\/a"; expected each path once/],
  ];
  for (const [text, message] of listings) {
    it(`refuses a listing with ${JSON.stringify(text.replaceAll(HASH, 'a…'))}`, () => {
      writeFileSync(join(folder(), 'toy.tsv'), text);
      const { datasets } = manifest() as { datasets: { toy: object } };
      const toy = { ...datasets.toy, listing: { file: 'toy.tsv', origin: 'test' } };
      assert.throws(() => parseManifest({ datasets: { toy } }, join(folder(), 'm.json')), message);
    });
  }

  it('has the numbers of files that the data sets are known by', () => {
    const count = (name: string, part: string) =>
      datasetEntry(name).files.filter(({ path }) => path.startsWith(part)).length;
    assert.equal(count('nuclei', 'nuclei/images/'), 664);
    assert.equal(count('nuclei', 'nuclei/labels/'), 664);
    assert.equal(count('voc', 'voc_sample/JPEGImages/'), 228);
    assert.equal(count('ct', 'ct/lidc-idri-0314/'), 128);
  });

  it('accepts the same without the damage, and says where text is not JSON', () => {
    assert.equal(parseManifest(manifest(), 'm.json')[0].files[0].path, 'toy/a.tif');
    const path = join(folder(), 'manifest.json');
    writeFileSync(path, '{');
    assert.throws(() => readManifest(path), /manifest\.json: got text that is not JSON/);
  });
});
