import assert from 'node:assert/strict';
import { parser } from 'sax';
import { CHART_THEME } from '../../lib/display/chart-theme';
import { parseColour } from '../../lib/display/colours';
import { graphDiagram } from '../../lib/display/graph-diagram';
import { tableBundle } from '../../lib/display/table';
import {
  transposedConvolutionOverview,
  transposedConvolutionSteps,
} from '../../lib/display/transposed-diagram';
import { unetDiagram } from '../../lib/display/unet-diagram';

/** For text, by the Web Content Accessibility Guidelines 2.2, level AA. */
const LEAST = 4.5;

const hex = (colour: string) =>
  colour === 'white' ? '#ffffff' : colour.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3');

/** Relative luminance of the guidelines: 0 for black, 1 for white. */
function luminance(colour: string): number {
  const [r, g, b] = parseColour(hex(colour)).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
  fill: string;
}

/** Each text of a drawing with its colour and the rectangle that was last drawn below where it begins. */
function textsOf(svg: string): { text: string; ink: string; ground: string }[] {
  const texts: { text: string; ink: string; ground: string }[] = [];
  const rectangles: Rectangle[] = [];
  const inherited: { fill: string; x: number; y: number }[] = [{ fill: '#000000', x: 0, y: 0 }];
  let open: { text: string; ink: string; ground: string } | undefined;
  const reader = parser(true, { trim: true });
  reader.onopentag = ({ name, attributes }) => {
    const outer = inherited.at(-1)!;
    const own = attributes as Record<string, string>;
    const [, dx = '0', dy = '0'] = /^translate\((\S+) (\S+)\)$/.exec(own.transform ?? '') ?? [];
    const here = { fill: own.fill ?? outer.fill, x: outer.x + Number(dx), y: outer.y + Number(dy) };
    inherited.push(here);
    const [x, y] = [here.x + Number(own.x ?? 0), here.y + Number(own.y ?? 0)];
    if (name === 'rect' && here.fill !== 'none') {
      rectangles.push({ x, y, width: Number(own.width), height: Number(own.height), fill: here.fill });
    }
    if (name === 'text') {
      const below = rectangles
        .filter((each) => x >= each.x && x <= each.x + each.width && y >= each.y && y <= each.y + each.height)
        .at(-1);
      open = { text: '', ink: here.fill, ground: below?.fill ?? '' };
    }
  };
  reader.ontext = (text) => {
    if (open) open.text += text;
  };
  reader.onclosetag = (name) => {
    inherited.pop();
    if (name === 'text' && open) texts.push(open);
    if (name === 'text') open = undefined;
  };
  reader.write(svg).close();
  return texts;
}

function assertReadable(svg: string, least: number): void {
  const texts = textsOf(svg);
  assert.ok(texts.length >= least, `${texts.length} texts`);
  for (const { text, ink, ground } of texts) {
    assert.ok(ground, `"${text}" stands outside the page`);
    const found = contrast(ink, ground);
    assert.ok(found >= LEAST, `"${text}", ${ink} on ${ground}: ${found.toFixed(2)} : 1`);
  }
}

describe('contrast of text', () => {
  it('is measured as the guidelines say', () => {
    assert.equal(contrast('#000000', 'white'), 21);
    assert.ok(Math.abs(contrast('#767676', '#fff') - 4.54) < 0.01);
    const pale =
      '<svg><rect width="9" height="9" fill="#ffffff"/><text x="1" y="5" fill="#999999">pale</text></svg>';
    assert.throws(() => assertReadable(pale, 1), /"pale", #999999 on #ffffff: 2\.85 : 1/);
  });

  it('is enough in charts', () => {
    const colours = Object.entries(CHART_THEME).flatMap(([part, settings]) =>
      Object.entries((settings ?? {}) as Record<string, unknown>)
        .filter(([key]) => /^(label|title|subtitle)Color$/.test(key) || (part === 'title' && key === 'color'))
        .map(([key, colour]) => [`${part}.${key}`, String(colour)]),
    );
    assert.ok(colours.length >= 7);
    const ground = String(CHART_THEME['background']);
    for (const [name, colour] of colours) assert.ok(contrast(colour, ground) >= LEAST, name);
  });

  it('is enough in tables', () => {
    const statuses = ['good', 'warning', 'bad'] as const;
    const { data } = tableBundle(
      statuses.map((state) => ({ state })),
      { status: { state: (state) => state as (typeof statuses)[number] } },
    );
    const pairs = [...String(data['text/html']).matchAll(/background:(#\w+);color:(#\w+)/g)];
    assert.equal(pairs.length, 3);
    for (const [, ground, ink] of pairs) assert.ok(contrast(ink, ground) >= LEAST, `${ink} on ${ground}`);
  });

  it('is enough in drawings', () => {
    assertReadable(
      unetDiagram({ inputChannels: 1, baseChannels: 64, numBlocks: 3, numClasses: 2, inputSize: 128 }).svg,
      10,
    );
    const names = ['a', 'b', 'c', 'd', 'e'];
    const kinds = Object.fromEntries(names.slice(1).map((name) => [name, `kind ${name}`]));
    const graph = graphDiagram({
      title: 'Boxes',
      nodes: names.map((name, column) => ({ name, column, row: 0, ...(name === 'a' ? {} : { kind: name }) })),
      edges: [{ from: 'a', to: 'b', kind: 'arrow' }],
      boxes: kinds,
      arrows: { arrow: 'an arrow' },
    });
    assertReadable(graph.svg, 10);
  });

  it('is enough in each step of a transposed convolution', () => {
    const kernel = [
      [1, 2, 1],
      [1, 3, 2],
      [2, 1, 1],
    ];
    const steps = transposedConvolutionSteps(kernel, kernel, { stride: 2, padding: 1 });
    for (const { picture } of steps) assertReadable(String(picture), 9);
    for (const stride of [1, 2, 3]) {
      for (const kernelSize of [2, 3, 4, 5]) {
        const { picture } = transposedConvolutionOverview({ inputSize: 3, kernelSize, stride, padding: 0 });
        assertReadable(String(picture), 9);
      }
    }
  });
});
