import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { BoxOptions } from '../../../grading/sandbox';
import { runArguments } from '../../../grading/sandbox/engine/arguments';
import { Engine } from '../../../grading/sandbox/engine/client';
import { dockerfile, imageName } from '../../../grading/sandbox/engine/image';
import { openContainer } from '../../../grading/sandbox/engine/open';
import { detectEngine } from '../../../grading/sandbox/kinds';

const OPTIONS: BoxOptions = {
  command: process.execPath,
  args: ['-e', '0'],
  env: { LANG: 'C.UTF-8' },
  readOnly: [__dirname, { from: __filename, to: '/a, "b"' }],
  cwd: '/scratch',
  limits: { wallSeconds: 9.5, cpuSeconds: 3, memoryMiB: 100.5, processes: 64, scratchMiB: 8 },
};

/** Answers as Docker's command does, to what we ask of it; a container lasts until it is removed. */
const COMMAND = (folder: string) => `#!${process.execPath}
const fs = require('node:fs');
const [command, ...args] = process.argv.slice(2);
fs.appendFileSync('${folder}/log', [command, ...args].join(' ') + '\\n');
const removed = '${folder}/removed';
const answers = {
  info: () => console.log('2'),
  context: () => console.log('unix://${folder}/socket'),
  ps: () => console.log('segcourse-box-${process.pid}-1-1\\nsegcourse-box-999999999-1-1\\nother'),
  image: () => process.exit(1),
  inspect: () => console.log(fs.existsSync('${folder}/killed') ? 'true' : 'false'),
  rm: () => fs.writeFileSync(removed, ''),
  build: () => {},
  run: () => {
    if (args.includes('stays')) return void setInterval(() => { if (fs.existsSync(removed)) process.exit(137); }, 5);
    process.stdin.on('data', (chunk) => console.log('got ' + chunk)).on('end', () => process.exit(3));
  },
};
answers[command]();
`;

describe('boxes of Docker and Podman', () => {
  const inImage = () => false;

  it('have the limits and walls of a box in their arguments', () => {
    const args = runArguments(OPTIONS, { name: 'name', image: 'image', inImage });
    const valuesOf = (option: string) =>
      args.flatMap((arg, index) => (arg === option ? [args[index + 1]] : []));
    assert.deepEqual(args.slice(0, 3), ['run', '--interactive', '--init']);
    assert.ok(args.includes('--read-only'));
    assert.deepEqual(valuesOf('--network'), ['none']);
    assert.deepEqual(valuesOf('--cap-drop'), ['ALL']);
    assert.deepEqual(valuesOf('--security-opt'), ['no-new-privileges']);
    assert.deepEqual(valuesOf('--user'), ['65534:65534']);
    assert.deepEqual(valuesOf('--memory'), ['101m']);
    assert.deepEqual(valuesOf('--memory-swap'), ['101m']);
    assert.deepEqual(valuesOf('--pids-limit'), ['64']);
    assert.deepEqual(valuesOf('--tmpfs'), [
      '/scratch:rw,nosuid,nodev,mode=1777,size=8m',
      '/tmp:rw,nosuid,nodev,mode=1777,size=8m',
    ]);
    assert.deepEqual(valuesOf('--env').sort(), ['LANG=C.UTF-8', 'TMPDIR=/scratch']);
    assert.deepEqual(valuesOf('--mount'), [
      `type=bind,source=${__filename},"target=/a, ""b""",readonly`,
      `type=bind,source=${__dirname},target=${__dirname},readonly`,
    ]);
    assert.deepEqual(args.slice(args.indexOf('image')), ['image', '--signal=KILL', '12', 'node', '-e', '0']);
  });

  it('leave out what the image has', () => {
    const args = runArguments(OPTIONS, {
      name: 'name',
      image: 'image',
      inImage: ({ to }) => to === __dirname,
    });
    assert.equal(args.filter((arg) => arg === '--mount').length, 1);
  });

  it('are of an image with this Node, and with Linux’s own packages where the host’s are for another system', () => {
    assert.equal(dockerfile('linux'), `FROM node:${process.versions.node}-bookworm-slim\n`);
    const mac = dockerfile('darwin', '/Users/a b/course', '/Users/a b/cache');
    assert.match(mac, /^WORKDIR "\/Users\/a b\/course"$/m);
    assert.match(mac, /^COPY \["lib","\.\/lib"\]$/m);
    assert.doesNotMatch(mac, /grading|notebooks/);
    assert.notEqual(imageName(mac), imageName(dockerfile('linux')));
    assert.match(imageName(), /^segcourse-box:[0-9a-f]{16}$/);
  });

  it('are refused with the remedy where there is no engine, or none that answers', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'segcourse-engine-'));
    const program = path.join(folder, 'docker');
    writeFileSync(program, '#!/bin/sh\necho "Cannot connect to the daemon" >&2; exit 1\n');
    chmodSync(program, 0o755);
    try {
      assert.deepEqual(await detectEngine('docker', program), {
        missing: 'docker does not answer (Cannot connect to the daemon): start Docker',
      });
      assert.deepEqual(await detectEngine('podman', program), {
        missing:
          'podman does not answer (Cannot connect to the daemon): systemctl --user enable --now podman.socket',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  describe('with a command that answers as Docker does', () => {
    let folder: string;
    let server: http.Server;
    let used = 0.5;
    const logged = () => readFileSync(path.join(folder, 'log'), 'utf8').split('\n');
    const engine = () => Engine.find('docker', path.join(folder, 'docker'));

    beforeEach(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), 'segcourse-engine-'));
      const program = path.join(folder, 'docker');
      writeFileSync(program, COMMAND(folder));
      chmodSync(program, 0o755);
      server = http.createServer((request, response) => {
        assert.match(request.url!, /^\/containers\/segcourse-box-[\d-]+\/stats\?stream=false&one-shot=true$/);
        response.end(
          JSON.stringify({
            cpu_stats: { cpu_usage: { total_usage: used * 1e9 } },
            memory_stats: { usage: 2 ** 25 },
          }),
        );
      });
      await new Promise<void>((resolve) => server.listen(path.join(folder, 'socket'), resolve));
      used = 0.5;
    });

    afterEach(() => {
      server.close();
      rmSync(folder, { recursive: true });
    });

    it('are found, and abandoned ones removed', async () => {
      assert.deepEqual(await detectEngine('docker', path.join(folder, 'docker')), {
        kind: 'docker',
        cgroup: 'v2',
      });
      assert.deepEqual(
        logged().filter((line) => line.startsWith('rm')),
        ['rm --force segcourse-box-999999999-1-1'],
      );
    });

    it('pass standard input and output and the code, and are removed', async () => {
      const box = await openContainer(OPTIONS, await engine());
      box.stdin.end('question');
      const [stdout, end] = await Promise.all([text(box.stdout), box.ended]);
      assert.equal(stdout, 'got question\n');
      assert.equal(end.reason, 'exit');
      assert.equal(end.code, 3);
      assert.ok(logged().some((line) => line.startsWith(`build --tag ${imageName()} `)));
      assert.ok(existsSync(path.join(folder, 'removed')));
    });

    it('end for the time, the processor time and when killed', async () => {
      const stays = { ...OPTIONS, args: ['stays'] };
      const late = await openContainer(
        { ...stays, limits: { ...OPTIONS.limits, wallSeconds: 0.2 } },
        await engine(),
      );
      assert.equal((await late.ended).reason, 'wall');
      rmSync(path.join(folder, 'removed'));

      used = 4;
      const busy = await (await openContainer(stays, await engine())).ended;
      assert.deepEqual(busy, {
        reason: 'cpu',
        code: null,
        signal: 'SIGKILL',
        peakMemoryMiB: 32,
        cpuSeconds: 4,
      });
      rmSync(path.join(folder, 'removed'));

      used = 0;
      const killed = await (await openContainer(stays, await engine())).kill();
      assert.equal(killed.reason, 'killed');
    });

    it('tell the end for memory as the engine does', async () => {
      writeFileSync(path.join(folder, 'killed'), '');
      const box = await openContainer(OPTIONS, await engine());
      box.stdin.end();
      box.stdout.resume();
      assert.equal((await box.ended).reason, 'memory');
    });
  });
});
