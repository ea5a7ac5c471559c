import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../lib/io/package-root';
import { requireNbgrader } from '../grade/course';

const ROOT = packageRoot();
const FOLDER = path.join(ROOT, 'grading/deploy');
const PYTHON = path.join(ROOT, '.venv/bin/python');

interface Service {
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  command?: string[];
  secrets?: string[];
}

/** The documents of a YAML file, as PyYAML, which Jupyter brings, reads them. */
function yaml(name: string): unknown[] {
  const script = 'import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(open(sys.argv[1])))))';
  return JSON.parse(
    execFileSync(PYTHON, ['-c', script, path.join(FOLDER, name)], { encoding: 'utf8' }),
  ) as unknown[];
}

/** What a configuration file in Python sets. */
function configuration(
  name: string,
  env: Record<string, string> = {},
): Record<string, Record<string, unknown>> {
  const script = `import json, sys
from traitlets.config import PyFileConfigLoader
print(json.dumps(PyFileConfigLoader(sys.argv[1]).load_config(), default=sorted))`;
  return JSON.parse(
    execFileSync(PYTHON, ['-c', script, path.join(FOLDER, name)], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    }),
  ) as Record<string, Record<string, unknown>>;
}

describe('deploy: files for containers and a hub', function () {
  this.timeout(60_000);
  before(function () {
    requireNbgrader(this);
  });

  it('compose: workers have no rights, a read-only root, and the address from a secret', () => {
    const [{ services, secrets }] = yaml('compose.yaml') as [
      { services: Record<string, Service>; secrets: object },
    ];
    assert.deepEqual(Object.keys(services).sort(), ['database', 'hub', 'worker']);
    const { user, read_only, cap_drop, secrets: used } = services.worker;
    assert.deepEqual([user, read_only, cap_drop, used], ['10001:10001', true, ['ALL'], ['queue']]);
    for (const each of Object.values(services))
      for (const name of each.secrets ?? []) assert.ok(name in secrets, name);
  });

  it('Kubernetes: the same, and a worker has the time to end what it has', () => {
    const [deployment] = yaml('kubernetes.yaml') as [
      {
        kind: string;
        spec: {
          selector: { matchLabels: object };
          template: {
            metadata: { labels: object };
            spec: {
              terminationGracePeriodSeconds: number;
              automountServiceAccountToken: boolean;
              securityContext: Record<string, unknown>;
              volumes: { name: string }[];
              containers: { securityContext: Record<string, unknown>; volumeMounts: { name: string }[] }[];
            };
          };
        };
      },
    ];
    assert.equal(deployment.kind, 'Deployment');
    const { metadata, spec } = deployment.spec.template;
    assert.deepEqual(metadata.labels, deployment.spec.selector.matchLabels);
    assert.equal(spec.securityContext.runAsNonRoot, true);
    assert.equal(spec.automountServiceAccountToken, false);
    assert.ok(spec.terminationGracePeriodSeconds > 300, 'a notebook has 300 s');
    const [container] = spec.containers;
    assert.equal(container.securityContext.readOnlyRootFilesystem, true);
    assert.equal(container.securityContext.allowPrivilegeEscalation, false);
    const volumes = spec.volumes.map(({ name }) => name).sort();
    assert.deepEqual(container.volumeMounts.map(({ name }) => name).sort(), volumes);
  });

  it('hub: the course’s groups, and formgrader for instructors alone', () => {
    const { JupyterHub: hub, Authenticator: authenticator } = configuration('jupyterhub_config.py', {
      INSTRUCTORS: 'ada, bob',
      STUDENTS: 'cy',
    });
    assert.deepEqual(authenticator.allowed_users, ['ada', 'bob', 'cy']);
    assert.deepEqual(hub.load_groups, {
      'nbgrader-segmentation': { users: ['cy'] },
      'formgrade-segmentation': { users: ['ada', 'bob'] },
    });
    const [role] = hub.load_roles as { groups: string[]; scopes: string[] }[];
    assert.deepEqual(role.groups, ['formgrade-segmentation']);
    assert.deepEqual(role.scopes, ['access:services!service=segmentation']);
    const exchange = configuration('exchange_config.py');
    assert.equal(exchange.CourseDirectory.course_id, 'segmentation');
    assert.equal(exchange.ExchangeSubmit.add_random_string, true);
  });

  it('no file holds a password, and what the files name is there', () => {
    for (const name of readdirSync(FOLDER)) {
      const text = readFileSync(path.join(FOLDER, name), 'utf8');
      assert.ok(!/postgres:\/\/\w+:(?!password@|%s@)/.test(text), name);
    }
    const copied = readFileSync(path.join(FOLDER, 'compose.yaml'), 'utf8');
    for (const [, file] of copied.matchAll(/\.\/(\w+\.py):/g))
      assert.ok(existsSync(path.join(FOLDER, file)), file);
  });

  it('the container’s command takes the address from the secret’s file', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'deploy-test-'));
    try {
      const file = path.join(folder, 'queue');
      writeFileSync(file, 'mysql://nobody:secret@db/x\n');
      const run = (...args: string[]) =>
        spawnSync(process.execPath, [path.join(FOLDER, 'run.mjs'), ...args], {
          encoding: 'utf8',
          env: { ...process.env, SEGCOURSE_QUEUE_FILE: file },
        });
      const worker = run('worker', '--unsafe');
      assert.equal(worker.status, 2);
      assert.match(worker.stderr, /^grade:worker: got mysql:\/\/db\/x; expected postgres:/);
      assert.equal(run('shell').status, 2);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
