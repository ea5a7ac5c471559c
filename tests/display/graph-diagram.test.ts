import assert from 'node:assert/strict';
import { graphDiagram, type GraphDiagramOptions } from '../../lib/display/graph-diagram';
import { renderSvg } from './helpers';

const GATE: GraphDiagramOptions = {
  title: 'A gate & its skip',
  nodes: [
    { name: 'x', text: ['x', 'skip'], column: 0, row: 0 },
    { name: 'g', column: 0, row: 1 },
    { name: 'alpha', text: '1 × 1', column: 1, row: 0.5, kind: 'convolution' },
    { name: 'out', column: 2, row: 0 },
  ],
  edges: [
    { from: 'x', to: 'alpha' },
    { from: 'g', to: 'alpha' },
    { from: 'alpha', to: 'out', kind: 'gate' },
    { from: 'x', to: 'out', kind: 'skip', bend: 0.7 },
  ],
  boxes: { convolution: '1 × 1 convolution' },
  arrows: { gate: 'one number for each pixel', skip: 'the skip itself' },
};

/** Attributes of all elements of a kind. */
const all = (svg: string, element: string): Record<string, string>[] =>
  [...svg.matchAll(new RegExp(`<${element} ([^>]*?)/?>`, 'g'))].map(([, attributes]) =>
    Object.fromEntries([...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
  );

describe('display/graph-diagram', () => {
  it('is a well-formed picture that says what it shows', async () => {
    const { svg } = graphDiagram(GATE);
    assert.match(svg, /<title>A gate &amp; its skip<\/title>/);
    assert.match(svg, /<desc>Boxes: x, g, alpha, out\. Arrows: .*x to out \(the skip itself\)\.<\/desc>/);
    await renderSvg(svg);
  });

  it('keeps boxes, bends and legend on the page, and the boxes apart', () => {
    const { svg } = graphDiagram(GATE);
    const [page] = all(svg, 'svg');
    const [, ...boxes] = all(svg, 'rect').map(({ x = '0', y = '0', width, height }) =>
      [x, y, width, height].map(Number),
    );
    for (const [x, y, width, height] of boxes.slice(0, 4)) {
      assert.ok(x >= 0 && y >= 0 && x + width <= Number(page.width) && y + height <= Number(page.height));
    }
    const apart = boxes
      .slice(0, 4)
      .every(([x, y, width, height], index) =>
        boxes.slice(0, index).every(([a, b]) => Math.abs(a - x) >= width || Math.abs(b - y) >= height),
      );
    assert.ok(apart);
    const [start, control, end] = all(svg, 'path')[0]
      .d.split(/[ MQ]/)
      .filter(Boolean)
      .map((point) => Number(point.split(',')[1]));
    assert.ok((start + 2 * control + end) / 4 > 40, 'the middle of the bend passes below the title');
  });

  it('ends each straight arrow at the border of its box', () => {
    const { svg } = graphDiagram({ ...GATE, edges: [{ from: 'x', to: 'g' }] });
    const [, x, g] = all(svg, 'rect').map(({ y, height }) => [Number(y), Number(height)]);
    const [line] = all(svg, 'line');
    assert.equal(Number(line.y1), x[0] + x[1] + 2);
    const tip = Math.max(
      ...all(svg, 'polygon')[0]
        .points.split(' ')
        .map((point) => Number(point.split(',')[1])),
    );
    assert.equal(tip, g[0] - 2);
  });

  it('tells kinds of arrows by dashes too', () => {
    const { svg } = graphDiagram(GATE);
    assert.equal(all(svg, 'path').filter((path) => 'stroke-dasharray' in path).length, 1);
    assert.equal(all(svg, 'line').filter((line) => 'stroke-dasharray' in line).length, 1, 'in the legend');
  });

  it('refuses what is no graph', () => {
    const wrong = (changed: Partial<GraphDiagramOptions>, message: RegExp): void =>
      assert.throws(() => graphDiagram({ ...GATE, ...changed }), message);
    wrong({ nodes: [] }, /got no nodes/);
    wrong({ nodes: [...GATE.nodes, { name: 'x', column: 3, row: 0 }] }, /two nodes 'x'/);
    wrong({ edges: [{ from: 'x', to: 'y' }] }, /an arrow at 'y'; expected one of x, g, alpha, out/);
    wrong({ edges: [{ from: 'x', to: 'x' }] }, /from 'x' to itself/);
    wrong(
      { edges: [{ from: 'x', to: 'g', kind: 'new' }] },
      /the kind 'new'; expected one of arrows: gate, skip/,
    );
    wrong({ boxes: Object.fromEntries([...'abcdef'].map((kind) => [kind, kind])) }, /6 kinds of boxes/);
  });
});
