import { join } from 'node:path';
import { eventually, freePort } from '@holdfast/testing';
import { startGuarded } from './guarded.ts';

/** The balancer of `deploy/`, in front of two APIs. */
export interface Balancer {
  readonly url: string;
  /** Whether it sends requests to the API of that number, 1 or 2. */
  sendsTo(api: number): Promise<boolean>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

const CONFIGURATION = join(__dirname, '../deploy/haproxy.cfg');
/** Said by who starts the tests (scripts/test-services/haproxy.ts). */
const program = process.env['HOLDFAST_TEST_HAPROXY'];
export const hasHaproxy = program !== undefined;

/** @param apis where they listen: host and port */
export async function startBalancer(apis: { readonly 1: string; readonly 2: string }): Promise<Balancer> {
  if (program === undefined) throw new Error('there is no haproxy');
  const [clients, watching] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const settings = { API_1: apis[1], API_2: apis[2], BIND: clients, STATS_BIND: watching };
  const kill = startGuarded(program, ['-db', '-f', CONFIGURATION], { ...process.env, ...settings });
  const sendsTo = async (api: number) => {
    const statuses = await (await fetch(`http://${watching}/stats;csv`)).text();
    return statusOf(`api-${api}`, statuses).startsWith('UP');
  };
  await eventually(async () => (await sendsTo(1)) && sendsTo(2)).catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return { url: `http://${clients}`, sendsTo, kill };
}

/** @param table its first line has the names of the columns */
function statusOf(server: string, table: string): string {
  const [names = [], ...rows] = table.split('\n').map((line) => line.split(','));
  const row = rows.find((cells) => cells[names.indexOf('svname')] === server);
  return row?.[names.indexOf('status')] ?? 'not there';
}
