import { nameFault } from '@holdfast/contract';
import type { StagedRow } from '@holdfast/stock';
import { z } from 'zod';

/** The fields of a row: columns of a CSV file, names in NDJSON. */
export const IMPORT_FIELDS: readonly string[] = [
  'sku',
  'location',
  'on_hand',
  'delta',
  'safety_stock',
  'backorder_limit',
  'name',
  'reason',
  'version',
];

export const NUMBER_FIELDS: ReadonlySet<string> = new Set([
  'on_hand',
  'delta',
  'safety_stock',
  'backorder_limit',
  'version',
]);

const UNITS_MAX = 1_000_000_000;
const SHOWN_MAX = 40;

/** A value as short, flat text, without characters that a terminal or PostgreSQL refuses. */
function quoted(found: unknown): string {
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object' && found !== null) return 'an object';
  const text = JSON.stringify(found) ?? 'nothing';
  return text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX).toWellFormed()}...`;
}

const given = () =>
  z.string({
    error: ({ input }) =>
      input === undefined ? 'is missing' : `must be text in quotes, not ${quoted(input)}`,
  });

/** A SKU or a location, which the row may create. */
const named = given().check(({ value, issues }) => {
  const message = value === '' ? 'is missing' : nameFault(value);
  if (message !== null) issues.push({ code: 'custom', message, input: value });
});

const text = given()
  .min(1, 'is missing')
  .max(255, 'may have at most 255 characters')
  .refine((value) => !value.includes('\0') && value.isWellFormed(), 'has a character that cannot be stored');

const wholeNumber = (least: number, most = UNITS_MAX) =>
  z
    .number({ error: ({ input }) => notANumber(input) })
    .refine(Number.isInteger, { error: ({ input }) => notANumber(input), abort: true })
    .refine((value) => value >= least, least === 0 ? 'may not be negative' : `must be at least ${least}`)
    .refine((value) => value <= most, `may be at most ${most.toLocaleString('en')}`);

function notANumber(found: unknown): string {
  const isNumberInQuotes = typeof found === 'string' && /^[+-]?\d+$/.test(found);
  return `must be a whole number${isNumberInQuotes ? ' without quotes' : ''}, not ${quoted(found)}`;
}

const readable = z
  .strictObject(
    {
      sku: named,
      location: named,
      on_hand: wholeNumber(0).optional(),
      delta: wholeNumber(-UNITS_MAX)
        .refine((delta) => delta !== 0, 'may not be 0: leave the row out')
        .optional(),
      safety_stock: wholeNumber(0).optional(),
      backorder_limit: wholeNumber(0).optional(),
      name: text.optional(),
      reason: text.optional(),
      version: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
    },
    {
      error: ({ code, input }) =>
        code === 'invalid_type' ? `must be an object, not ${quoted(input)}` : unknown(input),
    },
  )
  .refine(
    ({ on_hand, delta }) => on_hand === undefined || delta === undefined,
    'has both on_hand and delta: give one of them',
  );

function unknown(input: unknown): string {
  const strange = Object.keys(Object(input)).find((name) => !IMPORT_FIELDS.includes(name));
  return `has the unknown field ${quoted(strange)}: there are ${IMPORT_FIELDS.join(', ')}`;
}

/**
 * Reads a row: its values, or all of its faults.
 *
 * @param fields of the row, by name, with their texts trimmed and in NFC; empty fields are absent
 */
export function readRow(row: number, fields: unknown): StagedRow {
  const parsed = readable.safeParse(fields);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
    return { row, problem: problems.join('; ') };
  }
  const { sku, location, on_hand, delta, safety_stock, backorder_limit, name, reason, version } = parsed.data;
  return {
    row,
    sku,
    location,
    change: on_hand !== undefined ? { onHand: on_hand } : delta !== undefined ? { delta } : null,
    safetyStock: safety_stock ?? null,
    backorderLimit: backorder_limit ?? null,
    name: name ?? null,
    reason: reason ?? null,
    version: version ?? null,
  };
}

/**
 * Makes rows of lines. Rows are numbered from 1. Empty lines and lines with only empty cells are not rows.
 */
export interface RowReader {
  /** @throws {Problem} `validation_failed` when the file as a whole cannot be read */
  read(lines: readonly string[]): Iterable<StagedRow>;
  /** The rows of the last lines, once there are no more. @throws {Problem} as `read` does */
  end(): Iterable<StagedRow>;
}
