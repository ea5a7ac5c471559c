import type { VocObject } from './synthetic/shapes';
import { VOC_CLASSES, type VocClass } from './voc-classes';
import { childrenOf, parseXml, type XmlElement } from './xml';

/** What a file of `Annotations` says. */
export interface VocAnnotation {
  width: number;
  height: number;
  objects: VocObject[];
}

/**
 * Reads an annotation of PASCAL VOC: size and objects; parts of objects, poses and sources are left out.
 *
 * @param name what errors call the document
 * @throws Error naming document, element, what was got and what was expected
 */
export function parseVocAnnotation(bytes: Uint8Array, name: string): VocAnnotation {
  const root = parseXml(bytes, name);
  const refuse = (place: string, got: string, expected: string): never => {
    throw new Error(`${name}: ${place}: got ${JSON.stringify(got.slice(0, 80))}; expected ${expected}`);
  };
  const only = (parent: XmlElement, child: string): XmlElement => {
    const found = childrenOf(parent, child);
    return found.length === 1
      ? found[0]
      : refuse(`<${parent.name}>`, `${found.length} × <${child}>`, 'one of them');
  };
  const number = (parent: XmlElement, child: string): number => {
    const { text } = only(parent, child);
    const value = Number(text);
    return text !== '' && Number.isFinite(value) && value >= 0
      ? value
      : refuse(`<${child}>`, text, 'a number of pixels');
  };
  const flag = (parent: XmlElement, child: string): boolean => {
    const found = childrenOf(parent, child);
    if (found.length === 0) return false;
    const { text } = only(parent, child);
    return text === '0' || text === '1' ? text === '1' : refuse(`<${child}>`, text, '0 or 1');
  };
  if (root.name !== 'annotation') refuse('document', `<${root.name}>`, '<annotation>');
  const size = only(root, 'size');
  const [width, height] = [number(size, 'width'), number(size, 'height')];
  const objects = childrenOf(root, 'object').map((object): VocObject => {
    const called = only(object, 'name').text as VocClass;
    if (!VOC_CLASSES.includes(called) || called === 'background') {
      refuse('<name>', called, `one of ${VOC_CLASSES.slice(1).join(', ')}`);
    }
    const corners = only(object, 'bndbox');
    const box = {
      xmin: number(corners, 'xmin'),
      ymin: number(corners, 'ymin'),
      xmax: number(corners, 'xmax'),
      ymax: number(corners, 'ymax'),
    };
    if (!(box.xmin <= box.xmax && box.ymin <= box.ymax && box.xmax <= width && box.ymax <= height)) {
      refuse('<bndbox>', Object.values(box).join(' '), `corners in order, within ${width} × ${height}`);
    }
    return { name: called, box, truncated: flag(object, 'truncated'), difficult: flag(object, 'difficult') };
  });
  return { width, height, objects };
}
