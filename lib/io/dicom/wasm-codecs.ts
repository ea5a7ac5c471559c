import type { Codestream } from './codestream';
import type { Fail } from './jpeg/bits';
import { withinTime } from './time-limit';

/** Codecs compiled to WebAssembly, loaded when they are first needed: CharLS, OpenJPEG, libjpeg-turbo. */
export type WasmCodec = 'jpeg-ls' | 'jpeg-2000' | 'jpeg';

const CODECS: Record<
  WasmCodec,
  { load(): Promise<WasmFactory>; decoder: 'JpegLSDecoder' | 'J2KDecoder' | 'JPEGDecoder' }
> = {
  'jpeg-ls': {
    load: async () => (await import('@cornerstonejs/codec-charls/decodewasmjs')).default,
    decoder: 'JpegLSDecoder',
  },
  'jpeg-2000': {
    load: async () => (await import('@cornerstonejs/codec-openjpeg/decodewasmjs')).default,
    decoder: 'J2KDecoder',
  },
  jpeg: {
    load: async () => (await import('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs')).default,
    decoder: 'JPEGDecoder',
  },
};

/** CharLS counts to 2³² where the bytes end without a marker: it gets one more. */
const END_OF_IMAGE = Uint8Array.of(0xff, 0xd9);
/**
 * Damaged data can have CharLS loop forever: its Golomb parameters overflow. What is sound takes a hundredth of this; it is
 * time by the clock, which runs on while other programs have the processor.
 */
const LONGEST = { milliseconds: 1500, perByte: 0.002 };

interface Instance {
  module: WasmModule;
  /** What the codec last complained about. */
  complaint: string;
}

const instances = new Map<WasmCodec, Promise<Instance>>();

function instanceOf(codec: WasmCodec): Promise<Instance> {
  const loaded = instances.get(codec);
  if (loaded) return loaded;
  const loading = startInstance(codec);
  instances.set(codec, loading);
  loading.catch(() => instances.delete(codec));
  return loading;
}

async function startInstance(codec: WasmCodec): Promise<Instance> {
  const instance: Partial<Instance> = { complaint: '' };
  const factory = await CODECS[codec].load();
  instance.module = await factory({
    print() {},
    printErr(text) {
      instance.complaint = text.trim();
    },
  });
  return instance as Instance;
}

/**
 * Decodes one frame of which the header was checked. A codec that crashes is an error, and is started anew for the next
 * frame.
 *
 * @returns the decoded bytes, little-endian, and whether colours lie in planes
 */
export async function decodeWasm(
  codec: WasmCodec,
  bytes: Uint8Array,
  expected: Codestream,
  fail: Fail,
): Promise<{ data: Uint8Array; planar: boolean }> {
  const { rows, columns, components, precision } = expected;
  const need = rows * columns * components * (precision > 8 ? 2 : 1) * (precision > 16 ? 2 : 1);
  const instance = await instanceOf(codec);
  const { module } = instance;
  instance.complaint = '';
  let decoder: WasmDecoder | undefined;
  try {
    decoder = new module[CODECS[codec].decoder]!();
    if (codec === 'jpeg-ls') decodeJpegLs(decoder, bytes);
    else {
      decoder.getEncodedBuffer(bytes.length).set(bytes);
      decoder.decode();
    }
    const { width, height } = decoder.getFrameInfo();
    const decoded = decoder.getDecodedBuffer();
    if (width === columns && height === rows && decoded.length >= need) {
      const mode = decoder.getInterleaveMode?.() ?? 1;
      const planar = components > 1 && (typeof mode === 'number' ? mode : mode.value) === 0;
      return { data: decoded.slice(0, need), planar };
    }
  } catch (error) {
    // C++ exceptions are numbers, and leave the codec as it was; anything else is a crash.
    if (typeof error === 'number') instance.complaint ||= module.getExceptionMessage?.(error) ?? '';
    else {
      instances.delete(codec);
      instance.complaint ||= error instanceof Error ? error.message : String(error);
      decoder = undefined;
    }
  } finally {
    decoder?.delete();
  }
  const why = instance.complaint === '' ? '' : ` (${instance.complaint})`;
  return fail(
    `a ${codec} frame that cannot be decoded${why}`,
    `${rows} × ${columns} × ${components} samples`,
  );
}

function decodeJpegLs(decoder: WasmDecoder, bytes: Uint8Array): void {
  const encoded = decoder.getEncodedBuffer(bytes.length + END_OF_IMAGE.length);
  encoded.set(bytes);
  encoded.set(END_OF_IMAGE, bytes.length);
  withinTime(LONGEST.milliseconds + LONGEST.perByte * bytes.length, () => decoder.decode());
}
