import type { QueryKey } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Scope } from '../api/types.ts';

/** What an operator enters for an action. Quantities: units by the key of their line. */
export type Values = Readonly<Record<string, string | number | boolean | Quantities>>;
export type Quantities = Readonly<Record<string, number>>;

export interface QuantityLine {
  readonly key: string;
  readonly label: string;
  readonly max: number;
  readonly hint?: string;
}

interface Labelled {
  readonly label: string;
  readonly hint?: string;
}

export type Field =
  | (Labelled & { readonly kind: 'number'; readonly min?: number; readonly max?: number })
  | (Labelled & { readonly kind: 'text'; readonly isOptional?: boolean })
  | (Labelled & { readonly kind: 'choice'; readonly choices: readonly { value: string; label: string }[] })
  | (Labelled & { readonly kind: 'switch' })
  | (Labelled & { readonly kind: 'quantities'; readonly lines: readonly QuantityLine[] });

/** One value that the action will change, as it is and as it will be. */
export interface Change {
  readonly label: string;
  readonly from?: string | number;
  readonly to: string | number;
}

/**
 * How a call is made for a person: the name that the history has, and the key under which it takes effect
 * once.
 */
export interface CallBy {
  readonly actor: string;
  readonly idempotencyKey: string;
}

export interface Action<V extends Values> {
  /** On the button. */
  readonly label: string;
  /** On top of the dialog, as a question or an order: "Release this hold". */
  readonly title: string;
  readonly scope: Scope;
  readonly isDangerous?: boolean;
  readonly initial: V;
  readonly fields?: { readonly [Name in keyof V]?: Field };
  /** What will change. Empty: with these values nothing would. */
  readonly changes: (values: V) => readonly Change[];
  /** What else is worth knowing before. */
  readonly note?: ReactNode | ((values: V) => ReactNode);
  /** Whether the call keeps a reason, which the dialog asks for then. */
  readonly keepsReason: boolean;
  readonly run: (values: V, reason: string, by: CallBy) => PromiseLike<unknown>;
  /** What is said when it is done. */
  readonly done: string;
  /** What is read anew then. */
  readonly touches: readonly QueryKey[];
}
