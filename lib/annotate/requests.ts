import type { PromptBox, PromptPoint } from '../prompt/prompts';

/** What a page asks for. */
export type Request =
  | { do: 'point'; point: Required<PromptPoint> }
  | { do: 'box'; box: PromptBox }
  | { do: 'accept' | 'discard' | 'undo' }
  | { do: 'remove'; object: number }
  | { do: 'show'; image: number }
  | { do: 'choose'; label: number };

const BOX = ['top', 'left', 'bottom', 'right'] as const;

/** A message of a page as a request, with nothing in it that was not asked for. @throws TypeError for anything else */
export function readRequest(message: unknown): Request {
  const fields = (typeof message === 'object' && message !== null ? message : {}) as Record<string, unknown>;
  const number = (name: string, from = fields): number => {
    const value = from[name];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new TypeError(`annotate: got ${name} ${JSON.stringify(value)} from the page; expected a number`);
  };
  switch (fields.do) {
    case 'point': {
      const label = fields.label === 'negative' ? 'negative' : 'positive';
      return { do: 'point', point: { row: number('row'), column: number('column'), label } };
    }
    case 'box':
      return {
        do: 'box',
        box: Object.fromEntries(BOX.map((side) => [side, number(side)])) as unknown as PromptBox,
      };
    case 'accept':
    case 'discard':
    case 'undo':
      return { do: fields.do };
    case 'remove':
      return { do: 'remove', object: number('object') };
    case 'show':
      return { do: 'show', image: number('image') };
    case 'choose':
      return { do: 'choose', label: number('label') };
  }
  throw new TypeError(`annotate: got the request ${JSON.stringify(fields.do)} from the page`);
}
