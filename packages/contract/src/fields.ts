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

export const id = () => z.guid().toLowerCase().meta({ description: 'UUIDv7' });

export const time = () => z.iso.datetime().meta({ description: 'ISO 8601, UTC' });
