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

const nothingRunsOn = (dataDir: string) => eventually(() => expect(processesWith(dataDir)).toEqual([]));

/** The JSON that the printed command prints, typed into a shell as it stands. */
const typeIn = (command: string): { id: string; status: string } =>
  JSON.parse(execFileSync('sh', ['-c', command], { encoding: 'utf8' }));

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
  let reservationId: string;

  test('its curl works as printed, and SIGKILL of npm alone stops everything', async () => {
    const run = start({ DATA_DIR: dataDir });
    const { curl } = await run.ready();
    const password = readFileSync(join(dataDir, 'postgres/password'), 'utf8');
    expect(run.output()).not.toContain(password);
    const held = typeIn(curl);
    expect(held).toMatchObject({ status: 'held', lines: [{ sku: 'TSHIRT-M', quantity: 1 }] });
    reservationId = held.id;
    expect(processesWith(dataDir).length).toBeGreaterThan(4);
    run.kill('SIGKILL');
    await run.ended;
    await nothingRunsOn(dataDir);
  });

  test('the next start has the stored reservations, a second one names what blocks it, and SIGTERM to npm alone stops everything', async () => {
    const port = String(await freePort());
    const run = start({ DATA_DIR: dataDir, PORT: port });
    const { apiUrl } = await run.ready();
    const response = await fetch(`${apiUrl}/v1/reservations/${reservationId}`);
    expect(await response.json()).toMatchObject({ id: reservationId, status: 'held' });
    expect(run.output()).not.toContain('was empty');

    const onThePort = start({ DATA_DIR: newDataDir(), PORT: port });
    expect(await onThePort.ended).toBe(1);
    expect(onThePort.output()).toMatch(
      new RegExp(`^Cannot start:\\s+PORT: port ${port} on 127.0.0.1 is in use\n.*other ports.*\n$`),
    );
    const onTheData = start({ DATA_DIR: dataDir });
    expect(await onTheData.ended).toBe(1);
    expect(onTheData.output()).toContain('is in use by another Holdfast');

    expect((await fetch(`${apiUrl}/readyz`)).status).toBe(200);
    run.kill('SIGTERM');
    await run.ended;
    await nothingRunsOn(dataDir);
    expect(run.output()).toMatch(
      /Stopping worker\nStopping api\nStopping gateway-sim\nStopping PostgreSQL\nEverything has stopped/,
    );
  });

  // All three are started, watched and stopped by the same lines (scripts/start/app.ts).
  test('an app that dies stops everything, with its reason', async () => {
    const run = start({ DATA_DIR: dataDir });
    await run.ready();
    const victim = processesWith(dataDir).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/worker/src/main.ts'),
    );
    process.kill(victim ?? 0, 'SIGKILL');
    expect(await run.ended).toBe(1);
    expect(run.output()).toContain('worker was killed by SIGKILL');
    await nothingRunsOn(dataDir);
  });
});

describe('when it cannot start', () => {
  test('all wrong settings are reported at once', async () => {
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
