import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found ?? '');

const compose = read('docker-compose.yml');
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');

describe('the version that runs is the one in .env', () => {
  /** Of the whole runbook, in blocks and in sentences. */
  const commands = all(read('docs/operations.md'), /\b(docker [^;|`\n]*)/g).map((command) => command.trim());
  const matching = (pattern: RegExp) => commands.filter((command) => pattern.test(command));

  test('Compose can neither build nor pull an image of Holdfast', () => {
    expect(compose).toMatch(
      /^x-app: &app\n(?: .*\n)*? {2}image: holdfast:\$\{HOLDFAST_VERSION:\?.*\}\n {2}pull_policy: never\n/m,
    );
    // With a section `build`, `up` and `run` build an image that is missing, whatever the policy says.
    expect(compose).not.toMatch(/^ +build:/m);
  });

  test('each image has a version', () => {
    const images = [compose, read('deploy/databases.yml')].flatMap((text) => all(text, /^ +image: (.*)$/gm));
    expect(images).toContain('haproxy:3.2.6-alpine');
    expect(images.filter((image) => !/:(v?\d+\.\d+|\$\{HOLDFAST_VERSION:\?)/.test(image))).toEqual([]);
  });

  test('only the first start and a deploy build, each under a version of its own', () => {
    const building = matching(/^docker .*\b(build|tag|pull|load|import|commit)\b/);
    expect(building).toEqual(Array(2).fill('docker build --tag "holdfast:$version" .'));
  });

  test('a command for one process creates no other', () => {
    const creating = matching(/^docker (compose )?.*\b(up|run|create)\b/);
    const alone = creating.filter((command) => command.includes('--no-deps'));
    expect(alone).toHaveLength(2);
    const others = creating.filter((command) => !alone.includes(command));
    expect(new Set(others)).toEqual(new Set(['docker compose up --detach --wait']));
  });
});

describe('an image', () => {
  const stages = dockerfile.split(/^(?=FROM )/m).slice(1);

  test('is built of one base image and nothing else from a hub', () => {
    expect(dockerfile).not.toMatch(/^# *(syntax|escape) *=/m);
    const own = all(dockerfile, /^FROM \S+ AS (\S+)$/gm);
    const used = all(dockerfile, /(?:^FROM |--from=|,from=)(\S+)/gm);
    expect(used.filter((name) => !own.includes(name))).toEqual([
      expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/),
    ]);
  });

  test('installs packages again only when a manifest has changed', () => {
    const installing = stages.filter((stage) => stage.includes('npm ci'));
    expect(installing).toHaveLength(3);
    for (const stage of installing) {
      expect(all(stage.slice(0, stage.indexOf('npm ci')), /^(COPY.*|FROM .*)$/gm)).toEqual([
        expect.stringMatching(/^FROM base AS \w+$/),
        'COPY --from=manifests /app ./',
      ]);
    }
  });

  test('has no package of the stage that generates the client', () => {
    expect(all(stages.at(-1) ?? '', /^COPY --from=client (.*)$/gm)).toEqual([
      '/app/packages/db/src/generated packages/db/src/generated',
    ]);
  });

  test('has the built console, and nothing that builds it', () => {
    const last = stages.at(-1) ?? '';
    expect(all(last, /^COPY (.*apps.*)$/gm)).toEqual([
      'apps/api apps/api',
      'apps/worker apps/worker',
      'apps/gateway-sim apps/gateway-sim',
      '--from=console /app/apps/console/dist apps/console/dist',
    ]);
  });

  test('builds the console with the files that its settings extend', () => {
    const { extends: extended } = JSON.parse(read('apps/console/tsconfig.json')) as { extends: string };
    const building = stages.find((stage) => stage.includes(' AS console')) ?? '';
    expect(extended).toBe('../../tsconfig.json');
    expect(building).toMatch(/^COPY tsconfig\.json \.\/$/m);
  });

  test('starts where no file can be written', () => {
    const env = Object.fromEntries(all(dockerfile, /^ENV (.*)$/gm).map((setting) => setting.split('=', 2)));
    const entrypoint = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '') as string[];
    const started = spawnSync(
      process.execPath,
      [...entrypoint.slice(1), '--eval', "require('@holdfast/contract')"],
      // Not even root can create a file under /dev/null.
      { cwd: ROOT, encoding: 'utf8', env: { ...process.env, ...env, TMPDIR: '/dev/null' }, timeout: 60_000 },
    );
    expect([started.status, started.stderr]).toEqual([0, '']);
  });
});
