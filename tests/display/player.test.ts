import assert from 'node:assert/strict';
import { animation } from '../../lib/display/animation';
import { DISPLAY, displayable } from '../../lib/display/bundle';
import { lineChart } from '../../lib/display/chart-helpers';
import { explorer } from '../../lib/display/explorer';
import type { PlayerData } from '../../lib/display/player';
import { renderSvg } from './helpers';

const square = (side: number, colour = '#000000') =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="9" height="9" fill="${colour}"/></svg>`;
const three = ['red', 'green', 'blue'].map((colour) => ({ picture: square(20, colour), caption: colour }));

/** What an output tells its script, read as the page's parser reads it. */
function dataOf(html: string): PlayerData {
  const script = /<script>(.*?)<\/script>/s.exec(html)![1];
  const argument = script.slice(script.indexOf('document.currentScript.parentElement,') + 37, -1);
  return JSON.parse(argument) as PlayerData;
}

async function show(figure: { [DISPLAY](): unknown }) {
  const { data } = (await figure[DISPLAY]()) as { data: Record<string, string> };
  return { html: data['text/html'], svg: data['image/svg+xml'], text: data['text/plain'] };
}

describe('display/animation', () => {
  it('shows its start frame to viewers without scripts, and hands all frames to the page', async () => {
    const { html, svg, text } = await show(animation(three, { title: 'Lights', start: 1, interval: 50 }));
    assert.equal(svg, three[1].picture);
    assert.match(html, /<img src="data:image\/svg\+xml;base64,[^"]+" alt="Lights: green"/);
    assert.match(html, />A still picture: run the cell[^<]*<\/div><figcaption[^>]*>green</);
    assert.equal(text, '[animation: Lights, 3 pictures]');
    const { frames, order, start, interval } = dataOf(html);
    assert.deepEqual(
      order.map((frame) => frames[frame].caption),
      ['red', 'green', 'blue'],
    );
    assert.deepEqual([start, interval], [[1], 50]);
  });

  it('stores equal frames once', async () => {
    const { html } = await show(animation([three[0], three[1], three[0]], { title: 'Back' }));
    const { frames, order } = dataOf(html);
    assert.equal(frames.length, 2);
    assert.deepEqual(order, [0, 1, 0]);
  });

  it('keeps the scale of frames of different sizes', async () => {
    const { html } = await show(
      animation([{ picture: square(10) }, { picture: square(40) }], { title: 'Growth' }),
    );
    assert.deepEqual(
      dataOf(html).frames.map(({ share }) => share),
      [0.25, 1],
    );
    assert.match(html, /aspect-ratio:40\/40/);
  });

  it('lets no text end the script or become markup', async () => {
    const hostile = '</script><img src=x onerror=alert(1)><!--';
    const frames = [
      { picture: square(5), caption: hostile },
      { picture: square(6), caption: hostile },
    ];
    const { html } = await show(animation(frames, { title: hostile }));
    assert.equal(html.match(/<\/script>/g)!.length, 1);
    assert.doesNotMatch(html, /<!--|<img src=x/);
    assert.equal(dataOf(html).frames[0].caption, hostile);
  });

  it('says what is wrong with its frames and options', async () => {
    assert.throws(() => animation([three[0]], { title: 'One' }), /got 1 frame\(s\); expected at least 2/);
    assert.throws(() => animation(three, { title: 'x', interval: 0 }), /interval of 0 ms/);
    assert.throws(() => animation(three, { title: 'x', start: 3 }), /got start 3; .* 0 to 2/);
    const bad = (picture: string) => show(animation([three[0], { picture }], { title: 'x' }));
    await assert.rejects(bad('<p>no</p>'), /animation: picture 1 begins with "<p>no<\/p>"/);
    await assert.rejects(
      bad('<svg viewBox="0 0 1 1"></svg>'),
      /expected an <svg> element with width and height/,
    );
    const table = displayable({}, () => ({ data: { 'text/html': '<table></table>' } }));
    await assert.rejects(
      show(animation([three[0], { picture: table }], { title: 'x' })),
      /picture 1 is no SVG/,
    );
    const huge = three.map(({ picture }, n) => ({ picture: picture + String(n).repeat(9 * 2 ** 20) }));
    await assert.rejects(
      show(animation(huge, { title: 'x' })),
      /3 pictures of \d+ MiB together; expected at most 24 MiB/,
    );
  });
});

describe('display/explorer', () => {
  const controls = { colour: ['red', 'blue'], side: [4, 8, 12] };
  const draw = ({ colour, side }: { colour: string; side: number }) => ({
    picture: square(side, colour),
    caption: `${colour} ${side}`,
  });

  it('draws every combination, the last control fastest, and begins where it is told', async () => {
    const { html, svg } = await show(
      explorer(controls, draw, { title: 'Squares', start: { colour: 'blue', side: 8 } }),
    );
    assert.equal(svg, square(8, 'blue'));
    const { frames, order, axes, start, interval } = dataOf(html);
    assert.deepEqual(
      order.map((frame) => frames[frame].caption),
      ['red 4', 'red 8', 'red 12', 'blue 4', 'blue 8', 'blue 12'],
    );
    assert.deepEqual(start, [1, 1]);
    assert.equal(interval, undefined);
    assert.deepEqual(
      axes.map(({ name, choice }) => [name, choice]),
      [
        ['colour', 'menu'],
        ['side', 'slider'],
      ],
    );
  });

  it('takes charts as pictures', async () => {
    const { svg } = await show(
      explorer(
        { power: [1, 2] },
        ({ power }) => ({
          picture: lineChart(
            [1, 2, 3].map((x) => ({ x, y: x ** power })),
            { x: 'x', y: 'y' },
          ),
        }),
        { title: 'Powers' },
      ),
    );
    assert.ok((await renderSvg(svg)).width > 100);
  });

  it('says what is wrong with its controls', () => {
    assert.throws(() => explorer({}, () => three[0], { title: 'x' }), /got no controls/);
    assert.throws(() => explorer({ side: [] }, () => three[0], { title: 'x' }), /got no values for "side"/);
    assert.throws(
      () => explorer(controls, draw, { title: 'x', start: { side: 5 as 4 } }),
      /got start 5 of "side"; expected one of 4, 8, 12/,
    );
    const many = Array.from({ length: 50 }, (_, n) => n);
    assert.throws(
      () => explorer({ a: many, b: many }, () => three[0], { title: 'x' }),
      /got 2500 combinations of 50 × a, 50 × b; expected at most 2000/,
    );
  });
});
