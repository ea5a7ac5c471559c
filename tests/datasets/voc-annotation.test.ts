import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseVocAnnotation } from '../../lib/datasets/voc-annotation';
import { seededRandom } from '../../lib/runtime/seed';
import { realData } from '../real-data';

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string) => parseVocAnnotation(bytes(text), 'a.xml');
const SIZE = '<size><width>500</width><height>375</height><depth>3</depth></size>';
const BOX = '<bndbox><xmin>10.5</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>';
const object = (inside: string) => `<annotation>${SIZE}<object>${inside}</object></annotation>`;

describe('datasets/voc-annotation', () => {
  it('reads size and objects, and leaves out the parts of objects', () => {
    const part = `<part><name>head</name>${BOX}</part>`;
    const flags = '<truncated>1</truncated><difficult>0</difficult>';
    assert.deepEqual(parse(`<?xml version="1.0"?>${object(`<name>person</name>${flags}${BOX}${part}`)}`), {
      width: 500,
      height: 375,
      objects: [
        {
          name: 'person',
          box: { xmin: 10.5, ymin: 2, xmax: 30, ymax: 40 },
          truncated: true,
          difficult: false,
        },
      ],
    });
  });

  const entities = Array.from(
    { length: 10 },
    (_, n) => `<!ENTITY e${n + 1} "&e${n};&e${n};&e${n};&e${n};">`,
  ).join('');
  const hostile: [string, string, RegExp][] = [
    [
      'a document type',
      `<!DOCTYPE a>${object(`<name>dog</name>${BOX}`)}`,
      /got a document type; expected none/,
    ],
    [
      'a billion laughs',
      `<!DOCTYPE a [<!ENTITY e0 "ha">${entities}]><annotation>&e9;</annotation>`,
      /document type/,
    ],
    [
      'a file as entity',
      `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation>&x;</annotation>`,
      /document type/,
    ],
    [
      'an unknown entity',
      object(`<name>&x;</name>${BOX}`),
      /Invalid character entity; expected well-formed XML/,
    ],
    ['depth', '<a>'.repeat(1000), /<a> 17 elements deep; expected at most 16/],
    [
      'many elements',
      `<annotation>${'<a/>'.repeat(60_000)}</annotation>`,
      /50001 elements; expected at most 50000/,
    ],
    [
      'size',
      `<annotation>${' '.repeat(2 ** 20)}</annotation>`,
      /got 1048601 bytes; expected at most 1048576/,
    ],
    ['an open end', `<annotation>${SIZE}`, /Unclosed root tag; expected well-formed/],
    ['crossed tags', '<annotation><b></annotation></b>', /Unexpected close tag; expected well-formed/],
    ['two roots', '<annotation/><annotation/>', /expected well-formed|expected one/],
    ['nothing', '', /got no element; expected one|well-formed/],
    ['another document', '<html/>', /document: got "<html>"; expected <annotation>/],
    ['no size', '<annotation/>', /<annotation>: got "0 × <size>"; expected one/],
    [
      'a word for a number',
      object(`<name>dog</name>${BOX.replace('30', 'NaN')}`),
      /<xmax>: got "NaN"; expected a number/,
    ],
    [
      'a box outside',
      object(`<name>dog</name>${BOX.replace('30', '501')}`),
      /<bndbox>: got "10\.5 2 501 40"; expected corners/,
    ],
    ['a box inside out', object(`<name>dog</name>${BOX.replace('30', '3')}`), /expected corners in order/],
    [
      'two names',
      object(`<name>dog</name><name>cat</name>${BOX}`),
      /<object>: got "2 × <name>"; expected one/,
    ],
    [
      'the background',
      object(`<name>background</name>${BOX}`),
      /got "background"; expected one of aeroplane/,
    ],
    ['a prototype', object(`<name>__proto__</name>${BOX}`), /got "__proto__"/],
    [
      'a flag of 2',
      object(`<name>dog</name>${BOX}<truncated>2</truncated>`),
      /<truncated>: got "2"; expected 0 or 1/,
    ],
  ];
  for (const [name, text, message] of hostile) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => parse(text),
        (error: Error) => {
          assert.match(error.message, /^a\.xml: /);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('refuses bytes that are not UTF-8', () => {
    assert.throws(
      () => parseVocAnnotation(Uint8Array.of(0x3c, 0xff, 0xfe), 'a.xml'),
      /got bytes that are not UTF-8/,
    );
  });

  it('reads or refuses 2,000 mutations of a real annotation', function () {
    const folder = join(realData(this, 'voc_sample/Annotations'), 'voc_sample/Annotations');
    const [file] = readdirSync(folder).filter((name) =>
      readFileSync(join(folder, name)).includes('<object>'),
    );
    const whole = readFileSync(join(folder, file));
    const random = seededRandom(0);
    const below = (most: number) => Math.floor(random() * most);
    let refused = 0;
    for (let number = 0; number < 2000; number++) {
      const mutant = Buffer.from(whole.subarray(0, random() < 0.2 ? below(whole.length) : whole.length));
      for (let flips = 1 + below(4); flips > 0 && mutant.length > 0; flips--)
        mutant[below(mutant.length)] = below(256);
      try {
        const { width, height, objects } = parseVocAnnotation(mutant, 'a.xml');
        assert.ok(
          width >= 0 && height >= 0 && objects.every(({ box }) => box.xmax <= width && box.ymax <= height),
        );
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
        assert.match((error as Error).message, /^a\.xml: .*got .*expected /);
        refused++;
      }
    }
    assert.ok(refused > 500, `${refused} refused`);
  });
});
