import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import { exists, type LevelName, type StockLevel } from '../stock-level.ts';
import { allowsVersion, refuseVersion, type IfVersion } from './if-version.ts';
import { refuse, refuseUnknownLocation, refuseUnknownSku } from './refuse.ts';

/** The level that a path names, if it exists in a version that the caller expects. */
export function findLevel(
  draft: Draft,
  { sku, location }: LevelName,
  ifVersion: IfVersion,
): { readonly ok: true; readonly level: StockLevel } | Refused {
  if (!draft.skus.has(sku)) return refuseUnknownSku('sku_not_found', sku);
  if (!draft.locations.has(location)) return refuseUnknownLocation('location_not_found', location);
  const level = draft.level(sku, location);
  const version = level?.version ?? 0;
  if (!allowsVersion(ifVersion, version)) {
    return refuseVersion(`The level of ${sku} at ${location}`, ifVersion, version);
  }
  if (level && exists(level)) return { ok: true, level };
  const path = `/v1/stock-levels/${encodeURIComponent(sku)}/${encodeURIComponent(location)}`;
  return refuse({
    code: 'not_found',
    detail: `${sku} has no stock level at ${location}. Create it with PUT ${path}.`,
  });
}
