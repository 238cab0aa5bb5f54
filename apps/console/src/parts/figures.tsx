import type { ReactNode } from 'react';

export interface Figure {
  readonly label: string;
  readonly value: ReactNode;
  /** More about it, below. */
  readonly note?: ReactNode;
  readonly isAlarming?: boolean;
}

/** Numbers in a row, each with its name. */
export const Figures = ({ figures }: { readonly figures: readonly Figure[] }) => (
  <dl className="figures">
    {figures.map(({ label, value, note, isAlarming = false }) => (
      <div key={label} data-alarming={isAlarming}>
        <dt>{label}</dt>
        <dd className="numbers">{value}</dd>
        {note && <dd className="note">{note}</dd>}
      </div>
    ))}
  </dl>
);

/** Names and values of one record, in columns. */
export const Facts = ({ facts }: { readonly facts: readonly Figure[] }) => (
  <dl className="facts">
    {facts.map(({ label, value }) => (
      <div key={label}>
        <dt>{label}</dt>
        <dd>{value ?? '–'}</dd>
      </div>
    ))}
  </dl>
);
