import { id, time } from '@holdfast/contract';
import { z } from 'zod';

/** The files that are taken, by content type: these document them, and `imports/` reads them. */
export const importFiles = {
  'text/csv': z.string().meta({
    id: 'StockImportCsv',
    description:
      'UTF-8. The first line names the columns: `sku`, `location`, and `on_hand` (sets it) or `delta` (adds to it, or takes from it); also `safety_stock` and `name` (of the SKU). Both of `on_hand` and `delta` may be columns; each row fills one of them. An empty cell says nothing, and a row of empty cells is none. Fields are separated by commas, and in quotes where they have commas or quotes in them.',
    examples: [
      'sku,location,on_hand,safety_stock,name\nTSHIRT-M,WH-EAST,120,5,"T-shirt, M"\nMUG,WH-EAST,40,,\n',
    ],
  }),
  'application/x-ndjson': z.string().meta({
    id: 'StockImportNdjson',
    description: 'UTF-8. One object on each line, with the same names as the columns of a CSV file.',
    examples: [
      '{"sku":"TSHIRT-M","location":"WH-EAST","on_hand":120,"safety_stock":5,"name":"T-shirt, M"}\n{"sku":"MUG","location":"WH-EAST","delta":-3}\n',
    ],
  }),
};

const shown = {
  id: id(),
  state: z.enum(['queued', 'running', 'succeeded', 'failed']).meta({
    description: '`succeeded`: read to its end, rows that were refused included',
  }),
  content_type: z.enum(['text/csv', 'application/x-ndjson']),
  rows: z.int().meta({ description: 'Of the file, without its header and empty rows' }),
  applied: z.int().meta({ description: 'Rows, up to now' }),
  rejected: z.int().meta({ description: 'Rows, up to now' }),
  caller: z.string().meta({ description: 'The API key’s name; `anonymous` where there are no keys' }),
  error: z.string().nullable().meta({ description: 'With `failed`: what kept it from going on' }),
  created_at: time(),
  started_at: time().nullable(),
  finished_at: time().nullable(),
  status_url: z.string().meta({ description: 'Where to ask how far it is' }),
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
        'Rows that were refused, the first 1,000. Row 1 is the first after the header, or the first line of NDJSON; empty rows are not counted',
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
