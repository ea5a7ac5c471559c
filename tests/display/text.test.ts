import assert from 'node:assert/strict';
import { escapeText, formatDuration, formatNumber, humanise } from '../../lib/display/text';

describe('display/text', () => {
  it('writes numbers as people do', () => {
    const cases: [number, string][] = [
      [0, '0'],
      [42, '42'],
      [-3, '−3'],
      [1862849, '1,862,849'],
      [9999, '9999'],
      [0.1 + 0.2, '0.3'],
      [0.123456, '0.1235'],
      [1234.56, '1235'],
      [0.00012345, '1.23e−4'],
      [-2.5e-9, '−2.5e−9'],
      [1.5e6 + 0.5, '1.5e6'],
      [NaN, 'NaN'],
      [-Infinity, '−∞'],
      [100.02, '100'],
    ];
    for (const [value, text] of cases) assert.equal(formatNumber(value), text);
  });

  it('writes time spans as people do', () => {
    const cases: [number, string][] = [
      [0.44, '0.4 s'],
      [9.96, '10 s'],
      [59.6, '1 min 00 s'],
      [125, '2 min 05 s'],
      [3599.7, '1 h 00 min'],
      [7620, '2 h 07 min'],
      [NaN, '?'],
    ];
    for (const [value, text] of cases) assert.equal(formatDuration(value), text);
  });

  it('escapes markup and characters that XML cannot hold', () => {
    assert.equal(
      escapeText(`<a href="x" title='y'>&\u0001`),
      '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;\ufffd',
    );
  });

  it('makes labels of field names', () => {
    assert.equal(humanise('validationLoss'), 'validation loss');
    assert.equal(humanise('epoch'), 'epoch');
  });
});
