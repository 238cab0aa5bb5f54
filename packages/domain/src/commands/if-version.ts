import type { Refused } from '../outcome.ts';
import { refuse } from './refuse.ts';

/** Versions that the caller saw; `any`: the thing exists; `none`: it does not. Null: whichever. */
export type IfVersion = 'any' | 'none' | readonly number[] | null;

/** @param version 0 or less: the thing does not exist */
export function allowsVersion(ifVersion: IfVersion, version: number): boolean {
  if (ifVersion === null) return true;
  if (ifVersion === 'none' || version <= 0) return ifVersion === 'none' && version <= 0;
  return ifVersion === 'any' || ifVersion.includes(version);
}

/** @param what begins the sentence, as in `The reservation` */
export function refuseVersion(what: string, ifVersion: IfVersion, version: number): Refused {
  const found =
    version <= 0
      ? 'does not exist yet. To create it, send If-None-Match: * in place of If-Match.'
      : ifVersion === 'none'
        ? `exists already, at version ${version}. To change it, send If-Match: "${version}".`
        : `is at version ${version}, which If-Match does not name. Read it again.`;
  return refuse({ code: 'version_conflict', detail: `${what} ${found}` });
}
