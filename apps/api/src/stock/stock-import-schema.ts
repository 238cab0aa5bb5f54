import { id, NAME_FORM, time } from '@holdfast/contract';
import { IMPORT_CREATES } from '@holdfast/domain';
import { z } from 'zod';
import { listOf, queryFlag } from '../http/fields-schema.ts';

const CELLS = `White space around a text is removed, even in quotes, and the text is converted to Unicode NFC. A SKU or a location must then have ${NAME_FORM}.`;

/** The files that are taken, by content type: these document them, and `import/` reads them. */
export const importFiles = {
  'text/csv': z.string().meta({
    id: 'StockImportCsv',
    description:
      'UTF-8, or UTF-16 with a byte order mark. Columns are separated by commas, semicolons or tabs; a first line such as `sep=;` may say by which. The header names the columns, in any case: `sku`, `location`, and `on_hand` (sets the units) or `delta` (adds or removes units); optionally `safety_stock`, `backorder_limit`, `name` (of the SKU), `reason` (for the movement) and `version` (the row is rejected if the level has another one). A file may have both `on_hand` and `delta`, but each row fills at most one of them; a row with neither keeps the units. An empty cell changes nothing. Empty rows, and empty columns at the end, are ignored. `12.0` is 12. Put fields that contain the separator or quotes in quotes. ' +
      CELLS,
    examples: [
      'sku,location,on_hand,safety_stock,name\nTSHIRT-M,WH-EAST,120,5,"T-shirt, M"\nMUG,WH-EAST,40,,\n',
    ],
  }),
  'application/x-ndjson': z.string().meta({
    id: 'StockImportNdjson',
    description: `UTF-8. One object on each line, with the same names as the columns of a CSV file. ${CELLS}`,
    examples: [
      '{"sku":"TSHIRT-M","location":"WH-EAST","on_hand":120,"safety_stock":5,"name":"T-shirt, M"}\n{"sku":"MUG","location":"WH-EAST","delta":-3}\n',
    ],
  }),
};

export const importQuery = z.strictObject({
  create: z.enum(IMPORT_CREATES).default('all').meta({
    description:
      'What the file may create: SKUs and locations, only SKUs, or none. A row that names another one is rejected. Default `all`',
  }),
  dry_run: queryFlag(false, '`true`: change nothing, and report what the file would do. Default `false`'),
  absent: z.enum(['keep', 'zero']).default('keep').meta({
    description:
      '`zero`: after the last row, and only if no row was rejected, levels at the locations of the file that it does not name are set to 0. Default `keep`',
  }),
});

const shown = {
  id: id(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']).meta({
    description: '`succeeded`: all rows were processed; some may have been rejected',
  }),
  content_type: z
    .enum(['text/csv', 'application/x-ndjson'])
    .nullable()
    .meta({ description: 'null: it reverts another import' }),
  create: z.enum(IMPORT_CREATES),
  dry_run: z.boolean(),
  absent: z.enum(['keep', 'zero']),
  rows: z.int().meta({ description: 'Rows of the file, without its header and empty rows' }),
  applied: z.int().meta({ description: 'Number of applied rows so far, with the unchanged ones' }),
  unchanged: z.int().meta({ description: 'Those of `applied` that found everything as they say' }),
  rejected: z.int().meta({ description: 'Number of rejected rows so far' }),
  duplicates: z.int().meta({
    description: 'Rows about a level that an earlier row names too. All rows are applied, in order',
  }),
  zeroed: z
    .int()
    .meta({ description: 'With `absent=zero`: levels that the file does not name, and that were set to 0' }),
  created_skus: z.int(),
  created_locations: z.int(),
  reverts: id().nullable().meta({ description: 'The import that this one reverts' }),
  reverted_by: id().nullable().meta({ description: 'The import that has reverted this one' }),
  caller: z.string().meta({ description: 'The API key’s name; `anonymous` without API keys' }),
  error: z.string().nullable().meta({ description: 'With `failed`: the reason' }),
  created_at: time(),
  started_at: time().nullable(),
  finished_at: time().nullable(),
  status_url: z.string().meta({ description: 'The path of the import' }),
};

const example = {
  id: '0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70',
  state: 'queued',
  content_type: 'text/csv',
  create: 'all',
  dry_run: false,
  absent: 'keep',
  rows: 500,
  applied: 0,
  unchanged: 0,
  rejected: 0,
  duplicates: 0,
  zeroed: 0,
  created_skus: 0,
  created_locations: 0,
  reverts: null,
  reverted_by: null,
  caller: 'erp',
  error: null,
  created_at: '2026-11-21T06:00:00.000Z',
  started_at: null,
  finished_at: null,
  status_url: '/v1/stock-imports/0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70',
} as const;

export const stockImportAnswer = z.strictObject(shown).meta({ id: 'StockImport', examples: [example] });

export const stockImportListAnswer = listOf('StockImportList', stockImportAnswer, example);

const difference = z
  .strictObject({
    sku: z.string(),
    location: z.string(),
    on_hand: z.int().meta({ description: 'The present units' }),
    new_on_hand: z.int().meta({ description: 'The units that the file would leave' }),
  })
  .meta({ id: 'StockImportDifference' });

const rejectedRow = z.strictObject({ row: z.int(), message: z.string() }).meta({ id: 'StockImportError' });

export const stockImportReportAnswer = z
  .strictObject({
    ...shown,
    errors: z.array(rejectedRow).meta({
      description:
        'The first 1,000 rejected rows. Row 1 is the first row after the header, or the first line of NDJSON; empty rows are not counted',
    }),
    differences: z.array(difference).nullable().meta({
      description:
        'For a dry run that has ended: the 20 levels whose units would change most. Otherwise null',
    }),
  })
  .meta({
    id: 'StockImportWithErrors',
    examples: [
      {
        ...example,
        state: 'succeeded',
        dry_run: true,
        applied: 499,
        unchanged: 420,
        rejected: 1,
        created_skus: 2,
        started_at: '2026-11-21T06:00:00.120Z',
        finished_at: '2026-11-21T06:00:00.360Z',
        errors: [{ row: 17, message: 'on_hand: must be a whole number, not "12.5"' }],
        differences: [{ sku: 'MUG', location: 'WH-EAST', on_hand: 400, new_on_hand: 40 }],
      },
    ],
  });
