import assert from 'node:assert/strict';
import { remedyFor } from '../../../grading/sandbox/bubblewrap/remedies';
import { groupOf, parseMounts } from '../../../grading/sandbox/cgroups/own';

const HYBRID = `22 27 0:21 / /proc rw,relatime - proc proc rw
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
35 31 0:32 /docker/ab /sys/fs/cgroup/mem\\040ory rw,relatime - cgroup cgroup rw,memory
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;

describe('what a machine offers for boxes', () => {
  it('are the hierarchies of control groups in mountinfo', () => {
    assert.deepEqual(parseMounts(HYBRID), [
      { folder: '/sys/fs/cgroup/cpu,cpuacct', root: '/', controllers: ['rw', 'cpu', 'cpuacct'] },
      { folder: '/sys/fs/cgroup/mem ory', root: '/docker/ab', controllers: ['rw', 'memory'] },
      { folder: '/sys/fs/cgroup/unified', root: '/', controllers: undefined },
    ]);
  });

  it('is the group of a process in each of them', () => {
    const cgroup = '9:name=systemd:/a\n4:memory:/b:c\n2:cpu,cpuacct:/d\n0::/user.slice/e\n';
    assert.equal(groupOf(cgroup, 'memory'), '/b:c');
    assert.equal(groupOf(cgroup, 'cpuacct'), '/d');
    assert.equal(groupOf(cgroup, ''), '/user.slice/e');
    assert.equal(groupOf(cgroup, 'pids'), undefined);
  });

  it('is told with the setting that refuses boxes', () => {
    const refusal = 'bwrap: setting up uid map: Permission denied';
    const only = (name: string, value: string) => (asked: string) => (asked === name ? value : undefined);
    const remedy = (name: string, value: string) => remedyFor(refusal, only(name, value));
    assert.match(remedy('kernel.apparmor_restrict_unprivileged_userns', '1'), /sysctl kernel.apparmor.*=0 /);
    assert.match(
      remedy('kernel.unprivileged_userns_clone', '0'),
      /sysctl kernel.unprivileged_userns_clone=1 /,
    );
    assert.match(remedy('user.max_user_namespaces', '0'), /sysctl user.max_user_namespaces=/);
    assert.match(remedy('kernel.unprivileged_userns_clone', '1'), /seccomp=unconfined/);
    const masked = "bwrap: Can't mount proc on /newroot/proc: Operation not permitted";
    assert.match(
      remedyFor(masked, () => undefined),
      /systempaths=unconfined/,
    );
    assert.match(
      remedyFor('something else', () => undefined),
      /run bwrap/,
    );
  });
});
