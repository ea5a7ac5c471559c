/** How git begins the lines around a conflict; no line of a sound notebook starts so. */
const OURS = '<<<<<<< ';
const BASE = '||||||| ';
const THEIRS = '=======';
const END = '>>>>>>> ';

/** What a text that begins with a line end holds where git left a conflict in it. */
export const CONFLICT = `\n${OURS}`;

/** The text with the first side of every conflict that git left in it: what the student had before merging. */
export function firstSide(text: string): string {
  let side: 'both' | 'first' | 'other' = 'both';
  const lines = text.split('\n').filter((line) => {
    if (line.startsWith(OURS)) side = 'first';
    else if (side === 'first' && (line.startsWith(BASE) || line.trimEnd() === THEIRS)) side = 'other';
    else if (side !== 'both' && line.startsWith(END)) side = 'both';
    else return side !== 'other';
    return false;
  });
  return lines.join('\n');
}
