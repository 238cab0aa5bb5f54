import { findPrograms, findSmallDisks } from './programs.ts';
import { startTestServices } from './services.ts';

declare global {
  /** Jest runs set-up and tear-down as two modules in one process; this is what they share. */
  var stopTestServices: (() => Promise<void>) | undefined;
}

/**
 * One PostgreSQL and one Redis for the whole run. They end with this process however it ends, and leave nothing
 * behind (see embedded-postgres/host.ts and tests/guarded.ts).
 */
export default async function setUp(): Promise<void> {
  findPrograms(process.env);
  findSmallDisks(process.env);
  globalThis.stopTestServices = await startTestServices(process.env);
}
