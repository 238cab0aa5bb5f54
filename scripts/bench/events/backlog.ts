import { openDatabase, sequenceEvents } from '@holdfast/db';

/** How long it took to give so many events that waited their places. */
export interface Numbered {
  readonly events: number;
  readonly seconds: number;
}

/** As many in a transaction as the worker's job takes. */
const CHUNK = 1_000;

/** Does what the worker's job does until no event is without a place. Nobody else may be at it. */
export async function numberBacklog(databaseUrl: string): Promise<Numbered> {
  const database = openDatabase(databaseUrl, { poolMax: 1, applicationName: 'holdfast bench' });
  try {
    const started = performance.now();
    let events = 0;
    for (let more = true; more;) {
      const sequenced = await sequenceEvents(database, { eventsMax: CHUNK });
      if (!sequenced) throw new Error('somebody else numbers events');
      events += sequenced.numbered;
      more = sequenced.more;
    }
    return { events, seconds: (performance.now() - started) / 1_000 };
  } finally {
    await database.close();
  }
}
