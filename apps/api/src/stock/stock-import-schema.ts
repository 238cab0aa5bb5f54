import { id, NAME_FORM, time } from '@holdfast/contract';
import { z } from 'zod';

const CELLS = `White space around a text is removed, even in quotes, and the text is converted to Unicode NFC. A SKU or a location must then have ${NAME_FORM}.`;

/** The files that are taken, by content type: these document them, and `imports/` reads them. */
export const importFiles = {
  'text/csv': z.string().meta({
    id: 'StockImportCsv',
    description:
      'UTF-8. The first line names the columns: `sku`, `location`, and `on_hand` (sets the units) or `delta` (adds or removes units); optionally `safety_stock` and `name` (of the SKU). A file may have both `on_hand` and `delta`, but each row fills one of them. An empty cell changes nothing, and a row of empty cells is ignored. Separate fields by commas, and put fields that contain commas or quotes in quotes. ' +
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

const shown = {
  id: id(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']).meta({
    description: '`succeeded`: all rows were processed; some may have been rejected',
  }),
  content_type: z.enum(['text/csv', 'application/x-ndjson']),
  rows: z.int().meta({ description: 'Rows of the file, without its header and empty rows' }),
  applied: z.int().meta({ description: 'Number of applied rows so far' }),
  rejected: z.int().meta({ description: 'Number of rejected rows so far' }),
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
  rows: 500,
  applied: 0,
  rejected: 0,
  caller: 'erp',
  error: null,
  created_at: '2026-11-21T06:00:00.000Z',
  started_at: null,
  finished_at: null,
  status_url: '/v1/stock-imports/0199b0c4-7a5e-7c3a-9d4f-5b8e2f1a6c70',
} as const;

export const stockImportAnswer = z.strictObject(shown).meta({ id: 'StockImport', examples: [example] });

export const stockImportWithErrorsAnswer = z
  .strictObject({
    ...shown,
    errors: z.array(z.strictObject({ row: z.int(), message: z.string() })).meta({
      description:
        'The first 1,000 rejected rows. Row 1 is the first row after the header, or the first line of NDJSON; empty rows are not counted',
    }),
  })
  .meta({
    id: 'StockImportWithErrors',
    examples: [
      {
        ...example,
        state: 'succeeded',
        applied: 499,
        rejected: 1,
        started_at: '2026-11-21T06:00:00.120Z',
        finished_at: '2026-11-21T06:00:00.360Z',
        errors: [{ row: 17, message: 'on_hand: must be a whole number, not "12.5"' }],
      },
    ],
  });
