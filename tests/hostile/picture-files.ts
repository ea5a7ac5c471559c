import { readPicture } from '../../lib/io/picture';
import { golden } from '../golden';

const { pictures, jpegs } = golden<{ pictures: { file: string }[]; jpegs: { file: string }[] }>('pictures');
const bytesOf = ({ file }: { file: string }) => new Uint8Array(Buffer.from(file, 'base64'));

/** Small PNGs of every colour type and depth, and JPEGs, as Pillow wrote them. */
export const pngFiles = () => pictures.map(bytesOf);
export const jpegFiles = () => jpegs.map(bytesOf);

export const readSmall = (bytes: Uint8Array) => readPicture(bytes, { maxPixels: 2 ** 20 });

export const PICTURE_ERROR = /^readPicture: picture: .+: got .+; expected ./s;
