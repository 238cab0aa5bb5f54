import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, type NpmStart, npmStart, processesWith } from '@holdfast/testing';

const dataDirs: string[] = [];
const runs: NpmStart[] = [];

function newDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
  dataDirs.push(dir);
  return dir;
}

function start(env: Record<string, string> & { DATA_DIR: string }): NpmStart {
  const run = npmStart(env);
  runs.push(run);
  return run;
}

const nothingRunsOn = (dataDir: string) =>
  eventually(() => expect(processesWith(dataDir)).toEqual([]), { timeoutMs: 20_000 });

/** The JSON that the printed command prints, typed into a shell as it stands. */
const typeIn = (command: string): { id: string; status: string } =>
  JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' }));

jest.setTimeout(120_000);

afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.kill('SIGTERM');
    await run.ended;
  }
  for (const dir of dataDirs) await nothingRunsOn(dir);
});

afterAll(() => {
  for (const dir of dataDirs) rmSync(dir, { recursive: true, force: true });
});

describe('when it runs', () => {
  const dataDir = newDataDir();

  test('its curl works as printed, and SIGTERM to npm alone stops everything', async () => {
    const run = start({ DATA_DIR: dataDir });
    const { curl } = await run.ready();
    expect(typeIn(curl)).toMatchObject({ status: 'held', lines: [{ sku: 'TSHIRT-M', quantity: 1 }] });
    expect(processesWith(dataDir).length).toBeGreaterThan(4);

    run.kill('SIGTERM');
    await run.ended;
    await nothingRunsOn(dataDir);
    expect(run.output()).toMatch(
      /Stopping worker\nStopping api\nStopping gateway-sim\nStopping PostgreSQL\nEverything has stopped/,
    );
  });

  test('what was reserved is still there after the next start, and SIGKILL of npm alone stops everything', async () => {
    const first = start({ DATA_DIR: dataDir });
    const { id } = typeIn((await first.ready()).curl);
    first.kill('SIGKILL');
    await first.ended;
    await nothingRunsOn(dataDir);

    const second = start({ DATA_DIR: dataDir });
    const { apiUrl } = await second.ready();
    const response = await fetch(`${apiUrl}/v1/reservations/${id}`);
    expect(await response.json()).toMatchObject({ id, status: 'held' });
    expect(second.output()).not.toContain('was empty');
    second.kill('SIGTERM');
    await second.ended;
    await nothingRunsOn(dataDir);
  });

  test('a second start says what is in its way, and the first runs on', async () => {
    const port = String(await freePort());
    const first = start({ DATA_DIR: dataDir, PORT: port });
    const { apiUrl } = await first.ready();

    const onThePort = start({ DATA_DIR: newDataDir(), PORT: port });
    expect(await onThePort.ended).toBe(1);
    expect(onThePort.output()).toMatch(
      new RegExp(`^Cannot start:\\s+PORT: port ${port} on 127.0.0.1 is in use\n.*other ports.*\n$`),
    );

    const onTheData = start({ DATA_DIR: dataDir });
    expect(await onTheData.ended).toBe(1);
    expect(onTheData.output()).toContain('is in use by another Holdfast');

    expect((await fetch(`${apiUrl}/readyz`)).status).toBe(200);
    first.kill('SIGTERM');
    await first.ended;
    await nothingRunsOn(dataDir);
  });

  test.each(['api', 'worker', 'gateway-sim'])(
    'a %s that dies stops everything, with its reason',
    async (app) => {
      const run = start({ DATA_DIR: dataDir });
      await run.ready();
      const victim = processesWith(dataDir).find((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`apps/${app}/src/main.ts`),
      );
      process.kill(victim ?? 0, 'SIGKILL');
      expect(await run.ended).toBe(1);
      expect(run.output()).toContain(`${app} was killed by SIGKILL`);
      await nothingRunsOn(dataDir);
    },
  );
});

describe('when it cannot start', () => {
  test('broken settings are told all at once', async () => {
    const dataDir = newDataDir();
    const run = start({
      DATA_DIR: dataDir,
      PORT: 'http',
      HOST: '0.0.0.0',
      LOG_LEVEL: 'loud',
      RESERVATION_TTL_SECONDS: '1.5',
      GATEWAY_MAX_ATTEMPTS: '-1',
    });
    expect(await run.ended).toBe(1);
    const [headline, ...problems] = run.output().trim().split('\n');
    expect(headline).toBe('These settings are wrong (see .env.example):');
    expect(new Set(problems.map((line) => line.trim().split(':')[0]))).toEqual(
      new Set(['GATEWAY_MAX_ATTEMPTS', 'HOST', 'LOG_LEVEL', 'PORT', 'RESERVATION_TTL_SECONDS']),
    );
    expect(problems).toHaveLength(5);
    await nothingRunsOn(dataDir);
  });

  test('a database that does not answer is named', async () => {
    const dataDir = newDataDir();
    const port = await freePort();
    const run = start({
      DATA_DIR: dataDir,
      DATABASE_URL: `postgresql://nobody:secret@127.0.0.1:${port}/none`,
    });
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain(`nothing answers at 127.0.0.1:${port}`);
    await nothingRunsOn(dataDir);
  });
});
