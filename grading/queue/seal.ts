import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

const CIPHER = 'aes-256-gcm';
const [NONCE, TAG] = [12, 16];
const MAX_OPENED = 2 ** 29;
/** 32 MiB and some 0.1 s for each password that one tries. */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 };

/** What was opened is not what was sealed: its bytes are damaged, or it was sealed with another secret or elsewhere. */
export class BrokenSeal extends Error {}

/**
 * Encrypts and authenticates what lies in the database: nobody who sees the tables, a dump or the wire learns an answer,
 * a hidden input or a name, and nobody without the secret writes a result. The key comes from the secret of those who
 * share the queue and from the whole of the grader's code, which no student has.
 */
export class Seal {
  private readonly key: Buffer;

  constructor(secret: string, version: string, salt: Uint8Array) {
    this.key = scryptSync(`${version} ${secret}`, salt, 32, SCRYPT);
  }

  /** @param place what it is and whose: sealed for one place, it does not open at another */
  close(place: string, value: unknown): Buffer {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(CIPHER, this.key, nonce).setAAD(Buffer.from(place));
    const hidden = [cipher.update(gzipSync(JSON.stringify(value))), cipher.final()];
    return Buffer.concat([nonce, cipher.getAuthTag(), ...hidden]);
  }

  /** @throws BrokenSeal */
  open<Value>(place: string, bytes: Uint8Array): Value {
    try {
      const decipher = createDecipheriv(CIPHER, this.key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      const packed = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]);
      return JSON.parse(gunzipSync(packed, { maxOutputLength: MAX_OPENED }).toString()) as Value;
    } catch (error) {
      throw new BrokenSeal(`${place} is damaged, or was sealed with another secret`, { cause: error });
    }
  }
}
