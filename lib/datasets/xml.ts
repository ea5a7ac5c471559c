import { parser } from 'sax';

/** An element without its attributes, which the annotations here do not have. */
export interface XmlElement {
  name: string;
  children: XmlElement[];
  /** The text directly in it, without spaces at its ends. */
  text: string;
}

/** Far more than an honest annotation has. */
const MOST_BYTES = 2 ** 20;
const MOST_DEPTH = 16;
const MOST_ELEMENTS = 50_000;

/**
 * Reads a small XML document that may be hostile: well-formed UTF-8, no document type and so no entities but XML's own
 * five, at most 1 MiB, 16 elements deep and 50,000 in all.
 *
 * @param name what errors call the document
 * @throws Error naming document, line, what was got and what was expected
 */
export function parseXml(bytes: Uint8Array, name: string): XmlElement {
  const xml = parser(true);
  const refuse = (got: string, expected: string): never => {
    throw new Error(`${name}: line ${xml.line + 1}: got ${got}; expected ${expected}`);
  };
  if (bytes.length > MOST_BYTES) refuse(`${bytes.length} bytes`, `at most ${MOST_BYTES}`);
  const top: XmlElement = { name: '', children: [], text: '' };
  const open = [top];
  let count = 0;
  xml.ondoctype = () => refuse('a document type', 'none: entities are not read');
  xml.onerror = (error) => refuse(error.message.split('\n')[0], 'well-formed XML');
  xml.onopentag = (tag) => {
    if (open.length > MOST_DEPTH)
      refuse(`<${tag.name}> ${open.length} elements deep`, `at most ${MOST_DEPTH}`);
    if (++count > MOST_ELEMENTS) refuse(`${count} elements`, `at most ${MOST_ELEMENTS}`);
    const element: XmlElement = { name: tag.name, children: [], text: '' };
    open[open.length - 1].children.push(element);
    open.push(element);
  };
  const append = (text: string) => void (open[open.length - 1].text += text);
  xml.ontext = append;
  xml.oncdata = append;
  xml.onclosetag = () => {
    const element = open.pop()!;
    element.text = element.text.trim();
  };
  let text = '';
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    refuse('bytes that are not UTF-8', 'UTF-8');
  }
  xml.write(text).close();
  return top.children[0] ?? refuse('no element', 'one');
}

/** The children of this name. */
export function childrenOf({ children }: XmlElement, name: string): XmlElement[] {
  return children.filter((child) => child.name === name);
}
