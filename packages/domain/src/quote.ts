import { findMistake, type Catalogue } from './commands/wanted-lines.ts';
import type { Refused } from './outcome.ts';
import type { LevelsOf } from './remaining-stock.ts';
import { addUpLines, source, type SourcingRules, type WantedLine } from './sourcing.ts';

/** What a create would be asked for. */
export interface QuoteRequest extends Omit<SourcingRules, 'ifShort'> {
  readonly lines: readonly WantedLine[];
}

/**
 * The stock that a create would find: units of due holds, and of the hold that it replaces, count as free.
 */
export interface QuotedStock extends Catalogue {
  readonly levelsOf: LevelsOf;
}

/** A line as a create would take it, added up. */
interface QuotedLine {
  readonly sku: string;
  readonly location: string | null;
  readonly requested: number;
  /** Units that it could have. For a short line: the units that a create would name in its refusal. */
  readonly available: number;
  /** Where they would come from. Empty when the whole is not possible. */
  readonly allocations: readonly { readonly location: string; readonly quantity: number }[];
}

interface Quote {
  readonly ok: true;
  readonly possible: boolean;
  readonly lines: readonly QuotedLine[];
}

/** Predicts the outcome of a create of these lines. Refused for an error that the caller must correct. */
export function quote({ lines, ...rules }: QuoteRequest, stock: QuotedStock): Quote | Refused {
  const wanted = addUpLines(lines);
  const mistake = findMistake(stock, wanted, rules.locations);
  if (mistake) return mistake;
  const levelsOf: LevelsOf = (sku) => (stock.skus.get(sku)?.active === false ? [] : stock.levelsOf(sku));
  const sourced = source(wanted, levelsOf, rules);
  const shortOf = ({ sku, location }: WantedLine) =>
    sourced.ok
      ? undefined
      : sourced.short.find((each) => each.sku === sku && (each.location ?? null) === location);
  const quoted = wanted.map((line, index): QuotedLine => ({
    sku: line.sku,
    location: line.location,
    requested: line.quantity,
    available: shortOf(line)?.available ?? mostOf(line, levelsOf, rules),
    allocations: sourced.ok
      ? (sourced.allocations[index] ?? []).map(({ location, quantity }) => ({ location, quantity }))
      : [],
  }));
  return { ok: true, possible: sourced.ok, lines: quoted };
}

/** The most that a line alone could have. */
function mostOf(line: WantedLine, levelsOf: LevelsOf, rules: SourcingRules): number {
  const sourced = source([{ ...line, quantity: Number.MAX_SAFE_INTEGER }], levelsOf, rules);
  return sourced.ok ? line.quantity : (sourced.short[0]?.available ?? 0);
}
