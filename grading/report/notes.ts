import { type Cell, type Notebook, sourceOf } from '../notebook';

/** The cell with which the grader tells what it mended or refused. */
export const isNote = ({ id }: Cell): boolean => id === 'grader-note';

/** Its lines. */
export function notesIn({ cells }: Notebook): string[] {
  const note = cells.find(isNote);
  return note ? [...sourceOf(note).matchAll(/<li>(.*?)<\/li>/g)].map(([, text]) => plain(text)) : [];
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const plain = (html: string): string =>
  html.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name]);
