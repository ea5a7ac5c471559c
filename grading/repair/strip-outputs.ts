import { Refusal } from './notebook';

/** Characters that a notebook may have besides its outputs. */
const KEPT_LIMIT = 32 * 2 ** 20;
const DEPTH_LIMIT = 100;
/** Where a key stands whose value is dropped: the types of the objects { and arrays [ around it, from outside in. */
const DROPPED: Record<string, readonly string[]> = {
  outputs: ['{[{', '{[{[{'],
  widgets: ['{{'],
};
const LONGEST_KEY = Math.max(...Object.keys(DROPPED).map((key) => key.length));

/**
 * Copies a notebook's text without the values of its outputs (and the state of its widgets), which can be a thousand
 * times as large as the rest, in one pass over the chunks, and ends where the notebook ends. It only follows strings and
 * brackets: whether the text is JSON is for the parser to say.
 */
export class OutputStripper {
  /** Whether the outermost object was closed. */
  complete = false;
  /** Whether anything but white space stood behind it. */
  trailing = false;

  private readonly kept: string[] = [];
  private keptLength = 0;
  private around = '';
  /** Brackets open within a value that is being dropped. */
  private droppedDepth = 0;
  private inString = false;
  private escaped = false;
  private expectsKey = false;
  /** The key that is being read, as far as it matters. */
  private readingKey = false;
  private key = '';

  /** @throws Refusal where the text is no object, nested too deep, or too large without its outputs */
  add(chunk: string): void {
    let from = this.droppedDepth > 0 ? -1 : 0;
    let at = 0;
    if (this.around === '' && !this.complete) {
      at = chunk.search(/\S/);
      if (at < 0) return;
      if (chunk[at] !== '{') throw new Refusal(notANotebook(chunk.slice(at)));
      from = at;
    }
    for (; at < chunk.length; at += 1) {
      if (this.complete) {
        this.trailing ||= /\S/.test(chunk.slice(at));
        break;
      }
      const character = chunk[at];
      if (this.inString) {
        this.insideString(character);
        continue;
      }
      switch (character) {
        case '"':
          this.inString = true;
          this.readingKey = this.droppedDepth === 0 && this.expectsKey;
          if (this.readingKey) this.key = '';
          break;
        case ':':
          this.expectsKey = false;
          break;
        case ',':
          this.expectsKey = this.around.endsWith('{');
          break;
        case '{':
        case '[':
          if (this.droppedDepth > 0) {
            this.droppedDepth += 1;
          } else if (this.isDropped()) {
            this.keep(`${chunk.slice(from, at)}[]`);
            from = -1;
            this.droppedDepth = 1;
          } else {
            this.around += character;
            this.expectsKey = character === '{';
            this.key = '';
            if (this.around.length > DEPTH_LIMIT) {
              throw new Refusal(
                `The notebook is nested more than ${DEPTH_LIMIT} levels deep; a notebook has about ten.`,
              );
            }
          }
          break;
        case '}':
        case ']':
          if (this.droppedDepth > 0) {
            this.droppedDepth -= 1;
            if (this.droppedDepth === 0) from = at + 1;
          } else {
            this.around = this.around.slice(0, -1);
            this.complete = this.around === '';
          }
          break;
      }
    }
    if (from >= 0) this.keep(chunk.slice(from, at));
  }

  get text(): string {
    return this.kept.join('');
  }

  private insideString(character: string): void {
    if (this.escaped) {
      this.escaped = false;
    } else if (character === '\\') {
      this.escaped = true;
    } else if (character === '"') {
      this.inString = false;
      this.readingKey = false;
      return;
    }
    if (this.readingKey && this.key.length <= LONGEST_KEY) this.key += character;
  }

  private isDropped(): boolean {
    return !this.expectsKey && Object.hasOwn(DROPPED, this.key) && DROPPED[this.key].includes(this.around);
  }

  private keep(text: string): void {
    this.keptLength += text.length;
    if (this.keptLength > KEPT_LIMIT) {
      throw new Refusal(
        `The notebook holds more than ${KEPT_LIMIT / 2 ** 20} MB besides its outputs; take out pasted pictures and data.`,
      );
    }
    this.kept.push(text);
  }
}

function notANotebook(start: string): string {
  if (/^<(!doctype|html|\?xml)/i.test(start))
    return 'The file is a web page, not a notebook: download the .ipynb itself.';
  if (start.startsWith('PK'))
    return 'The file is a zip archive under another name, not a notebook: submit the .ipynb itself.';
  return 'The file is not a notebook: it does not start as JSON does, with {.';
}
