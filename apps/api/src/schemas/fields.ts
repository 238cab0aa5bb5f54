import { z } from 'zod';

/** 1 to 255 characters that PostgreSQL can keep: no NUL, no half of a surrogate pair. */
export const shortText = () =>
  z
    .string()
    .min(1)
    .max(255)
    .refine((text) => !text.includes('\0') && text.isWellFormed(), 'must be well-formed text without NUL');

export const quantity = () => z.int().min(1).max(1_000_000);

/** Counters of a level: up to a milliard. */
export const units = () => z.int().min(0).max(1_000_000_000);

export const id = () => z.guid().toLowerCase().meta({ description: 'UUIDv7' });

export const idParams = z.strictObject({ id: id() });

export const time = () => z.iso.datetime().meta({ description: 'ISO 8601, UTC' });

/** What comes back when a list has more: opaque to the caller. */
export const nextCursor = z.string().nullable();

const cursorContent = z.tuple([shortText()]);

/** The place after a name, for the next page. */
export function cursorAfter(name: string): string {
  return Buffer.from(JSON.stringify([name])).toString('base64url');
}

/** A cursor that this service has given out; anything else is refused. */
export const cursor = () =>
  z
    .string()
    .max(1_000)
    .transform((text, context) => {
      try {
        return cursorContent.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))[0];
      } catch {
        context.addIssue({ code: 'custom', message: 'is not a cursor that this service gave out' });
        return z.NEVER;
      }
    });

/** `?limit=`, which comes as text. */
export const limit = () =>
  z
    .string()
    .regex(/^\d{1,3}$/, 'must be a whole number from 1 to 200')
    .transform(Number)
    .refine((value) => value >= 1 && value <= 200, 'must be a whole number from 1 to 200')
    .default(50);
