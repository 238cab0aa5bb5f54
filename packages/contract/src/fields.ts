import { z } from 'zod';

/** 1 to 255 characters that PostgreSQL can keep: no NUL, no half of a surrogate pair. */
export const shortText = () =>
  z
    .string()
    .min(1)
    .max(255)
    .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must be well-formed text without NUL');

export const quantity = () => z.int().min(1).max(1_000_000);

/** Counters of a level: up to 1,000,000,000. */
export const units = () => z.int().min(0).max(1_000_000_000);

const NOT_AN_ID =
  'must be a UUIDv7, such as 0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10, and not a name: ' +
  'GET /v1/reservations?order_id= finds the reservations of an order';

export const id = () =>
  z
    .guid({ error: ({ code }) => (code === 'invalid_format' ? NOT_AN_ID : undefined) })
    .toLowerCase()
    .meta({ description: 'UUIDv7' });

export const time = () => z.iso.datetime().meta({ description: 'ISO 8601, UTC' });

/** Of one reservation. A call about a part of it may name each of them, and no more. */
export const LINES_MAX = 100;

/** The longest that RESERVATION_MAX_HOLD_SECONDS, which limits the holds of one service, can be. */
export const HOLD_SECONDS_MAX = 604_800;

/** The most locations that a reservation may come from. */
export const sourcing = () => z.enum(['split', 'no_split', 'single_location', 'prefer_single_location']);

/** What happens when there is too little stock. */
export const ifShort = () => z.enum(['reject', 'partial', 'wait']);

/** The longest that WAIT_MAX_SECONDS, which limits the waiting in line of one service, can be. */
export const WAIT_SECONDS_MAX = 604_800;

/** Entries of one reservation. */
export const METADATA_MAX = 20;

export const metadata = () =>
  z
    .record(shortText(), shortText())
    .refine(
      (entries) => Object.keys(entries).length <= METADATA_MAX,
      `may have at most ${METADATA_MAX} entries`,
    )
    .meta({ maxProperties: METADATA_MAX });
