import {
  asImplicit,
  itemRanges,
  place,
  readElements,
  type Element,
  type Range,
  type Source,
} from './elements';
import { knownVr, tagOf, tagText, type Keyword } from './tags';
import { decodeText } from './text';

/** Attributes by their keyword or their tag (0xggggeeee). */
export type Attribute = Keyword | number;

const NUMBER_BYTES: Record<string, number> = {
  US: 2,
  SS: 2,
  UL: 4,
  SL: 4,
  FL: 4,
  FD: 8,
  UV: 8,
  SV: 8,
  AT: 4,
  OB: 1,
  OW: 2,
  OL: 4,
  OF: 4,
  OD: 8,
  OV: 8,
};

/** A DICOM data set: values of attributes, read when they are asked for. Private attributes are there by their tags. */
export class DicomDataSet {
  /**
   * @param content the attributes, or where they are: items are looked into when they are asked for something
   * @internal
   */
  constructor(
    private readonly source: Source,
    private content: Map<number, Element> | Range,
    private readonly outerCharacterSets: readonly string[] = [],
    private readonly depth = 0,
  ) {}

  /** The tags (0xggggeeee) that are there, in the file's order. */
  get tags(): number[] {
    return [...this.elements.keys()];
  }

  has(attribute: Attribute): boolean {
    return this.element(attribute) !== undefined;
  }

  /** The first value as text; undefined where the attribute is absent or empty. */
  text(attribute: Attribute): string | undefined {
    return this.texts(attribute, 1)[0] || undefined;
  }

  /** The values as text, which a backslash parts. At most `most` of them. */
  texts(attribute: Attribute, most = Infinity): string[] {
    const element = this.element(attribute);
    if (!element || element.length === 0) return [];
    return NUMBER_BYTES[vrOf(element)]
      ? this.numbers(attribute, most).map(String)
      : this.split(element, this.characterSets, most);
  }

  /** The first value as a number; undefined where the attribute is absent, empty or no number. */
  number(attribute: Attribute): number | undefined {
    const [value] = this.numbers(attribute, 1);
    return Number.isFinite(value) ? value : undefined;
  }

  /** The values as numbers, NaN for text that is none. At most `most` of them. */
  numbers(attribute: Attribute, most = Infinity): number[] {
    const element = this.element(attribute);
    if (!element) return [];
    const size = NUMBER_BYTES[vrOf(element)];
    if (!size) {
      return this.split(element, [], most).map((text) => (text === '' ? NaN : Number(text)));
    }
    const count = Math.min(most, Math.floor(element.length / size));
    return Array.from({ length: count }, (_, index) => this.binary(element, element.offset + index * size));
  }

  /** Whether an attribute is a sequence: SQ, or unknown with items. */
  isSequence(attribute: Attribute): boolean {
    const element = this.element(attribute);
    return element !== undefined && (element.vr === 'SQ' || (element.vr === 'UN' && element.open));
  }

  /** The data sets of a sequence's items; none where it is absent. */
  items(attribute: Attribute): DicomDataSet[] {
    const element = this.element(attribute);
    if (!element) return [];
    const stored = element.vr === 'UN' ? asImplicit(this.source) : this.source;
    if (this.depth >= 64) {
      this.source.refuse(place(element), 'more than 64 nested sequences', 'at most 64');
    }
    const { characterSets, depth } = this;
    return itemRanges(stored, element, depth).map(
      (range) => new DicomDataSet(stored, range, characterSets, depth + 1),
    );
  }

  /** The stored bytes of a value, shared with the file's. */
  bytes(attribute: Attribute): Uint8Array | undefined {
    const element = this.element(attribute);
    return element && this.source.bytes.subarray(element.offset, element.offset + element.length);
  }

  /** What errors call an attribute: its offset, where it is there, and its tag. */
  place(attribute: Attribute): string {
    const element = this.element(attribute);
    return element ? place(element) : tagText(toTag(attribute));
  }

  /** @internal */
  element(attribute: Attribute): Element | undefined {
    return this.elements.get(toTag(attribute));
  }

  private get elements(): Map<number, Element> {
    if (this.content instanceof Map) return this.content;
    const { elements } = readElements(this.source, this.content, { depth: this.depth });
    return (this.content = elements);
  }

  private get characterSets(): readonly string[] {
    const own = this.element('SpecificCharacterSet');
    return own ? this.split(own, []) : this.outerCharacterSets;
  }

  private split({ offset, length }: Element, characterSets: readonly string[], most = Infinity): string[] {
    const text = decodeText(this.source.bytes.subarray(offset, offset + length), characterSets);
    const parts = text.split('\\', Math.min(most, 2 ** 32 - 1));
    return parts.map(withoutPadding);
  }

  private binary(element: Element, at: number): number {
    const { view, littleEndian } = this.source;
    switch (vrOf(element)) {
      case 'OB':
        return view.getUint8(at);
      case 'SS':
        return view.getInt16(at, littleEndian);
      case 'UL':
      case 'OL':
        return view.getUint32(at, littleEndian);
      case 'SL':
        return view.getInt32(at, littleEndian);
      case 'FL':
      case 'OF':
        return view.getFloat32(at, littleEndian);
      case 'FD':
      case 'OD':
        return view.getFloat64(at, littleEndian);
      case 'UV':
      case 'OV':
        return Number(view.getBigUint64(at, littleEndian));
      case 'SV':
        return Number(view.getBigInt64(at, littleEndian));
      case 'AT':
        return view.getUint16(at, littleEndian) * 0x10000 + view.getUint16(at + 2, littleEndian);
      default:
        return view.getUint16(at, littleEndian);
    }
  }
}

/** Values are padded to an even length with a blank or a zero. No regular expression: one takes n² steps for n zeros. */
function withoutPadding(value: string): string {
  let end = value.length;
  while (end > 0 && (value[end - 1] === '\0' || value[end - 1] === ' ')) end--;
  return value.slice(0, end).trimStart();
}

function toTag(attribute: Attribute): number {
  return typeof attribute === 'number' ? attribute : tagOf(attribute);
}

/** Writers that do not know an attribute call it UN; so does a reader of implicit VR. */
function vrOf({ tag, vr }: Element): string {
  return vr === 'UN' ? knownVr(tag) : vr;
}
