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

  it('accepts the same without the damage, and says where text is not JSON', () => {
    assert.equal(parseManifest(manifest(), 'm.json')[0].files[0].path, 'toy/a.tif');
    const path = join(folder(), 'manifest.json');
    writeFileSync(path, '{');
    assert.throws(() => readManifest(path), /manifest\.json: got text that is not JSON/);
  });
});
