/**
 * Where the fields of the two NIfTI headers lie, of those that say where voxels are and what they mean.
 *
 * Sources: nifti1.h (Cox et al. 2004) and nifti2.h (2011) of the NIfTI data format working group.
 */
export type Field =
  | 'dim'
  | 'datatype'
  | 'bitpix'
  | 'pixdim'
  | 'vox_offset'
  | 'scl_slope'
  | 'scl_inter'
  | 'descrip'
  | 'qform_code'
  | 'sform_code'
  | 'quatern_b'
  | 'qoffset_x'
  | 'srow_x'
  | 'xyzt_units'
  | 'magic';

export type FieldType = 'int8' | 'int16' | 'int32' | 'int64' | 'float32' | 'float64';

const BYTES: Record<FieldType, number> = { int8: 1, int16: 2, int32: 4, int64: 8, float32: 4, float64: 8 };

export interface NiftiFormat {
  version: 1 | 2;
  /** What the first field, sizeof_hdr, says; also the header's bytes. */
  headerBytes: number;
  /** The magic of a file with the voxels in it, and of one with the voxels in a file of their own. */
  magic: { single: string; pair: string };
  fields: Record<Field, [offset: number, type: FieldType]>;
}

export const NIFTI_1: NiftiFormat = {
  version: 1,
  headerBytes: 348,
  magic: { single: 'n+1\0', pair: 'ni1\0' },
  fields: {
    dim: [40, 'int16'],
    datatype: [70, 'int16'],
    bitpix: [72, 'int16'],
    pixdim: [76, 'float32'],
    vox_offset: [108, 'float32'],
    scl_slope: [112, 'float32'],
    scl_inter: [116, 'float32'],
    xyzt_units: [123, 'int8'],
    descrip: [148, 'int8'],
    qform_code: [252, 'int16'],
    sform_code: [254, 'int16'],
    quatern_b: [256, 'float32'],
    qoffset_x: [268, 'float32'],
    srow_x: [280, 'float32'],
    magic: [344, 'int8'],
  },
};

export const NIFTI_2: NiftiFormat = {
  version: 2,
  headerBytes: 540,
  magic: { single: 'n+2\0\r\n\x1a\n', pair: 'ni2\0\r\n\x1a\n' },
  fields: {
    magic: [4, 'int8'],
    datatype: [12, 'int16'],
    bitpix: [14, 'int16'],
    dim: [16, 'int64'],
    pixdim: [104, 'float64'],
    vox_offset: [168, 'int64'],
    scl_slope: [176, 'float64'],
    scl_inter: [184, 'float64'],
    descrip: [240, 'int8'],
    qform_code: [344, 'int32'],
    sform_code: [348, 'int32'],
    quatern_b: [352, 'float64'],
    qoffset_x: [376, 'float64'],
    srow_x: [400, 'float64'],
    xyzt_units: [500, 'int32'],
  },
};

/** In a single file, four bytes that say whether extensions follow lie between the header and the voxels at least. */
export function firstVoxelOffset({ headerBytes }: NiftiFormat): number {
  return headerBytes + 4;
}

/** The fields of a header in memory, by name; `index` counts on in fields that are lists. */
export class NiftiFields {
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly format: NiftiFormat,
    readonly bigEndian: boolean,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** What errors call a field. */
  place(field: Field, index?: number): string {
    return `offset ${this.at(field, index)} (${field}${index === undefined ? '' : `[${index}]`})`;
  }

  get(field: Field, index = 0): number {
    const at = this.at(field, index);
    const little = !this.bigEndian;
    switch (this.format.fields[field][1]) {
      case 'int8':
        return this.view.getInt8(at);
      case 'int16':
        return this.view.getInt16(at, little);
      case 'int32':
        return this.view.getInt32(at, little);
      case 'int64':
        return Number(this.view.getBigInt64(at, little));
      case 'float32':
        return this.view.getFloat32(at, little);
      case 'float64':
        return this.view.getFloat64(at, little);
    }
  }

  list(field: Field, count: number): number[] {
    return Array.from({ length: count }, (_, index) => this.get(field, index));
  }

  set(field: Field, ...values: number[]): void {
    const little = !this.bigEndian;
    values.forEach((value, index) => {
      const at = this.at(field, index);
      switch (this.format.fields[field][1]) {
        case 'int8':
          return this.view.setInt8(at, value);
        case 'int16':
          return this.view.setInt16(at, value, little);
        case 'int32':
          return this.view.setInt32(at, value, little);
        case 'int64':
          return this.view.setBigInt64(at, BigInt(value), little);
        case 'float32':
          return this.view.setFloat32(at, value, little);
        case 'float64':
          return this.view.setFloat64(at, value, little);
      }
    });
  }

  /** The characters of a field, up to the first zero or all of them. */
  text(field: Field, length: number, { whole = false } = {}): string {
    const at = this.at(field);
    const text = Buffer.from(this.bytes.subarray(at, at + length)).toString('latin1');
    return whole ? text : text.split('\0', 1)[0];
  }

  setText(field: Field, text: string, length: number): void {
    this.bytes.set(Buffer.from(text, 'latin1').subarray(0, length), this.at(field));
  }

  private at(field: Field, index = 0): number {
    const [offset, type] = this.format.fields[field];
    return offset + index * BYTES[type];
  }
}
