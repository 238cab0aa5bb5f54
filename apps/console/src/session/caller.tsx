import { createContext, use } from 'react';
import type { Caller, Scope } from '../api/types.ts';

export const CallerContext = createContext<Caller>({ name: '', scopes: [] });

export const useCaller = (): Caller => use(CallerContext);

/** Whether the key may do what needs this scope: what it may not do is not shown. */
export function useCan(): (scope: Scope) => boolean {
  const { scopes } = useCaller();
  return (scope) => scopes.includes(scope);
}
