import type { Dice } from '@holdfast/domain/testing';
import {
  eventually,
  openCommitBreaker,
  openFaultyLink,
  withSession,
  type TestProcess,
} from '@holdfast/testing';
import type { Client } from 'pg';
import type { Fleet } from '../fleet.ts';
import type { TestRedis } from '../redis-server.ts';
import type { Findings } from './findings.ts';
import type { OwnPostgres } from './own-postgres.ts';
import { PatientClient } from './patient-client.ts';
import type { Records } from './random-client.ts';

/** The parts that accidents act on. */
export interface Scene {
  readonly name: string;
  readonly fleet: Fleet;
  readonly postgres: OwnPostgres;
  /** The Redis of the queues; undefined when they are in PostgreSQL. */
  readonly redis: TestRedis | undefined;
  /** The link to PostgreSQL at its current place. */
  readonly route: () => Awaited<ReturnType<typeof openRoute>>;
  readonly dice: Dice;
  readonly findings: Findings;
  readonly records: Records;
}

/** The connection from the processes to one place of PostgreSQL: a link, and behind it a breaker. */
export async function openRoute(databaseUrl: string) {
  const breaker = await openCommitBreaker(databaseUrl);
  const { hostname, port } = new URL(breaker.url);
  const link = await openFaultyLink({ host: hostname, port: Number(port) });
  return {
    /** The URL that the processes connect to. */
    url: link.through(breaker.url),
    link,
    breaker,
    async close(): Promise<void> {
      await link.close();
      await breaker.close();
    },
  };
}

export const API_LEDGER = 'holdfast api ledger';

export const patientClient = ({ fleet, dice, findings }: Scene): PatientClient =>
  new PatientClient(() => fleet.apis.map(({ url }) => url), dice, findings);

/** A session that does not go through the link. */
export const outside = <T>({ postgres }: Scene, work: (session: Client) => Promise<T>): Promise<T> =>
  withSession(postgres.url, work, 'holdfast test');

/** As a supervisor does: repeats a start that fails, for example because PostgreSQL answers slowly. */
export const startSupervised = (
  { fleet }: Pick<Scene, 'fleet'>,
  app: 'api' | 'worker',
  env: Record<string, string> = {},
): Promise<TestProcess> => eventually(() => fleet.start(app, env));

/** Ends all sessions of the service, or those of one pool if its name is given. @returns how many */
export async function endSessions(session: Client, applicationName: string | null): Promise<number> {
  const { rows } = await session.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND ($1::text IS NULL OR application_name = $1)`,
    [applicationName],
  );
  return rows.length;
}
