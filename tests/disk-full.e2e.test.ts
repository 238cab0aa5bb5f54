import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkLedgerInvariants,
  eventually,
  keepCalling,
  npmStart,
  processesWith,
  withSession,
  type NpmStart,
} from '@holdfast/testing';
import type { Client } from 'pg';
import { hasSmallDisks, mountSmallDisk, type SmallDisk } from './small-disk.ts';

/** A new database with seed data takes some 60 MB. */
const ROOMY_MB = 160;
const SKU = 'TSHIRT-M';

const disks: SmallDisk[] = [];
const runs: NpmStart[] = [];
const loads: { end(): Promise<void> }[] = [];

function disk(megabytes: number, dir?: string): SmallDisk {
  const made = mountSmallDisk(megabytes, dir);
  disks.push(made);
  return made;
}

function start(dataDir: string): NpmStart {
  const run = npmStart({ DATA_DIR: dataDir });
  runs.push(run);
  return run;
}

afterEach(async () => {
  for (const load of loads.splice(0)) await load.end();
  for (const each of disks) each.empty();
  for (const run of runs.splice(0)) {
    run.kill('SIGTERM');
    await run.ended;
  }
  for (const each of disks.splice(0).toReversed()) {
    await eventually(() => expect(processesWith(each.dir)).toEqual([]));
    each.unmount();
  }
});

// The start of the run reports that no disk can be mounted.
const describeDisks = hasSmallDisks() ? describe : describe.skip;

const json = (body: object) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/**
 * Repeatedly reserves one unit, each time with a key of its own, and counts the answers. A call whose outcome is unknown is
 * sent again, with its key, until it is known.
 */
function keepReserving(apiUrl: string) {
  const answers = new Map<string, number>();
  const acknowledged: string[] = [];
  let number = 0;
  const count = (what: string) => answers.set(what, (answers.get(what) ?? 0) + 1);
  const reserve = async (key: string) => {
    const response = await fetch(`${apiUrl}/v1/reservations`, {
      method: 'POST',
      ...json({ lines: [{ sku: SKU, quantity: 1 }], ttl_seconds: 600, idempotency_key: key }),
    });
    const body = (await response.json()) as { id: string; code?: string };
    const retryAfter = response.headers.has('retry-after') ? ', retry' : '';
    const answer = response.status === 201 ? '201' : `${response.status} ${body.code}${retryAfter}`;
    count(answer);
    if (response.status === 201) acknowledged.push(body.id);
    return answer;
  };
  const one = async () => {
    const key = `k-${(number += 1)}`;
    if ((await reserve(key)) !== OUTCOME_UNKNOWN) return;
    await eventually(async () => (await reserve(key)) === '201');
  };
  const calls = keepCalling(4, () => one().catch((error: unknown) => count(String(error))));
  const load = {
    answers,
    acknowledged,
    times: (what: string) => answers.get(what) ?? 0,
    end: () => calls.stop(),
  };
  loads.push(load);
  return load;
}

const UNAVAILABLE = '503 unavailable, retry';
/** PostgreSQL ended while it committed. */
const OUTCOME_UNKNOWN = '503 outcome_unknown, retry';

/** More rows than PostgreSQL's files have room for. */
async function sendFile(apiUrl: string) {
  const rows = Array.from({ length: 20_000 }, (_, row) => `ROW-${row},WH-EAST,1`);
  const { status, headers } = await fetch(`${apiUrl}/v1/stock-imports`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: ['sku,location,on_hand', ...rows].join('\n'),
  });
  return { status, retryAfter: headers.get('retry-after') };
}

/** More WAL (16 MB a file) than the files that PostgreSQL has allocated in advance. */
async function writeLog(session: Client): Promise<void> {
  for (let megabytes = 0; megabytes < 64; megabytes += 1) {
    await session.query(`SELECT pg_logical_emit_message(false, 'disk full test', repeat('x', 1000000))`);
  }
}

/** From what `npm start` prints: the URL, and the file that has the password. */
function databaseUrlOf(run: NpmStart): string {
  const [, passwordFile = '', url = ''] = /PGPASSWORD=\$\(cat '(.+)'\) psql '(\S+)'/.exec(run.output()) ?? [];
  return Object.assign(new URL(url), { password: readFileSync(passwordFile, 'utf8') }).href;
}

async function stockUp(apiUrl: string): Promise<void> {
  const response = await fetch(`${apiUrl}/v1/stock-levels/${SKU}/WH-EAST`, {
    method: 'PUT',
    ...json({ on_hand: 1_000_000 }),
  });
  if (!response.ok) throw new Error(`stock: ${response.status} ${await response.text()}`);
}

describeDisks('when the disk is full', () => {
  test('npm start names it, answers 503, starts PostgreSQL again, and continues when there is room', async () => {
    const small = disk(ROOMY_MB);
    const run = start(join(small.dir, 'data'));
    const { apiUrl } = await run.ready();
    await stockUp(apiUrl);
    const load = keepReserving(apiUrl);
    await eventually(() => load.times('201') >= 20);

    small.fill();
    await eventually(() => load.times(UNAVAILABLE) >= 20);
    await eventually(() => /disk of \S+ has too little room: \S+ MB of \S+ MB are free/.test(run.output()));
    expect(await sendFile(apiUrl)).toMatchObject({ status: 503, retryAfter: '1' });
    // PostgreSQL needs new files for its log, and ends when it gets none.
    await eventually(async () => {
      await withSession(databaseUrlOf(run), writeLog).catch(() => {});
      return run.output().includes('PostgreSQL has ended');
    });
    const before = load.times(UNAVAILABLE);
    await eventually(() => load.times(UNAVAILABLE) >= before + 20);
    expect((await fetch(`${apiUrl}/healthz`)).status).toBe(200);

    const got = load.times('201');
    small.empty();
    await eventually(() => load.times('201') >= got + 20);
    await load.end();
    const expected = new Set(['201', UNAVAILABLE, OUTCOME_UNKNOWN]);
    expect([...load.answers.keys()].filter((what) => !expected.has(what))).toEqual([]);
    const url = databaseUrlOf(run);
    const stored = await withSession(url, (session) =>
      session.query(`SELECT count(*)::integer AS count FROM reservations WHERE id = ANY ($1)`, [
        load.acknowledged,
      ]),
    );
    expect(stored.rows).toEqual([{ count: load.acknowledged.length }]);
    expect(await checkLedgerInvariants(url)).toEqual([]);
    run.kill('SIGTERM');
    await run.ended;
    expect(run.output()).toContain('Everything has stopped');
    expect(run.output()).not.toMatch(/^ +at /m);
  });

  test('if only the logs have no room, no call is refused, and logs continue when there is room', async () => {
    const dataDir = join(disk(ROOMY_MB).dir, 'data');
    const logs = disk(2, join(dataDir, 'logs'));
    const run = start(dataDir);
    const { apiUrl, gatewayUrl } = await run.ready();
    logs.fill();
    const log = () => readFileSync(join(logs.dir, 'gateway-sim.log'), 'utf8');
    /** Each call writes one line. */
    const haveALine = () => fetch(`${gatewayUrl}/__sim/faults`, { method: 'PUT', ...json({}) });
    await eventually(async () => {
      await haveALine();
      return run.output().includes('gateway-sim.log cannot be written');
    });
    await stockUp(apiUrl);
    const load = keepReserving(apiUrl);
    await eventually(() => load.times('201') >= 20);
    logs.empty();
    await eventually(async () => {
      await haveALine();
      return log().includes('log.lines_missing');
    });
    await load.end();
    expect([...load.answers.keys()]).toEqual(['201']);
    run.kill('SIGTERM');
    await run.ended;
    expect(run.output()).toContain('Everything has stopped');
  });
});

describeDisks('when the output of a process goes to a full disk', () => {
  test('it continues, and writes again when there is room', async () => {
    const small = disk(1);
    const path = join(small.dir, 'output');
    const output = openSync(path, 'a');
    const child = spawn(
      process.execPath,
      ['--require', require.resolve('tsx/cjs'), join(__dirname, '../apps/gateway-sim/src/main.ts')],
      { stdio: ['ignore', output, output, 'ipc'], env: { ...process.env, GATEWAY_SIM_PORT: '0' } },
    );
    try {
      const [{ ready: url }] = (await once(child, 'message')) as [{ ready: string }];
      const lines = () => readFileSync(path, 'utf8').split('"faults.set"').length - 1;
      /** Each call writes one line. */
      const haveALine = async () => {
        expect((await fetch(`${url}/__sim/faults`, { method: 'PUT', ...json({}) })).status).toBe(200);
      };
      await haveALine();
      await eventually(() => lines() === 1);
      small.fill();
      const before = lines();
      for (let calls = 0; calls < 50; calls += 1) await haveALine();
      expect(lines() - before).toBeLessThan(50);
      small.empty();
      const left = lines();
      await haveALine();
      await eventually(() => lines() > left);
    } finally {
      child.kill('SIGKILL');
      closeSync(output);
    }
  });
});

/** Its exit code, and its output without the progress lines. */
async function endOf(dataDir: string): Promise<{ code: unknown; says: readonly string[] }> {
  const run = start(dataDir);
  const code = await run.ended;
  const isStep = /^(|(Starting|Stopping) PostgreSQL.*|Everything has stopped\.)$/;
  return {
    code,
    says: run
      .output()
      .split('\n')
      .filter((line) => !isStep.test(line)),
  };
}
const saysOnly = (what: RegExp) => ({ code: 1, says: [expect.stringMatching(what)] as unknown });

describeDisks('when it cannot start because of the disk', () => {
  test('a new database that does not fit', async () => {
    const small = disk(16);
    expect(await endOf(join(small.dir, 'data'))).toEqual(
      saysOnly(/Cannot start: the disk of \S+ has too little room: \S+ MB of 16.0 MB are free/),
    );
    expect(existsSync(join(small.dir, 'data/postgres'))).toBe(false);
  });

  test('a disk without a byte', async () => {
    const small = disk(1);
    small.fill();
    expect(await endOf(join(small.dir, 'data'))).toEqual(
      saysOnly(/Cannot start: the disk of \S+ has too little room: 0.0 MB of 1.0 MB are free/),
    );
  });

  test('a read-only disk', async () => {
    const small = disk(1);
    small.makeReadOnly();
    expect(await endOf(join(small.dir, 'data'))).toEqual(saysOnly(/Cannot start: \S+ can only be read/));
  });

  test('a DATA_DIR that is no directory', async () => {
    const small = disk(1);
    writeFileSync(join(small.dir, 'file'), '');
    expect(await endOf(join(small.dir, 'file'))).toEqual(saysOnly(/Cannot start: \S+ is not a directory/));
  });
});
