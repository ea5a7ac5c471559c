import assert from 'node:assert/strict';
import { readAddress } from '../../../grading/queue/address';
import { isPassing } from '../../../grading/queue/database';
import { BrokenSeal, Seal } from '../../../grading/queue/seal';
import { UsageError } from '../../../lib/cli/terminal';

const SALT = Buffer.from('sixteen bytes ..');

describe('queue: what is sealed', () => {
  const seal = new Seal('secret', 'version', SALT);
  const value = { name: 'Ada', half: '\ud83d', numbers: [1.5, -0.25] };

  it('opens as it was, in its place', () => {
    assert.deepEqual(seal.open('here', seal.close('here', value)), value);
    assert.notDeepEqual(seal.close('here', value), seal.close('here', value), 'never the same bytes');
  });

  it('does not open elsewhere, changed, cut, or with another secret, version or salt', () => {
    const sealed = seal.close('here', value);
    const changed = (index: number) => {
      const bytes = Buffer.from(sealed);
      bytes[index] ^= 1;
      return bytes;
    };
    for (const index of [0, 12, 28, sealed.length - 1]) {
      assert.throws(() => seal.open('here', changed(index)), BrokenSeal, `byte ${index}`);
    }
    for (const length of [0, 5, 20, 28, sealed.length - 1]) {
      assert.throws(() => seal.open('here', sealed.subarray(0, length)), BrokenSeal, `${length} bytes`);
    }
    assert.throws(() => seal.open('there', sealed), BrokenSeal);
    const others = [
      new Seal('other', 'version', SALT),
      new Seal('secret', 'other', SALT),
      new Seal('secret', 'version', Buffer.alloc(16)),
    ];
    for (const other of others) assert.throws(() => other.open('here', sealed), BrokenSeal);
  });
});

describe('queue: its address', () => {
  it('has a secret: of its own, or the password', () => {
    const url = 'postgres://ada:a%2Fb@db.example:5432/grades';
    assert.deepEqual(readAddress(url, {}), {
      url,
      shown: 'postgres://db.example:5432/grades',
      secret: 'a/b',
    });
    assert.equal(readAddress(undefined, { SEGCOURSE_QUEUE: url }).url, url);
    assert.equal(readAddress(url, { SEGCOURSE_QUEUE_SECRET: 'ours' }).secret, 'ours');
    assert.equal(readAddress('postgresql://ada@db/grades', { PGPASSWORD: 'env' }).secret, 'env');
  });

  it('refuses what is none, and shows no password', () => {
    const wrong = ['', 'db', 'mysql://a:secret@db/x', 'postgres://a:secret@db/', 'postgres://ada@db/grades'];
    for (const text of wrong) {
      assert.throws(
        () => readAddress(text || undefined, {}),
        (error: Error) => {
          assert.ok(error instanceof UsageError, text);
          assert.match(error.message, /^got .*expected postgres:\/\/user:password@/);
          return !error.message.includes('secret@');
        },
      );
    }
  });
});

describe('queue: errors that pass', () => {
  const error = (code: string) => Object.assign(new Error('some'), { code });
  it('are those of connections, resources and restarts, and no other', () => {
    for (const code of ['ECONNREFUSED', 'EAI_AGAIN', '57P01', '57P03', '53100', '08006', '40P01'])
      assert.ok(isPassing(error(code)), code);
    for (const code of ['28P01', '42P01', '23505', '3D000', '42501', 'ERR_INVALID_ARG_TYPE'])
      assert.ok(!isPassing(error(code)), code);
    assert.ok(isPassing(new Error('Connection terminated unexpectedly')));
    assert.ok(isPassing(new AggregateError([error('ECONNREFUSED')])));
    assert.ok(!isPassing(new AggregateError([error('ECONNREFUSED'), error('28P01')])));
  });
});
