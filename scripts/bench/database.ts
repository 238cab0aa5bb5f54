import { readFileSync } from 'node:fs';
import { migrate } from '@holdfast/db';
import { Client, escapeIdentifier } from 'pg';

/** A database of one part of the bench, in the one PostgreSQL. */
export interface BenchDatabase {
  readonly url: string;
  /** With every connection that is still open to it, so that it leaves nothing to vacuum behind. */
  drop(): Promise<void>;
}

/** With all tables, and nothing in them. */
export async function createDatabase(postgresUrl: string, name: string): Promise<BenchDatabase> {
  await query(postgresUrl, `CREATE DATABASE ${escapeIdentifier(name)}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  await migrate(url.href);
  return {
    url: url.href,
    async drop() {
      await query(postgresUrl, `DROP DATABASE ${escapeIdentifier(name)} WITH (FORCE)`);
    },
  };
}

/** The server's version, and its postmaster's process id (0 where it cannot be known). */
export async function askServer(postgresUrl: string): Promise<{ version: string; postmasterPid: number }> {
  const client = new Client({ connectionString: postgresUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; backend: number }>(
      `SELECT current_setting('server_version') AS version, pg_backend_pid() AS backend`,
    );
    return { version: rows[0]?.version ?? 'unknown', postmasterPid: parentOf(rows[0]?.backend ?? 0) };
  } finally {
    await client.end();
  }
}

async function query(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
