import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { findCompiler, findPython, requireNode, requirePlatform } from '../../lib/setup/prerequisites.mjs';
import { remedyFor, systemFamily } from '../../lib/setup/remedies.mjs';
import { withFolder, writeProgram } from './folder.mjs';

const linux = (PATH, more = {}) => ({ platform: 'linux', env: { PATH, ...more } });

describe('prerequisites', () => {
  it('name Node.js, its version and what to do', () => {
    requireNode('v20.12.0', 'linux', 'debian');
    requireNode('v22.0.0', 'linux', 'debian');
    requireNode('v24.21.0', 'linux', 'debian');
    assert.throws(() => requireNode('v18.19.1', 'linux', 'fedora'), {
      message: 'This is Node.js v18.19.1; the course needs 20.12 or newer.',
      remedy: 'sudo dnf install nodejs npm',
    });
    assert.throws(() => requireNode('v20.11.1', 'linux', 'debian'), { name: 'SetupError' });
  });

  it('send Windows to WSL2', () => {
    requirePlatform({ platform: 'darwin' });
    assert.throws(
      () => requirePlatform({ platform: 'win32' }),
      (error) => /WSL2/.test(error.remedy),
    );
  });

  it('take the first Python that is recent and complete', () =>
    withFolder(async (folder) => {
      writeProgram(path.join(folder, 'python3'), 'echo 3.9.2');
      writeProgram(path.join(folder, 'python3.13'), 'echo 3.13.1; exit 1');
      const good = writeProgram(path.join(folder, 'python3.11'), 'echo 3.11.2');
      assert.deepEqual(await findPython(linux(folder), 'debian'), { path: good, version: '3.11.2' });
    }));

  it('take the Python that SEGCOURSE_PYTHON names', () =>
    withFolder(async (folder) => {
      writeProgram(path.join(folder, 'python3'), 'echo 3.11.2');
      const mine = writeProgram(path.join(folder, 'mine', 'python'), 'echo 3.14.0');
      const found = await findPython(linux(folder, { SEGCOURSE_PYTHON: mine }), 'debian');
      assert.deepEqual(found, { path: mine, version: '3.14.0' });
    }));

  it('say which Pythons are too old or lack venv, and the command for this system', () =>
    withFolder(async (folder) => {
      const old = writeProgram(path.join(folder, 'python3'), 'echo 3.9.2');
      const bare = writeProgram(path.join(folder, 'python3.12'), 'echo 3.12.1; exit 1');
      await assert.rejects(findPython(linux(folder), 'debian'), {
        message: `Python 3.10 or newer with its venv module was not found: ${old} is 3.9.2, ${bare} (3.12.1) lacks venv.`,
        remedy: 'sudo apt install python3 python3-venv',
      });
    }));

  it('say that there is no Python', () =>
    withFolder((folder) =>
      assert.rejects(findPython(linux(folder), 'macos'), {
        message: 'Python 3.10 or newer with its venv module was not found.',
        remedy: 'brew install python',
      }),
    ));

  it('find the compiler: CXX with its arguments first, then g++, then clang++', () =>
    withFolder(async (folder) => {
      assert.equal(await findCompiler(linux(folder)), undefined);
      const clang = writeProgram(path.join(folder, 'clang++'), '');
      assert.deepEqual(await findCompiler(linux(folder)), [clang]);
      const gcc = writeProgram(path.join(folder, 'g++'), '');
      assert.deepEqual(await findCompiler(linux(folder)), [gcc]);
      assert.deepEqual(await findCompiler(linux(folder, { CXX: 'clang++ -O1' })), [clang, '-O1']);
      assert.deepEqual(await findCompiler(linux(folder, { CXX: 'no-such-compiler' })), [gcc]);
    }));

  it('do not take macOS’s stub for a compiler', () =>
    withFolder(async (folder) => {
      const clang = writeProgram(path.join(folder, 'clang++'), '');
      const tools = writeProgram(path.join(folder, 'xcode-select'), 'exit 2');
      const mac = { platform: 'darwin', env: { PATH: folder } };
      assert.equal(await findCompiler(mac), undefined);
      fs.rmSync(tools);
      writeProgram(tools, 'exit 0');
      assert.deepEqual(await findCompiler(mac), [clang]);
    }));

  it('know the families of systems, and name all three commands on another', () => {
    assert.equal(systemFamily('darwin'), 'macos');
    assert.equal(systemFamily('linux', 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n'), 'debian');
    assert.equal(systemFamily('linux', 'ID="rocky"\nID_LIKE="rhel centos fedora"\n'), 'fedora');
    assert.equal(systemFamily('linux', 'ID=alpine\n'), undefined);
    assert.equal(
      remedyFor('compiler', undefined),
      'Debian/Ubuntu: sudo apt install g++\nFedora: sudo dnf install gcc-c++\nmacOS: xcode-select --install',
    );
  });
});
