import fs from 'node:fs';

const COMMANDS = {
  node: {
    debian: 'sudo apt install nodejs npm (Debian 13, Ubuntu 25.04 or newer; otherwise from nodejs.org)',
    fedora: 'sudo dnf install nodejs npm',
    macos: 'brew install node',
  },
  python: {
    debian: 'sudo apt install python3 python3-venv',
    fedora: 'sudo dnf install python3',
    macos: 'brew install python',
  },
  compiler: {
    debian: 'sudo apt install g++',
    fedora: 'sudo dnf install gcc-c++',
    macos: 'xcode-select --install',
  },
};

const NAMES = { debian: 'Debian/Ubuntu', fedora: 'Fedora', macos: 'macOS' };

/**
 * The command that installs a prerequisite: this system's own where it is one of the three we name, else all of them.
 *
 * @param {keyof typeof COMMANDS} part
 * @param {keyof typeof NAMES | undefined} family as `systemFamily` says
 */
export function remedyFor(part, family) {
  const commands = COMMANDS[part];
  if (family) return commands[family];
  return Object.entries(commands)
    .map(([system, command]) => `${NAMES[system]}: ${command}`)
    .join('\n');
}

/**
 * @param {NodeJS.Platform} platform
 * @param {string} [osRelease] the text of /etc/os-release
 * @returns {keyof typeof NAMES | undefined}
 */
export function systemFamily(platform, osRelease = readOsRelease()) {
  if (platform === 'darwin') return 'macos';
  if (platform !== 'linux') return undefined;
  const ids = [...osRelease.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, value]) =>
    value.split(' '),
  );
  if (ids.includes('debian') || ids.includes('ubuntu')) return 'debian';
  if (ids.includes('fedora') || ids.includes('rhel')) return 'fedora';
  return undefined;
}

function readOsRelease() {
  try {
    return fs.readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}
