import assert from 'node:assert/strict';
import { KernelClient, type Received } from './client';

const BRIDGE = "(globalThis as any)[Symbol.for('segcourse.kernel')]";

describe('kernel: output, displays and comms', () => {
  let kernel: KernelClient;
  before(async () => (kernel = await KernelClient.start()));
  after(() => kernel.close());

  it('loses none of 200,000 prints and sends them in few messages', async () => {
    const ran = await kernel.execute('for (let i = 0; i < 200_000; i++) console.log(i);');
    const lines = ran.stdout.split('\n');
    assert.equal(lines.length, 200_001);
    assert.ok(lines.slice(0, -1).every((line, i) => line === String(i)));
    assert.ok(ran.messages.length < 500, `${ran.messages.length} messages`);
    assert.equal(ran.reply.status, 'ok');
  });

  it('shows a print at once, though the cell keeps the thread', async () => {
    const { id, done } = await kernel.begin("console.log('one'); console.log('two'); while (true);");
    await kernel.printed(id, 'two');
    await kernel.interrupt();
    assert.equal((await done).error?.ename, 'KeyboardInterrupt');
  });

  it('keeps streams and displays in order and characters whole', async () => {
    const ran = await kernel.execute(
      "process.stdout.write(Buffer.from([0xc3])); process.stdout.write(Buffer.from([0xa9]));\nconsole.error('e');\n" +
        `${BRIDGE}.display({ data: { 'text/plain': 'd' } }); console.log('o');`,
    );
    assert.deepEqual(shown(ran.messages), ['é', 'e\n', 'd', 'o\n']);
  });

  it('shows a value by its Jupyter.display method, awaited, bytes as base64', async () => {
    const ran = await kernel.execute(
      "({ [Symbol.for('Jupyter.display')]: async () => ({ data: { 'image/png': new Uint8Array([1, 2, 3]), " +
        "'text/plain': 'picture' }, metadata: { 'image/png': { width: 2 } } }) })",
    );
    const { content } = ran.messages[1];
    assert.deepEqual(content.data, { 'image/png': 'AQID', 'text/plain': 'picture' });
    assert.deepEqual(content.metadata, { 'image/png': { width: 2 } });
  });

  it('shows, updates and clears displays', async () => {
    const ran = await kernel.execute(
      `const show = ${BRIDGE}.display; const bundle = (t: string) => ({ data: { 'text/plain': t } });\n` +
        "show(bundle('a'), { displayId: 'id' }); show(bundle('b'), { displayId: 'id', update: true });" +
        "show(bundle('c'), { clear: true });",
    );
    const [, first, second, clear, third] = ran.messages;
    assert.deepEqual(
      [first, second, clear, third].map(({ header }) => header.msg_type),
      ['display_data', 'update_display_data', 'clear_output', 'display_data'],
    );
    assert.deepEqual(
      [first.content.transient, second.content.transient],
      [{ display_id: 'id' }, { display_id: 'id' }],
    );
    assert.deepEqual(clear.content, { wait: true });
    const wrong = await kernel.execute("show(bundle('d'), { update: true })");
    assert.match(wrong.error?.evalue ?? '', /got update without displayId/);
  });

  it("shows what tslab's own display functions show", async () => {
    const ran = await kernel.execute("import { display } from 'tslab';\ndisplay.html('<i>x</i>');");
    assert.deepEqual(ran.messages[1].content.data, { 'text/html': '<i>x</i>' });
  });

  it('carries comm messages both ways', async () => {
    const ran = await kernel.execute(
      `const comm = ${BRIDGE}.openComm('slider', { value: 1 }, ` +
        "(data: unknown) => { console.log('got', data); comm.send({ echo: data }); });",
    );
    const open = ran.messages.find(({ header }) => header.msg_type === 'comm_open');
    assert.deepEqual([open?.content.target_name, open?.content.data], ['slider', { value: 1 }]);
    const id = open?.content.comm_id as string;
    assert.deepEqual(await comms(), { [id]: { target_name: 'slider' } });
    await kernel.tell('comm_msg', { comm_id: id, data: { value: 5 } });
    const echo = await kernel.until(({ header }) => header.msg_type === 'comm_msg');
    assert.deepEqual(echo.content, { comm_id: id, data: { echo: { value: 5 } } });
    await kernel.printed(ran.id, 'got { value: 5 }');
    await kernel.tell('comm_close', { comm_id: id, data: {} });
    assert.deepEqual(await comms(), {});
  });

  it('closes a channel that asks for a target that does not exist', async () => {
    await kernel.tell('comm_open', { comm_id: 'theirs', target_name: 'unknown', data: {} });
    await kernel.until(
      ({ header, content }) => header.msg_type === 'comm_close' && content.comm_id === 'theirs',
    );
  });

  it('takes what a page opens to an offered target', async () => {
    const ran = await kernel.execute(
      `${BRIDGE}.offerTarget('echo', (page: { send(data: unknown): void; close(): void }, data: unknown) => { ` +
        "console.log('opened', data); page.send('welcome'); " +
        "return (message: unknown) => message === 'bye' ? page.close() : page.send({ echo: message }); });",
    );
    const id = { comm_id: 'of-the-page' };
    await kernel.tell('comm_open', { ...id, target_name: 'echo', data: { a: 1 } });
    await kernel.printed(ran.id, 'opened { a: 1 }');
    assert.deepEqual(await comms(), { 'of-the-page': { target_name: 'echo' } });
    await kernel.tell('comm_open', { comm_id: 'other', target_name: 'echo', data: {} });
    await kernel.tell('comm_msg', { ...id, data: 5 });
    const heard = (matches: (data: unknown) => boolean) =>
      kernel.until(({ header, content }) => header.msg_type === 'comm_msg' && matches(content.data));
    assert.equal((await heard((data) => data === 'welcome')).content.comm_id, 'of-the-page');
    const { content } = await heard((data) => (data as { echo?: unknown }).echo === 5);
    assert.deepEqual(content, { ...id, data: { echo: 5 } });
    await kernel.tell('comm_msg', { ...id, data: 'bye' });
    await kernel.until(
      ({ header, content: said }) => header.msg_type === 'comm_close' && said.comm_id === id.comm_id,
    );
    assert.deepEqual(await comms(), { other: { target_name: 'echo' } });
    await kernel.tell('comm_close', { comm_id: 'other', data: {} });
  });

  it('closes a channel whose target fails, and one with an id that is taken', async () => {
    const ran = await kernel.execute(
      `${BRIDGE}.offerTarget('broken', () => { throw new Error('no'); }); ` +
        `${BRIDGE}.offerTarget('kept', () => () => undefined);`,
    );
    await kernel.tell('comm_open', { comm_id: 'failing', target_name: 'broken', data: {} });
    const closed = (id: string) =>
      kernel.until(({ header, content }) => header.msg_type === 'comm_close' && content.comm_id === id);
    await closed('failing');
    const error = await kernel.until(
      ({ header, content }) => header.msg_type === 'error' && content.evalue === 'no',
    );
    assert.equal(error.parentId, ran.id);
    await kernel.tell('comm_open', { comm_id: 'mine', target_name: 'kept', data: {} });
    await kernel.tell('comm_open', { comm_id: 'mine', target_name: 'kept', data: {} });
    await closed('mine');
    assert.deepEqual(await comms(), { mine: { target_name: 'kept' } });
    await kernel.tell('comm_close', { comm_id: 'mine', data: {} });
  });

  it('shows an error in a comm listener below its cell and lives on', async () => {
    const ran = await kernel.execute(
      `const broken = ${BRIDGE}.openComm('t', {}, () => { throw new Error('listener'); }); broken.id`,
    );
    await kernel.tell('comm_msg', { comm_id: ran.result?.slice(1, -1), data: {} });
    const { parentId } = await kernel.until(
      ({ header, content }) => header.msg_type === 'error' && content.evalue === 'listener',
    );
    assert.equal(parentId, ran.id);
  });

  it('answers history requests', async () => {
    const { history } = await kernel.request('history_request', {
      hist_access_type: 'tail',
      n: 1,
      output: true,
      raw: true,
    });
    const [[session, , [input]]] = history as [number, number, [string, string | null]][];
    assert.equal(session, 1);
    assert.match(input, /broken/);
  });

  async function comms(): Promise<unknown> {
    return (await kernel.request('comm_info_request', {})).comms;
  }
});

function shown(messages: Received[]): unknown[] {
  return messages
    .filter(({ header }) => header.msg_type === 'stream' || header.msg_type === 'display_data')
    .map(({ content }) => content.text ?? (content.data as Record<string, unknown>)['text/plain']);
}
