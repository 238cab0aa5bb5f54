import {
  beginDryRun,
  endDryRun,
  noteDryRun,
  readAbsentLevels,
  readDryChunk,
  readImportTargets,
  type ImportDifference,
  type ImportTargets,
  type NextChunk,
  type StagedRow,
} from '@holdfast/stock';
import { decide, nameOfLevel, skuWith, type Snapshot, type StockLevel } from '@holdfast/domain';
import { RetryLater } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import type { WorkerContext } from '../context.ts';

/** Differences that a dry run shows: those with most units. */
const DIFFERENCES_MAX = 20;

/** How often a dry run shows how far it is. Chunks. */
const NOTE_EVERY = 20;

type Readable = Exclude<StagedRow, { readonly problem: string }>;

/**
 * Goes through a file without changing anything: each chunk is decided as the ledger would decide it, on the
 * levels as they are. Levels that several rows name are kept in memory between them. The file stays staged
 * until the result is written, so a worker that is killed leaves nothing half done, and the next one begins
 * again.
 *
 * @throws {RetryLater} when the worker stops
 */
export async function previewImport(
  { database, log }: WorkerContext,
  importId: string,
  next: NextChunk,
  stopping: AbortSignal,
): Promise<void> {
  const dryRun = await beginDryRun(database, importId);
  if (!dryRun) return;
  const preview = new Preview(next, new Set(dryRun.repeated.map(nameOfLevel)));
  for (let chunk = 1; chunk <= dryRun.chunks; chunk += 1) {
    if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
    const rows = await readDryChunk(database.prisma, importId, chunk);
    if (!rows) return; // another worker has ended it
    preview.take(importId, rows, await readImportTargets(database.prisma, rows));
    if (chunk % NOTE_EVERY === 0) await noteDryRun(database.prisma, importId, preview.counts);
  }
  const isZeroing = dryRun.absent === 'zero' && preview.counts.rejected === 0;
  const absent = isZeroing
    ? await readAbsentLevels(database, importId, DIFFERENCES_MAX)
    : { count: 0, largest: [] };
  const { createdSkus, createdLocations } = dryRun;
  const counts = { ...preview.counts, createdSkus, createdLocations, zeroed: absent.count };
  const differences = largestOf([...preview.differences, ...absent.largest]);
  await endDryRun(database, importId, counts, { errors: preview.errors, differences });
  log.info('import.previewed', { import_id: importId, ...preview.counts });
}

/** The effects of the rows so far. */
class Preview {
  readonly #next: NextChunk;
  /** Names of levels that several rows name. */
  readonly #repeated: ReadonlySet<string>;
  /** Such levels as rows have left them, and their units before. */
  readonly #left = new Map<string, { readonly level: StockLevel; readonly before: number }>();
  readonly #renamed = new Set<string>();
  readonly #differences = new Map<string, ImportDifference>();
  readonly errors: { readonly row: number; readonly message: string }[] = [];
  counts = { applied: 0, unchanged: 0, rejected: 0 };

  constructor(next: NextChunk, repeated: ReadonlySet<string>) {
    this.#next = next;
    this.#repeated = repeated;
  }

  get differences(): readonly ImportDifference[] {
    return [...this.#differences.values()];
  }

  take(importId: string, rows: readonly StagedRow[], targets: ImportTargets): void {
    const { create, caller, reverts } = this.#next;
    const readable = rows.filter((row) => 'sku' in row);
    const known = { ...targets, ...this.#created(readable, targets) };
    const levels = this.#levels(readable, known);
    const snapshot: Snapshot = {
      ...NOTHING_ELSE,
      skus: known.skus.map(({ sku }) => skuWith({ sku })),
      locations: known.locations,
      levels,
      imports: [{ id: importId, chunksApplied: 0 }],
    };
    const catalogued = this.#catalogued(readable, targets, known);
    const command = {
      importId,
      chunk: 1,
      rows,
      create,
      caller,
      reverts,
      catalogued,
      isAbsent: false,
    } as const;
    const clock = { now: 0, newId, idOf: newId };
    const { changes } = decide(snapshot, [{ kind: 'import-stock', ...command }], clock);
    const [chunk] = changes.importedChunks;
    if (!chunk) throw new Error(`a chunk of dry run ${importId} was not decided`);
    const { applied, unchanged, rejected } = chunk;
    this.counts = {
      applied: this.counts.applied + applied,
      unchanged: this.counts.unchanged + unchanged,
      rejected: this.counts.rejected + rejected.length,
    };
    this.errors.push(...rejected.slice(0, Math.max(0, ERRORS_MAX - this.errors.length)));
    this.#compare(levels, changes.levels);
  }

  /** SKUs and locations as they would be when the rows are applied. */
  #created(rows: readonly Readable[], { skus, locations }: ImportTargets) {
    const { create } = this.#next;
    const knownSkus = new Set(skus.map(({ sku }) => sku));
    const knownLocations = new Set(locations);
    const creating = create === 'none' ? [] : rows.filter(({ version }) => version === null);
    if (create === 'all') for (const { location } of creating) knownLocations.add(location);
    const made = creating.filter(({ sku, location }) => !knownSkus.has(sku) && knownLocations.has(location));
    const madeSkus = [...new Set(made.map(({ sku }) => sku))].map((sku) => ({ sku, name: null }));
    return { skus: [...skus, ...madeSkus], locations: [...knownLocations] };
  }

  #levels(rows: readonly Readable[], { skus, locations, levels }: ImportTargets): readonly StockLevel[] {
    const found = new Map(levels.map((level) => [nameOfLevel(level), level]));
    const knownSkus = new Set(skus.map(({ sku }) => sku));
    const knownLocations = new Set(locations);
    const all = new Map<string, StockLevel>();
    for (const { sku, location } of rows) {
      const name = nameOfLevel({ sku, location });
      const level = this.#left.get(name)?.level ?? found.get(name);
      if (level) all.set(name, level);
      else if (knownSkus.has(sku) && knownLocations.has(location)) all.set(name, newLevel(sku, location));
    }
    return [...all.values()];
  }

  /** As `makeCatalogue` answers it. */
  #catalogued(
    rows: readonly Readable[],
    before: ImportTargets,
    after: Pick<ImportTargets, 'skus' | 'locations'>,
  ) {
    const names = new Map(before.skus.map(({ sku, name }) => [sku, name]));
    const renamed = rows.flatMap(({ sku, name }) => {
      const isOther = typeof name === 'string' && names.has(sku) && names.get(sku) !== name;
      return isOther && !this.#renamed.has(sku) ? [sku] : [];
    });
    for (const sku of renamed) this.#renamed.add(sku);
    const knownLocations = new Set(before.locations);
    return {
      skus: [...renamed, ...after.skus.map(({ sku }) => sku).filter((sku) => !names.has(sku))],
      locations: after.locations.filter((location) => !knownLocations.has(location)),
    };
  }

  #compare(before: readonly StockLevel[], after: readonly StockLevel[]): void {
    const units = new Map(before.map((level) => [nameOfLevel(level), level.onHand]));
    for (const level of after) {
      const name = nameOfLevel(level);
      const onHand = this.#left.get(name)?.before ?? units.get(name) ?? 0;
      if (this.#repeated.has(name)) this.#left.set(name, { level, before: onHand });
      const { sku, location } = level;
      this.#differences.set(name, { sku, location, on_hand: onHand, new_on_hand: level.onHand });
    }
    const largest = largestOf(this.differences);
    this.#differences.clear();
    for (const each of largest) this.#differences.set(nameOfLevel(each), each);
  }
}

const ERRORS_MAX = 1_000;

const NOTHING_ELSE = {
  reservations: [],
  orders: [],
  cancelledOrders: [],
  refusedPayments: [],
  recordedParts: [],
  audits: [],
  customerUnits: [],
  blockers: [],
  waiters: [],
};

const newLevel = (sku: string, location: string): StockLevel => ({
  sku,
  location,
  priority: 100,
  active: true,
  onHand: 0,
  reserved: 0,
  allocated: 0,
  safetyStock: 0,
  backorderLimit: 0,
  version: 0,
  levelSeq: 0,
});

const units = ({ on_hand, new_on_hand }: ImportDifference): number => Math.abs(new_on_hand - on_hand);

function largestOf(differences: readonly ImportDifference[]): readonly ImportDifference[] {
  return differences
    .filter((each) => units(each) > 0)
    .toSorted((one, other) => units(other) - units(one))
    .slice(0, DIFFERENCES_MAX);
}
