import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { type Connection, Wire } from '../../lib/kernel/wire';

const connection: Connection = {
  transport: 'tcp',
  ip: '127.0.0.1',
  key: 'secret',
  signature_scheme: 'hmac-sha256',
  shell_port: 1,
  iopub_port: 2,
  stdin_port: 3,
  control_port: 4,
  hb_port: 5,
};

/** Frames with a right signature, whatever the parts say. */
function signed(parts: string[]): Buffer[] {
  const hmac = createHmac('sha256', connection.key);
  parts.forEach((part) => hmac.update(part));
  return ['client', '<IDS|MSG>', hmac.digest('hex'), ...parts].map((frame) => Buffer.from(frame));
}

describe('kernel: wire', () => {
  const wire = new Wire(connection);
  const parts = ['{"msg_id":"1"}', '{}', '{}', '{"code":"1"}'];

  it('reads a signed message', () => {
    assert.deepEqual(wire.decode(signed(parts))?.content, { code: '1' });
  });

  it('takes no message that is malformed or signed wrongly, and throws for none', () => {
    const forged = signed(parts);
    forged[2] = Buffer.from('0'.repeat(64));
    const cases = [
      signed(['{"msg_id":', '{}', '{}', '{}']),
      signed([...parts.slice(0, 3), '{']),
      forged,
      forged.slice(0, 4),
      [],
    ];
    for (const frames of cases) assert.equal(wire.decode(frames), undefined);
  });
});
