import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@holdfast/testing';
import { endSessions, outside, type Scene } from './scene.ts';

/** How many calls have to be refused before the fault ends. */
const REFUSED_MIN = 5;
const SESSION_ROUNDS = 10;
const SESSION_ROUNDS_EVERY_MS = 300;

/** Ends all sessions of all pools repeatedly: some end while a pool hands them over. */
export async function endAllSessionsAgainAndAgain(scene: Scene): Promise<void> {
  await outside(scene, async (session) => {
    for (let round = 0; round < SESSION_ROUNDS; round += 1) {
      await endSessions(session, null);
      await pause(SESSION_ROUNDS_EVERY_MS); // the interval is part of the fault
    }
  });
}

/** Like a demoted primary: open sessions can still read, and none may write. Afterwards writes work again. */
export async function makeReadOnly(scene: Scene): Promise<void> {
  const set = (isReadOnly: boolean) =>
    outside(scene, async (session) => {
      await session.query('SET default_transaction_read_only = off'); // this session has the setting of the database
      const { rows } = await session.query<{ name: string }>(
        'SELECT quote_ident(current_database()) AS name',
      );
      const name = rows[0]?.name ?? '';
      await session.query(
        isReadOnly
          ? `ALTER DATABASE ${name} SET default_transaction_read_only = on`
          : `ALTER DATABASE ${name} RESET default_transaction_read_only`,
      );
    });
  await set(true);
  try {
    await outside(scene, (session) => endSessions(session, null));
    await someAreRefused(scene);
  } finally {
    await set(false);
  }
}

/** @returns false where no small disk can be mounted */
export async function fillDisk(scene: Scene): Promise<boolean> {
  const { disk } = scene.postgres;
  if (!disk) return false;
  disk.fill();
  try {
    await someAreRefused(scene);
  } finally {
    disk.empty();
  }
  await scene.postgres.runAgain();
  return true;
}

async function someAreRefused({ findings }: Scene): Promise<void> {
  const refused = () => findings.answers.get('503') ?? 0;
  const before = refused();
  await eventually(() => findings.violations.length > 0 || refused() >= before + REFUSED_MIN);
}
