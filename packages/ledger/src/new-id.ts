import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';

/**
 * Random words that are fetched together. The library fetches 8, which takes twice the time of all else about
 * an id, and a create needs three ids.
 */
const WORDS = 1_024;

const words = new Uint32Array(WORDS);
let used = WORDS;

function nextUint32(): number {
  if (used === WORDS) {
    randomFillSync(words);
    used = 0;
  }
  const word = words[used] ?? 0;
  used += 1;
  return word;
}

const generator = new V7Generator({ nextUint32 });

/** A UUIDv7. Ids of one process are in the order in which they were made: all come from one generator. */
export const newId = (): string => generator.generate().toString();
