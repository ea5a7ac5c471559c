/** Node's names of the single-byte and multi-byte character sets of (0008,0005). Source: DICOM PS3.3 C.12.1.1.2. */
const ENCODINGS: Record<string, string> = {
  'ISO_IR 100': 'latin1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 87': 'iso-2022-jp',
  'ISO_IR 159': 'iso-2022-jp',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 58': 'gbk',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

const ESCAPE = '\x1b';
/** What chooses, after an escape, the character sets that `euc-kr` and `gbk` stand for, and ASCII. */
const DESIGNATIONS = ['$)C', '$)A', '(B', '-A'];

/**
 * The text of bytes in the character sets that a file names. Where there are several, those of the multi-byte one are
 * read, of which ASCII is a part. Unknown names are read as Latin-1.
 */
export function decodeText(bytes: Uint8Array, characterSets: readonly string[]): string {
  const latin = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!/[\x80-\xff]/.test(latin) && !latin.includes(ESCAPE)) return latin;
  const encodings = characterSets
    .map((name) => ENCODINGS[name.trim().replace('ISO 2022 IR', 'ISO_IR')])
    .filter((encoding) => encoding !== undefined);
  const encoding = encodings.at(-1) ?? 'latin1';
  if (encoding === 'latin1') return latin;
  const plain = encoding === 'iso-2022-jp' ? bytes : Buffer.from(withoutDesignations(latin), 'latin1');
  return new TextDecoder(encoding).decode(plain);
}

function withoutDesignations(text: string): string {
  return DESIGNATIONS.reduce((rest, designation) => rest.replaceAll(ESCAPE + designation, ''), text);
}
