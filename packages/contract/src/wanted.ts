import { z } from 'zod';
import { shortText } from './fields.ts';

// What may be asked for, by a call or by an event.

/** Of one reservation. A confirm or a fulfill may name each of them, and no more. */
export const LINES_MAX = 100;

/**
 * The longest that a setting can let a hold live. What one service allows is less: its
 * RESERVATION_MAX_HOLD_SECONDS.
 */
export const HOLD_SECONDS_MAX = 604_800;

/** From how many locations a reservation may come. */
export const sourcing = () => z.enum(['split', 'no_split', 'single_location']);

const METADATA_MAX = 20;

export const metadata = () =>
  z
    .record(shortText(), shortText())
    .refine(
      (entries) => Object.keys(entries).length <= METADATA_MAX,
      `may have at most ${METADATA_MAX} entries`,
    );
