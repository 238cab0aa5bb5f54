import type { CommandOf } from '@holdfast/domain';

// Commands that name stock, and no reservation (vocabulary.ts).

/** Where a SKU is in stock unless a test says otherwise. EAST gives before WEST. */
export const EAST = 'EAST';
export const WEST = 'WEST';
const caller = 'checkout';

export const setStock = (
  sku: string,
  onHand: number,
  location = EAST,
  rest: Partial<CommandOf<'set-stock'>> = {},
): CommandOf<'set-stock'> => ({
  kind: 'set-stock',
  sku,
  location,
  onHand,
  safetyStock: null,
  reason: null,
  ifVersion: null,
  caller,
  ...rest,
});

type Adjustment = CommandOf<'adjust-stock'>['lines'][number];

export const adjustment = (sku: string, delta: number, location = EAST, reason = 'receipt'): Adjustment => ({
  sku,
  location,
  delta,
  reason,
});

export const adjustStock = (...lines: readonly Adjustment[]): CommandOf<'adjust-stock'> => ({
  kind: 'adjust-stock',
  lines,
  caller,
});

export const patchStock = (
  sku: string,
  fields: Partial<CommandOf<'patch-stock'>>,
  location = EAST,
): CommandOf<'patch-stock'> => ({
  ...setStock(sku, 0, location),
  kind: 'patch-stock',
  onHand: null,
  ...fields,
});

export const deleteStockLevel = (
  sku: string,
  location = EAST,
  ifVersion: CommandOf<'delete-stock-level'>['ifVersion'] = null,
): CommandOf<'delete-stock-level'> => ({ kind: 'delete-stock-level', sku, location, ifVersion, caller });

type Transfer = CommandOf<'transfer-stock'>['lines'][number];

export const transfer = (sku: string, quantity: number, from = EAST, to = WEST): Transfer => ({
  sku,
  from,
  to,
  quantity,
  reason: null,
});

export const transferStock = (...lines: readonly Transfer[]): CommandOf<'transfer-stock'> => ({
  kind: 'transfer-stock',
  lines,
  caller,
});

type ImportChunk = CommandOf<'import-stock'>;
type ReadableRow = Extract<ImportChunk['rows'][number], { readonly sku: string }>;

/** A row of a file, which by default changes nothing. */
export const importRow = (row: number, sku: string, rest: Partial<ReadableRow> = {}): ReadableRow => ({
  row,
  sku,
  location: EAST,
  change: null,
  safetyStock: null,
  backorderLimit: null,
  reason: null,
  version: null,
  ...rest,
});

export const importChunk = (
  importId: string,
  chunk: number,
  rows: ImportChunk['rows'],
  rest: Partial<ImportChunk> = {},
): ImportChunk => ({
  kind: 'import-stock',
  importId,
  chunk,
  rows,
  create: 'all',
  catalogued: { skus: [], locations: [] },
  isAbsent: false,
  reverts: null,
  caller: 'wms',
  ...rest,
});
