import { setTimeout as pause } from 'node:timers/promises';
import { NoAnswer, readStatus, type ImportStatus } from './import-client.ts';
import type { ApiAddress } from './options.ts';

export interface Patience {
  readonly pollEveryMs: number;
  /** How long the API may be away. */
  readonly awayMaxMs: number;
}

export const PATIENCE: Patience = { pollEveryMs: 250, awayMaxMs: 30_000 };

interface Watcher {
  readonly onProgress: (now: ImportStatus) => void;
  /** Once, each time the API goes away. */
  readonly onAway: (why: string) => void;
}

/**
 * Waits for the end of an import that the API has taken. A worker applies the import in any case. So the API
 * may be away for a while, and an error says that the file must not be sent again.
 */
export async function followImport(
  options: ApiAddress,
  { id, status_url }: ImportStatus,
  { onProgress, onAway }: Watcher,
  { pollEveryMs, awayMaxMs }: Patience = PATIENCE,
): Promise<ImportStatus> {
  let awaySince: number | null = null;
  for (;;) {
    try {
      const now = await readStatus(options, status_url);
      awaySince = null;
      onProgress(now);
      if (now.state === 'succeeded' || now.state === 'failed') return now;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const isOver = awaySince !== null && performance.now() - awaySince >= awayMaxMs;
      if (!(error instanceof NoAnswer) || isOver) {
        throw new Error(`${why}\n${stillGoesOn(id, statusCommand(options, status_url))}`, { cause: error });
      }
      if (awaySince === null) onAway(why);
      awaySince ??= performance.now();
    }
    await pause(pollEveryMs);
  }
}

/** What to type to see an import whole. */
export function statusCommand({ url, apiKey }: ApiAddress, path: string): string {
  const authorization = apiKey === undefined ? '' : ' -H "Authorization: Bearer $HOLDFAST_API_KEY"';
  return `curl -s${authorization} ${url}${path}`;
}

const stillGoesOn = (id: string, command: string) =>
  `The file is in the database as import ${id}, and a worker applies it as soon as one runs: do not send it again.\n` +
  `To see how far it is: ${command}`;
