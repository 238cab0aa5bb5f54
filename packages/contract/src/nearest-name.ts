/**
 * The known name that a mistyped one is closest to: `orderId` for `order_id`, `qty` for `quantity`, `quanity`
 * too. Null: none is close.
 */
export function nearestName(typed: string, known: readonly string[]): string | null {
  const plain = plainOf(typed);
  if (plain.length < 2 || plain.length > NAME_MAX_CHARS) return null;
  let best: { readonly name: string; readonly distance: number } | null = null;
  for (const name of known) {
    const distance = distanceTo(plain, plainOf(name));
    if (distance !== null && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name ?? null;
}

/** A longer text is not a typing error, and would take long to compare. */
const NAME_MAX_CHARS = 64;
const ABBREVIATION_MIN_CHARS = 3;

/** Without what differs between snake_case, camelCase and kebab-case. */
const plainOf = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** The number of wrong characters, if a typing error explains them; a little more for an abbreviation. */
function distanceTo(typed: string, name: string): number | null {
  const distance = editDistance(typed, name);
  if (distance <= Math.max(1, Math.floor(name.length / 4))) return distance;
  return isAbbreviation(typed, name) ? name.length : null;
}

/** `qty` of `quantity`, `ttl` of `ttl_seconds`: the same first letter, and the others in order. */
function isAbbreviation(typed: string, name: string): boolean {
  if (typed.length < ABBREVIATION_MIN_CHARS || typed[0] !== name[0]) return false;
  let found = 0;
  for (const character of name) if (character === typed[found]) found += 1;
  return found === typed.length;
}

/** Characters to add, leave out, change or swap with the next one (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  let before: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        at(above, column) + 1,
        at(current, column - 1) + 1,
        at(above, column - 1) + (isSame ? 0 : 1),
        isSwapped ? at(before, column - 2) + 1 : Infinity,
      );
    }
    [before, above] = [above, current];
  }
  return at(above, to.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity;
