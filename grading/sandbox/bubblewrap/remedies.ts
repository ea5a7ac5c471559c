import fs from 'node:fs';

/** What a kernel setting says, or `undefined` where this kernel has none of that name. */
export type Setting = (name: string) => string | undefined;

const readSetting: Setting = (name) => {
  try {
    return fs.readFileSync(`/proc/sys/${name.replaceAll('.', '/')}`, 'latin1').trim();
  } catch {
    return undefined;
  }
};

export const INSTALL_BUBBLEWRAP =
  'install bubblewrap 0.7 or newer: sudo apt install bubblewrap (Debian, Ubuntu), sudo dnf install bubblewrap (Fedora)';

/**
 * Why bubblewrap could make no box, and what to do about it.
 *
 * @param words bubblewrap's own
 */
export function remedyFor(words: string, setting: Setting = readSetting): string {
  if (/mount proc/.test(words))
    return 'this container masks parts of /proc: start it with --security-opt systempaths=unconfined';
  if (setting('kernel.unprivileged_userns_clone') === '0')
    return sysctl('kernel.unprivileged_userns_clone=1');
  if (setting('user.max_user_namespaces') === '0') return sysctl('user.max_user_namespaces=15000');
  if (setting('kernel.apparmor_restrict_unprivileged_userns') === '1')
    return sysctl('kernel.apparmor_restrict_unprivileged_userns=0');
  if (/namespace|uid map|Operation not permitted/i.test(words))
    return 'user namespaces are refused here; in a container, start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined';
  return 'run bwrap --unshare-all --ro-bind / / true to see what is wrong';
}

function sysctl(assignment: string): string {
  return `user namespaces are switched off: sudo sysctl ${assignment} (and in /etc/sysctl.d to keep it)`;
}
