import { createWriteStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LOCATION, skuNames } from '../stock.ts';

/** One row in so many is of a SKU that is being reserved: 20,000 of 500,000. */
const TOUCHES_EVERY = 25;
const NEW_LOCATIONS = 4;
/** More of each SKU than the load can sell, and room for more. */
const ON_HAND = 900_000_000;
const LINES_AT_ONCE = 1_000;

/** Writes a file as an ERP would send it; every row of it can be applied. @returns how large it is */
export async function writeStockFile(file: string, rows: number): Promise<number> {
  await pipeline(Readable.from(partsOf(rows)), createWriteStream(file));
  return statSync(file).size;
}

function* partsOf(rows: number): Generator<string> {
  yield 'sku,location,on_hand,delta,safety_stock,name\n';
  for (let first = 1; first <= rows; first += LINES_AT_ONCE) {
    const length = Math.min(LINES_AT_ONCE, rows - first + 1);
    yield Array.from({ length }, (_, index) => lineOf(first + index)).join('');
  }
}

function lineOf(row: number): string {
  return row % TOUCHES_EVERY === 0 ? lineOfReserved(row / TOUCHES_EVERY - 1) : lineOfNew(row);
}

/** All reserved SKUs in turn: first a count of each, then a receipt, then another count. */
function lineOfReserved(index: number): string {
  const sku = skuNames[index % skuNames.length] ?? '';
  const turn = Math.floor(index / skuNames.length);
  const change = turn % 2 === 0 ? `${ON_HAND + turn},` : `,${turn}`;
  return `${sku},${LOCATION},${change},,\n`;
}

function lineOfNew(row: number): string {
  const number = String(row).padStart(7, '0');
  return `NEW-${number},WH-NEW-${row % NEW_LOCATIONS},${row % 500},,${row % 3},"Imported item, ${number}"\n`;
}
