/** What the three WebAssembly codecs have in common, of the parts that are used. */
interface WasmDecoder {
  /** Memory of the codec, for so many bytes. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  /** The codec's own memory: gone with the decoder. */
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
  /** JPEG-LS only: 0 is plane by plane. */
  getInterleaveMode?(): number | { value: number };
  delete(): void;
}

type WasmDecoderClass = new () => WasmDecoder;

interface WasmModule {
  JpegLSDecoder?: WasmDecoderClass;
  J2KDecoder?: WasmDecoderClass;
  JPEGDecoder?: WasmDecoderClass;
  getExceptionMessage?(pointer: unknown): string;
}

type WasmFactory = (options: { print(): void; printErr(text: string): void }) => Promise<WasmModule>;

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const factory: WasmFactory;
  export = factory;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const factory: WasmFactory;
  export = factory;
}

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const factory: WasmFactory;
  export = factory;
}
