import type { StockImport } from '../../api/import-queries.ts';

/** A file that was tried, and may be applied from the page of its dry run. It lives as long as the page. */
export interface TriedFile {
  readonly file: File;
  readonly create: StockImport['create'];
  readonly absent: StockImport['absent'];
}

/** More files than a person has in mind at once. */
const FILES_MAX = 5;

const tried = new Map<string, TriedFile>();

/** @param id of the dry run */
export function keepTried(id: string, file: TriedFile): void {
  tried.set(id, file);
  const [oldest] = tried.keys();
  if (tried.size > FILES_MAX && oldest !== undefined) tried.delete(oldest);
}

export const triedFile = (id: string): TriedFile | null => tried.get(id) ?? null;

/** The type that the API gets for the file: spreadsheets and browsers do not agree on a type for CSV. */
export const contentTypeOf = ({ name }: File): 'text/csv' | 'application/x-ndjson' =>
  /\.(ndjson|jsonl)$/i.test(name) ? 'application/x-ndjson' : 'text/csv';
