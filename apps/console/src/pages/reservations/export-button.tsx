import { Button } from '@mantine/core';
import { useState } from 'react';
import { holdfast } from '../../api/client.ts';
import type { ListReservationsFilter } from '../../api/filters.ts';
import { problemOf } from '../../api/problem.ts';
import { count } from '../../parts/format.ts';
import { notify } from '../../parts/notices.tsx';
import { csvHeader, csvRows } from './reservation-csv.ts';

/** As many rows as a spreadsheet shows without effort, and as the browser keeps in memory for a moment. */
const EXPORTED_MAX = 50_000;
const PAGE = 200;
const KEPT_MS = 60_000;

/** Writes what the filters find into a CSV file. */
export function ExportButton({ filter }: { readonly filter: ListReservationsFilter }) {
  const [written, setWritten] = useState<number | null>(null);
  const start = () => {
    setWritten(0);
    exportAll(filter, setWritten)
      .then((rows) => notify(`${count(rows)} reservations are in the file.`))
      .catch((error: unknown) => notify(problemOf(error).detail))
      .finally(() => setWritten(null));
  };
  return (
    <Button size="sm" variant="default" onClick={start} disabled={written !== null}>
      {written === null ? 'Export CSV' : `${count(written)} written`}
    </Button>
  );
}

async function exportAll(
  filter: ListReservationsFilter,
  onProgress: (rows: number) => void,
): Promise<number> {
  const parts = [csvHeader()];
  let rows = 0;
  for await (const reservation of holdfast().reservations.list({ ...filter, limit: PAGE })) {
    parts.push(csvRows(reservation));
    rows += 1;
    if (rows % PAGE === 0) onProgress(rows);
    if (rows === EXPORTED_MAX) break;
  }
  save(new Blob(parts, { type: 'text/csv' }), 'reservations.csv');
  return rows;
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
