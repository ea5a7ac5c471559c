export interface TarMember {
  name: string;
  content?: string;
  type?: string;
  /** Stated in place of the content's. */
  size?: number;
}

/** A ustar archive of these members. */
export function tarFile(...members: TarMember[]): Uint8Array {
  const blocks = members.flatMap(({ name, content = '', type = '0', size = content.length }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 'utf8');
    header.write('0000644\0', 100);
    header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
    header.write(' '.repeat(8), 148);
    header.write(type, 156);
    header.write('ustar\0', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, Buffer.from(content), Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}
